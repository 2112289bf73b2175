/** Route and limits: what each process takes and allows for a model, and what its measurements are judged by. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { useMay } from "../../api/roles";
import { Badge } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { Filters, Page, Section } from "../../parts/Page";
import { ModelChoice } from "../../parts/PlantChoice";
import { Table, type Column } from "../../parts/Table";
import { useDuration } from "../../parts/When";
import { LimitsSection } from "./LimitsSection";
import { ProcessDialog } from "./ProcessDialog";

type Process = Views["ProcessView"];

export function RoutePage() {
  const t = useTranslations("route");
  const go = useNavigate();
  const { model = null } = useSearch({ from: "/shell/route" });
  const first = api.useQuery("get", "/api/v1/models", {}, { staleTime: 60_000 }).data?.items.find(({ active }) => active)?.code ?? null;
  const shown = model ?? first;
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Filters>
        <ModelChoice value={shown} onChange={(key) => { void go({ to: "/route", search: (kept) => ({ ...kept, model: key }) }); }} />
      </Filters>
      {shown === null ? null : <RouteSection key={shown} model={shown} />}
      {shown === null ? null : <LimitsSection key={`limits ${shown}`} model={shown} />}
    </Page>
  );
}

function RouteSection({ model }: { readonly model: string }) {
  const t = useTranslations("route");
  const mayChange = useMay("admin");
  const [changed, change] = useState<Process | null>(null);
  const list = api.useQuery("get", "/api/v1/processes", { params: { query: { model } } });
  const common = api.useQuery("get", "/api/v1/processes", {}).data?.items ?? [];
  const columns = useColumns(common, mayChange ? change : null);
  return (
    <Section title={t("route_of", { model })} note={t("route_note")}>
      <Loaded query={list}>
        {({ items }) => <Table label={t("title")} columns={columns} rows={items} rowKey={(each) => each.process} empty="" />}
      </Loaded>
      {changed === null ? null : <ProcessDialog process={changed} isOwn={isOwn(changed, common)} model={model} onClose={() => { change(null); }} />}
    </Section>
  );
}

/** Tell whether a model does not follow the process as it stands for all. */
function isOwn(process: Process, common: readonly Process[]): boolean {
  const of = common.find((each) => each.process === process.process);
  return of !== undefined && (of.standard_s !== process.standard_s || of.rework !== process.rework);
}

function useColumns(common: readonly Process[], change: ((process: Process) => void) | null): readonly Column<Process>[] {
  const t = useTranslations();
  const duration = useDuration();
  const columns: Column<Process>[] = [
    { id: "process", title: t("route.process"), cell: (each) => <><strong>{each.process} {t(`process.${each.process as 1}`)}</strong> <span className="muted small">{each.code}</span></> },
    { id: "scan", title: t("route.scan"), cell: ({ scan }) => scan },
    { id: "standard", title: t("route.standard"), isNumber: true, cell: ({ standard_s }) => duration(standard_s) },
    { id: "rework", title: t("route.rework"), cell: ({ rework }) => <Badge tone={rework ? "good" : "idle"}>{t(rework ? "route.rework_yes" : "route.rework_no")}</Badge> },
    { id: "own", title: t("route.own"), cell: (each) => (isOwn(each, common) ? <Badge tone="work">{t("route.own_of", { model: each.model ?? "" })}</Badge> : <span className="muted">{t("route.as_all")}</span>) },
  ];
  if (change === null) return columns;
  const pencil = <Pencil size={16} aria-hidden />;
  return [...columns, { id: "change", title: t("route.do"), isNumber: true, cell: (each) => <Button kind="quiet" icon={pencil} aria-label={t("route.change", { process: t(`process.${each.process as 1}`) })} onPress={() => { change(each); }} /> }];
}
