/** The day in five figures. */

import { useFormatter, useTranslations } from "use-intl";

import { api } from "../../api/client";
import type { Board } from "../../api/live";
import { useMay } from "../../api/roles";
import { useLine } from "../../shell/line";

const RARELY_MS = 60_000;

export function Figures({ board }: { readonly board: Board }) {
  const t = useTranslations("line");
  const format = useFormatter();
  const target = useTarget();
  const finished = board.processes.at(-1)?.done_today ?? 0; // the last process makes a product of it
  const onLine = board.processes.reduce((sum, { waiting, open }) => sum + waiting + open, 0);
  return (
    <dl className="figures">
      <Figure name={t("finished")} value={format.number(finished)} note={target === null ? null : t("of_target", { target })} />
      <Figure name={t("in_line")} value={format.number(onLine)} />
      <Figure name={t("steps")} value={`${format.number(board.started)} · ${format.number(board.completed)}`} />
      <Figure name={t("defects")} value={format.number(board.defects)} bad={board.defects > 0} />
      <Figure
        name={t("fpy")}
        value={board.fpy === null ? "–" : format.number(board.fpy, { style: "percent", maximumFractionDigits: 1 })}
        note={board.fpy === null ? t("fpy_none") : null}
      />
    </dl>
  );
}

type FigureProps = { readonly name: string; readonly value: string; readonly note?: string | null; readonly bad?: boolean };

function Figure({ name, value, note = null, bad = false }: FigureProps) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className={bad ? "figure-bad" : undefined}>
        {value}
        {note === null ? null : <span className="figure-note">{note}</span>}
      </dd>
    </div>
  );
}

/** Return the day's target of what is shown, for who may read it. */
function useTarget(): number | null {
  const line = useLine();
  const mayRead = useMay("manager");
  const { data } = api.useQuery("get", "/api/v1/lines", {}, { enabled: mayRead, staleTime: RARELY_MS });
  const shown = data?.items.filter((each) => each.active && (line === null || each.code === line));
  return shown?.reduce((sum, each) => sum + each.daily_target, 0) ?? null;
}
