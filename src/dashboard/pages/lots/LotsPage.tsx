/** LOTs: which there are, newest first, and how far each is; managers create them here. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { useLotsNow } from "../../api/follow";
import { api, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useMay } from "../../api/roles";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Field";
import { Loaded } from "../../parts/Loaded";
import { LotBar, LotLink } from "../../parts/Lot";
import { Filters, Page, Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { More, Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { useLine } from "../../shell/line";
import { CreateLot } from "./CreateLot";
import { LOT_STATUSES, type LotFilters } from "./filters";

type Lot = Views["LotView"];

const PATH = "/api/v1/lots";
const ALL = "all";

export function LotsPage() {
  const t = useTranslations("lots");
  const [creates, create] = useState(false);
  const mayCreate = useMay("manager");
  const list = useLots();
  const now = useLotsNow(PATH);
  const columns = useColumns();
  const action = mayCreate ? <Button kind="primary" icon={<Plus size={18} aria-hidden />} onPress={() => { create(true); }}>{t("create")}</Button> : undefined;
  return (
    <Page title={t("title")} lead={t("lead")} actions={action}>
      <LotFilter />
      <Section title={t("list")}>
        <Loaded query={list}>
          {({ pages }) => (
            <Table label={t("list")} columns={columns} rows={pages.flatMap((page) => page.items.map(now))} rowKey={(lot) => lot.lot_number} empty={t("empty")} />
          )}
        </Loaded>
        <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
      </Section>
      {creates ? <CreateLot onClose={() => { create(false); }} /> : null}
    </Page>
  );
}

function useLots() {
  const line = useLine();
  const { status, model } = useSearch({ from: "/shell/lots" });
  const query = { ...(line === null ? {} : { line }), ...(status === undefined ? {} : { status }), ...(model === undefined ? {} : { model }) };
  return api.useInfiniteQuery("get", PATH, { params: { query } }, PAGED);
}

function LotFilter() {
  const t = useTranslations();
  const go = useNavigate();
  const { status, model } = useSearch({ from: "/shell/lots" });
  const show = (change: LotFilters): void => { void go({ to: "/lots", search: { status, model, ...change } }); };
  const all = { key: ALL, text: t("common.all") };
  const statuses = LOT_STATUSES.map((each) => ({ key: each, text: t(`status.${each}`) }));
  return (
    <Filters>
      <Choice label={t("lots.status")} options={[all, ...statuses]} value={status ?? ALL} onChange={(key) => { show({ status: LOT_STATUSES.find((each) => each === key) }); }} />
      <ModelFilter model={model} onModel={(key) => { show({ model: key === ALL ? undefined : key }); }} />
    </Filters>
  );
}

type ModelFilterProps = { readonly model: string | undefined; readonly onModel: (model: string) => void };

/** Models are read by managers; for others the filter is not there. */
function ModelFilter({ model, onModel }: ModelFilterProps) {
  const t = useTranslations();
  const mayRead = useMay("manager");
  const { data } = api.useQuery("get", "/api/v1/models", {}, { enabled: mayRead, staleTime: 60_000 });
  if (data === undefined) return null;
  const options = [{ key: ALL, text: t("common.all") }, ...data.items.map(({ code, name }) => ({ key: code, text: `${code} ${name}` }))];
  return <Choice label={t("lots.model")} options={options} value={model ?? ALL} onChange={onModel} />;
}

function useColumns(): readonly Column<Lot>[] {
  const t = useTranslations("lots");
  return [
    { id: "number", title: t("number"), cell: (lot) => <LotLink number={lot.lot_number} /> },
    { id: "status", title: t("status"), cell: (lot) => <StateBadge state={lot.status} /> },
    { id: "progress", title: t("progress"), cell: (lot) => <LotBar lot={lot} /> },
    { id: "defected", title: t("defected"), isNumber: true, cell: (lot) => lot.defected },
    { id: "scrapped", title: t("scrapped"), isNumber: true, cell: (lot) => lot.scrapped },
    { id: "shift", title: t("shift"), cell: (lot) => t(`shifts.${lot.shift}`) },
    { id: "created", title: t("created"), cell: (lot) => <When at={lot.created_at} /> },
  ];
}
