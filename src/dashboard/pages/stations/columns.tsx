/** The columns of the stations' table. */

import { CircleCheck, CircleDashed, Pencil, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { Badge, type Tone } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import type { Column } from "../../parts/Table";
import { useDuration, When } from "../../parts/When";
import "./stations.css";
import { healthOf, isLate, TONES, toneOfDevice } from "./health";

type Station = Views["StationView"];
type Cell = { readonly station: Station };

/** Return the columns as of `now`; with `onChange` each row can be changed. */
export function useStationColumns(now: number, onChange: ((station: Station) => void) | null): readonly Column<Station>[] {
  const t = useTranslations("stations");
  const columns: Column<Station>[] = [
    { id: "code", title: t("station"), sortBy: ({ code }) => code, cell: (each) => <><p className="station-name"><span className="code">{each.code}</span> <span className="muted small">{each.line}</span></p><p className="muted small station-name">{each.name}</p></> },
    { id: "processes", title: t("processes"), cell: (each) => <Processes station={each} /> },
    { id: "health", title: t("health"), sortBy: (each) => healthOf(each, now), cell: (each) => <Health station={each} now={now} /> },
    { id: "queue", title: t("queue"), isNumber: true, sortBy: (each) => each.oldest_unsent_s ?? 0, cell: (each) => <Queue station={each} /> },
    { id: "scanner", title: t("scanner"), cell: (each) => <Device state={each.scanner} /> },
    { id: "printer", title: t("printer"), cell: (each) => <Device state={each.printer} /> },
    { id: "folder", title: t("folder"), cell: (each) => <Device state={each.folder} /> },
    { id: "version", title: t("version"), sortBy: (each) => each.version ?? "", cell: (each) => <Version station={each} /> },
  ];
  if (onChange === null) return columns;
  const pencil = <Pencil size={16} aria-hidden />;
  return [...columns, { id: "change", title: t("do"), isNumber: true, cell: (each) => <Button kind="quiet" icon={pencil} aria-label={t("change", { code: each.code })} onPress={() => { onChange(each); }} /> }];
}

function Processes({ station }: Cell) {
  const t = useTranslations("process");
  return <span className="small station-processes">{station.processes.map((each) => `${each} ${t(`${each as 1}`)}`).join(", ")}</span>;
}

function Health({ station, now }: Cell & { readonly now: number }) {
  const t = useTranslations("stations");
  const health = healthOf(station, now);
  return (
    <>
      <Badge tone={TONES[health]} icon={signOf(TONES[health])}>{t(`healths.${health}`)}</Badge>
      {station.last_seen_at === null ? null : <p className="muted small"><When at={station.last_seen_at} /></p>}
    </>
  );
}

function Queue({ station }: Cell) {
  const t = useTranslations("stations");
  const duration = useDuration();
  if (station.queue_depth === null) return <span className="muted">–</span>;
  if (station.queue_depth === 0) return t("queue_empty");
  const text = t("queue_of", { count: station.queue_depth, age: duration(station.oldest_unsent_s) });
  return isLate(station) ? <Badge tone="bad" icon={signOf("bad")}>{text}</Badge> : text;
}

function Device({ state }: { readonly state: Views["DeviceState"] | null }) {
  const t = useTranslations("stations.devices");
  if (state === null) return <span className="muted">–</span>;
  const tone = toneOfDevice(state);
  return <Badge tone={tone} icon={signOf(tone)}>{t(state)}</Badge>;
}

function Version({ station }: Cell) {
  const t = useTranslations("stations");
  const newest = api.useQuery("get", "/health", {}, { staleTime: 60_000 }).data?.version;
  if (station.version === null) return <span className="muted">–</span>;
  if (newest === undefined || station.version === newest) return <span className="code">{station.version}</span>;
  return <Badge tone="warn" icon={signOf("warn")}>{t("version_old", { version: station.version })}</Badge>;
}

function signOf(tone: Tone) {
  const Sign = tone === "good" ? CircleCheck : tone === "idle" ? CircleDashed : TriangleAlert;
  return <Sign size={14} aria-hidden />;
}
