/** The eight processes from left to right: what waits and is open as bars, ages against the standard time, the state. */

import { MoveRight, OctagonAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import { useBoard } from "../../api/board";
import { useProcessName } from "../../api/processes";
import { useNow } from "../../parts/now";
import { StateBadge } from "../../parts/states";
import { useDuration } from "../../parts/When";
import { jamOf, ofStandard, scaleOf, toneOfAge, workWaiting, type Process } from "./flow";

const SECOND_MS = 1_000;

export function Flow({ processes }: { readonly processes: readonly Process[] }) {
  const scale = scaleOf(processes);
  const jam = jamOf(processes);
  return (
    <div className="flow">
      <Verdict processes={processes} jam={jam} />
      <ol className="flow-row">
        {processes.map((each) => <Column key={each.process} process={each} scale={scale} jams={each.process === jam?.process} />)}
      </ol>
    </div>
  );
}

/** One sentence: where it jams, or that nothing does. */
function Verdict({ processes, jam }: { readonly processes: readonly Process[]; readonly jam: Process | null }) {
  const t = useTranslations("line");
  const duration = useDuration();
  const name = useProcessName();
  const delayed = processes.filter(({ state }) => state === "DELAYED");
  return (
    <div className="flow-verdict">
      {jam === null ? <p className="muted">{t("no_jam")}</p> : (
        <p className="flow-jam">
          <OctagonAlert size={20} aria-hidden />
          {t("jam_why", { process: name(jam.process), waiting: jam.waiting, time: duration(workWaiting(jam)) })}
        </p>
      )}
      {delayed.length === 0 ? null : (
        <p className="flow-delayed">{t("delayed", { count: delayed.length, processes: delayed.map((each) => name(each.process)).join(", ") })}</p>
      )}
    </div>
  );
}

type ColumnProps = { readonly process: Process; readonly scale: number; readonly jams: boolean };

function Column({ process, scale, jams }: ColumnProps) {
  const t = useTranslations("line");
  const name = useProcessName();
  return (
    <li className={jams ? "flow-process flow-process-jam" : "flow-process"}>
      <header>
        <span className="flow-number">
          {process.process}<MoveRight size={14} aria-hidden />
          {jams ? <strong className="flow-here"><OctagonAlert size={14} aria-hidden />{t("jam")}</strong> : null}
        </span>
        <h3>{name(process.process)}</h3>
      </header>
      <Queue process={process} scale={scale} label={t("queue_label", { process: name(process.process), waiting: process.waiting, open: process.open })} />
      <dl className="flow-counts">
        <div className="flow-key-waiting"><dt>{t("waiting")}</dt><dd>{process.waiting}</dd></div>
        <div className="flow-key-open"><dt>{t("open")}</dt><dd>{process.open}</dd></div>
        <div><dt>{t("done")}</dt><dd>{process.done_today}</dd></div>
      </dl>
      <Oldest process={process} />
      <Age title={t("p50")} seconds={process.p50_s} standard_s={process.standard_s} />
      <p className="flow-standard muted">{t("standard", { time: useDuration()(process.standard_s) })}</p>
      <p><StateBadge state={process.state} /></p>
    </li>
  );
}

const BLOCKS_MAX = 30; // more lines than that are a grey

/** Waiting over open, a block for each unit: the tallest pile is where the units are. */
function Queue({ process, scale, label }: { readonly process: Process; readonly scale: number; readonly label: string }) {
  const open = (100 * process.open) / scale;
  const waiting = (100 * process.waiting) / scale;
  return (
    <svg className="flow-queue" role="img" aria-label={label} viewBox="0 0 40 100" preserveAspectRatio="none">
      <rect className="bar-rest" width="40" height="100" />
      <rect className="bar-work" y={100 - open} width="40" height={open} />
      <rect className="flow-queue-waiting" y={100 - open - waiting} width="40" height={waiting} />
      {scale > BLOCKS_MAX ? null : Array.from({ length: scale - 1 }, (_, index) => (
        <rect key={index} className="flow-queue-gap" y={(100 * (index + 1)) / scale - 0.75} width="40" height="1.5" />
      ))}
    </svg>
  );
}

/** The oldest wait goes on by itself between two frames. */
function Oldest({ process }: { readonly process: Process }) {
  const t = useTranslations("line");
  const { seenAt } = useBoard();
  const now = useNow(SECOND_MS);
  const since = Math.max(0, now - seenAt) / SECOND_MS;
  const seconds = process.oldest_wait_s === null ? null : process.oldest_wait_s + since;
  return <Age title={t("oldest")} seconds={seconds} standard_s={process.standard_s} />;
}

type AgeProps = { readonly title: string; readonly seconds: number | null; readonly standard_s: number };

/** A time with its share of the standard time: the mark is the standard, the end is twice that. */
function Age({ title, seconds, standard_s }: AgeProps) {
  const t = useTranslations("line");
  const duration = useDuration();
  const multiple = ofStandard(seconds, standard_s);
  const tone = toneOfAge(multiple);
  const said = multiple === null ? "–" : t("times_standard", { times: multiple });
  return (
    <div className="flow-age">
      <p><span className="muted">{title}</span> <strong className={`flow-age-${tone}`}>{duration(seconds)}</strong></p>
      <svg className="flow-age-bar" role="img" aria-label={said} viewBox="0 0 100 6" preserveAspectRatio="none">
        <rect className="bar-rest" width="100" height="6" />
        <rect className={`bar-${tone}`} width={Math.min(100, 50 * (multiple ?? 0))} height="6" />
        <rect className="flow-age-mark" x="49" width="2" height="6" />
      </svg>
    </div>
  );
}
