/** The append-only history as it was recorded, folded: for whoever has to prove something. */

import { useTranslations } from "use-intl";

import type { Views } from "../../api/client";
import { useProcessName } from "../../api/processes";
import { Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";

type Event = Views["TracedEvent"];

export function History({ events }: { readonly events: readonly Event[] }) {
  const t = useTranslations("unit");
  return (
    <details className="section history">
      <summary><h2>{t("history")}</h2> <span className="muted small">{t("history_note", { count: events.length })}</span></summary>
      <Table label={t("history")} columns={useColumns()} rows={events} rowKey={(event) => event.event_id} empty={t("no_steps")} />
    </details>
  );
}

function useColumns(): readonly Column<Event>[] {
  const t = useTranslations();
  const name = useProcessName();
  return [
    { id: "at", title: t("unit.occurred"), cell: (event) => <When at={event.occurred_at} />, sortBy: (event) => event.occurred_at },
    { id: "kind", title: t("unit.kind"), cell: (event) => [t(`event.${event.kind}`), event.result === null ? null : t(`status.${event.result}`)].filter(Boolean).join(" · ") },
    { id: "process", title: t("unit.process"), cell: (event) => `${event.process} ${name(event.process)}` },
    { id: "who", title: t("unit.who"), cell: (event) => [event.operator, event.station].filter((each) => each !== null).join(" · ") },
    { id: "reason", title: t("common.reason"), cell: (event) => event.reason ?? "" },
    { id: "flags", title: t("unit.flags"), cell: (event) => event.flags.join(", ") },
    { id: "received", title: t("unit.received"), cell: (event) => <When at={event.received_at} /> },
  ];
}
