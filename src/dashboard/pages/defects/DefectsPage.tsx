/** Defects: what waits for a decision, and what was decided, by whom and why. */

import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useMay } from "../../api/roles";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Field";
import { Loaded } from "../../parts/Loaded";
import { Filters, Page, Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { More, Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { DecideDialog } from "./DecideDialog";
import { ALL, DEFECT_STATUSES, type Shown } from "./filters";
import { useDefectNames } from "./names";

type Defect = Views["DefectView"];

const AGAIN_MS = 10_000;

export function DefectsPage() {
  const t = useTranslations("defects");
  const [asked, ask] = useState<Defect | null>(null);
  const { status = "OPEN" } = useSearch({ from: "/shell/defects" });
  const list = useDefects(status);
  const columns = useColumns(ask);
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Filters><StatusFilter status={status} /></Filters>
      <Section title={t(`of.${status}`)}>
        <Loaded query={list}>
          {({ pages }) => (
            <Table label={t("title")} columns={columns} rows={pages.flatMap((page) => page.items)} rowKey={(each) => each.id} empty={t(status === "OPEN" ? "empty_open" : "empty")} />
          )}
        </Loaded>
        <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
      </Section>
      {asked === null ? null : <DecideDialog defect={asked} onClose={() => { ask(null); }} />}
    </Page>
  );
}

function useDefects(status: Shown) {
  const query = status === ALL ? {} : { status };
  return api.useInfiniteQuery("get", "/api/v1/defects", { params: { query } }, { ...PAGED, refetchInterval: AGAIN_MS });
}

function StatusFilter({ status }: { readonly status: Shown }) {
  const t = useTranslations();
  const go = useNavigate();
  const options = [
    ...DEFECT_STATUSES.map((each) => ({ key: each, text: t(`status.${each}`) })),
    { key: ALL, text: t("common.all") },
  ] as const;
  return (
    <Choice
      label={t("defects.status")}
      options={options}
      value={status}
      onChange={(key) => { void go({ to: "/defects", search: (kept) => ({ ...kept, status: key }) }); }}
    />
  );
}

function useColumns(ask: (defect: Defect) => void): readonly Column<Defect>[] {
  const t = useTranslations();
  const nameOf = useDefectNames();
  const mayDecide = useMay("manager");
  return [
    { id: "unit", title: t("defects.unit"), cell: ({ unit }) => <Link className="code" to="/units/$code" params={{ code: unit.wip_id }}>{unit.wip_id}</Link> },
    { id: "process", title: t("defects.process"), cell: ({ process }) => t(`process.${process as 1}`) },
    { id: "what", title: t("defects.what"), cell: (each) => <><strong>{nameOf(each)}</strong>{each.description === "" ? null : <p className="muted small">{each.description}</p>}</> },
    { id: "reported", title: t("defects.reported"), cell: (each) => <><When at={each.reported_at} /><p className="muted small">{[each.reported_by, each.station].filter(Boolean).join(" · ")}</p></> },
    { id: "reworks", title: t("defects.reworks"), isNumber: true, cell: ({ unit }) => t("defects.reworks_of", { count: unit.rework_count }) },
    { id: "status", title: t("defects.status"), cell: (each) => <StateBadge state={each.status} /> },
    { id: "decide", title: t("defects.decision"), cell: (each) => (
      mayDecide && each.status === "OPEN"
        ? <Button aria-label={t("defects.decide_on", { unit: each.unit.wip_id })} onPress={() => { ask(each); }}>{t("defects.decide")}</Button>
        : <Reason defect={each} />
    ) },
  ];
}

function Reason({ defect }: { readonly defect: Defect }) {
  if (defect.reason === null) return <span className="muted">–</span>;
  return <>{defect.reason}<p className="muted small">{defect.decided_by} · <When at={defect.decided_at} /></p></>;
}
