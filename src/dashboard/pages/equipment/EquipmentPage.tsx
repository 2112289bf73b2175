/** Equipment: what must be maintained, and when. */

import { CalendarClock, Pencil, Plus } from "lucide-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { useMay } from "../../api/roles";
import { Badge } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Tick } from "../../parts/Field";
import { Loaded } from "../../parts/Loaded";
import { Filters, Page, Section } from "../../parts/Page";
import { Table, type Column } from "../../parts/Table";
import { useLine } from "../../shell/line";
import { dayOf } from "./day";
import { EquipmentDialog } from "./EquipmentDialog";

type Equipment = Views["EquipmentView"];

const AT_MOST = 200;

export function EquipmentPage() {
  const t = useTranslations("equipment");
  const mayChange = useMay("admin");
  const [changed, change] = useState<Equipment | "new" | null>(null);
  const { due = false } = useSearch({ from: "/shell/equipment" });
  const list = useEquipment(due);
  const columns = useColumns(dayOf(list.dataUpdatedAt), mayChange ? change : null);
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={mayChange ? <Button icon={<Plus size={18} aria-hidden />} onPress={() => { change("new"); }}>{t("add")}</Button> : undefined}
    >
      <Filters><DueFilter due={due} /></Filters>
      <Section title={t(due ? "list_due" : "list")}>
        <Loaded query={list}>
          {({ items }) => <Table label={t("list")} columns={columns} rows={items} rowKey={(each) => each.code} empty={t(due ? "empty_due" : "empty")} />}
        </Loaded>
      </Section>
      {changed === null ? null : <EquipmentDialog equipment={changed === "new" ? null : changed} onClose={() => { change(null); }} />}
    </Page>
  );
}

function useEquipment(due: boolean) {
  const line = useLine();
  const query = { limit: AT_MOST, maintenance_due: due, ...(line === null ? {} : { line }) };
  return api.useQuery("get", "/api/v1/equipment", { params: { query } });
}

function DueFilter({ due }: { readonly due: boolean }) {
  const t = useTranslations("equipment");
  const go = useNavigate();
  const show = (isDue: boolean): void => { void go({ to: "/equipment", search: (kept) => ({ ...kept, due: isDue ? true : undefined }) }); };
  return <Tick isSelected={due} onChange={show}>{t("only_due")}</Tick>;
}

function useColumns(today: string, change: ((equipment: Equipment) => void) | null): readonly Column<Equipment>[] {
  const t = useTranslations();
  const columns: Column<Equipment>[] = [
    { id: "code", title: t("equipment.code"), sortBy: ({ code }) => code, cell: (each) => <><span className="code">{each.code}</span><p className="muted small">{each.name}</p></> },
    { id: "line", title: t("equipment.line"), sortBy: ({ line }) => line ?? "", cell: ({ line }) => line ?? "–" },
    { id: "process", title: t("equipment.process"), sortBy: ({ process }) => process ?? 0, cell: ({ process }) => (process === null ? "–" : `${process} ${t(`process.${process as 1}`)}`) },
    { id: "due", title: t("equipment.due"), sortBy: ({ maintenance_due }) => maintenance_due ?? "9999", cell: (each) => <Due equipment={each} today={today} /> },
    { id: "active", title: t("equipment.state"), cell: ({ active }) => <Badge tone={active ? "good" : "idle"}>{t(active ? "equipment.active" : "equipment.inactive")}</Badge> },
  ];
  if (change === null) return columns;
  const pencil = <Pencil size={16} aria-hidden />;
  return [...columns, { id: "change", title: t("equipment.do"), isNumber: true, cell: (each) => <Button kind="quiet" icon={pencil} aria-label={t("equipment.change", { code: each.code })} onPress={() => { change(each); }} /> }];
}

function Due({ equipment, today }: { readonly equipment: Equipment; readonly today: string }) {
  const t = useTranslations("equipment");
  const format = useFormatter();
  if (equipment.maintenance_due === null) return <span className="muted">–</span>;
  const day = format.dateTime(new Date(`${equipment.maintenance_due}T00:00`), { dateStyle: "medium" });
  if (!equipment.maintenance_is_due) return day;
  const isLate = equipment.maintenance_due < today;
  return <Badge tone={isLate ? "bad" : "warn"} icon={<CalendarClock size={14} aria-hidden />}>{t(isLate ? "late_since" : "due_on", { day })}</Badge>;
}
