/** The recall list of a component lot: every unit that holds it, and where that unit is now. */

import { Printer } from "lucide-react";
import { useEffect } from "react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useProcessName } from "../../api/processes";
import { Button } from "../../parts/Button";
import { useFieldName } from "../../parts/field_name";
import { Loaded } from "../../parts/Loaded";
import { LotLink, UnitLink } from "../../parts/Lot";
import { Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { Table, type Column } from "../../parts/Table";
import { usePlace } from "../../parts/place";
import { When } from "../../parts/When";
import "./search.css";

type Holder = Views["ComponentHolder"];

const PAGE = 200;

export function Holders({ code, took }: { readonly code: string; readonly took: number }) {
  const t = useTranslations("search");
  const params = { path: { component_lot: code }, query: { limit: PAGE } };
  const list = api.useInfiniteQuery("get", "/api/v1/components/{component_lot}/units", { params }, PAGED);
  const columns = useColumns();
  useWhole(list);
  const sign = <Printer size={18} aria-hidden />;
  const print = <Button icon={sign} isDisabled={list.hasNextPage} onPress={() => { window.print(); }}>{t("print")}</Button>;
  return (
    <Section title={t("holders")} note={t("took", { ms: Math.max(1, Math.round(took)) })} actions={print}>
      <Loaded query={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return (
            <>
              <Summary holders={rows} hasMore={list.hasNextPage} />
              <Table label={t("holders")} columns={columns} rows={rows} rowKey={(holder) => holder.unit.wip_id} empty={t("no_holders")} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

type List = { readonly hasNextPage: boolean; readonly isFetching: boolean; readonly fetchNextPage: () => Promise<unknown> };

/** A recall list is whole or it is wrong: every page is read without being asked for. */
function useWhole({ hasNextPage, isFetching, fetchNextPage }: List): void {
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
}

/** How many, and how many of each status: those that have left the line are called back, the others are held. */
function Summary({ holders, hasMore }: { readonly holders: readonly Holder[]; readonly hasMore: boolean }) {
  const t = useTranslations("search");
  const counts = Map.groupBy(holders, ({ unit }) => unit.status);
  return (
    <p className="recall">
      <strong>{t("holders_count", { count: holders.length, more: String(hasMore) })}</strong>
      {[...counts].map(([status, those]) => <span key={status}><StateBadge state={status} /> {those.length}</span>)}
    </p>
  );
}

function useColumns(): readonly Column<Holder>[] {
  const t = useTranslations();
  const name = useProcessName();
  const said = useFieldName();
  const place = usePlace();
  return [
    { id: "wip", title: t("lots.wip_id"), cell: ({ unit }) => <UnitLink code={unit.wip_id} /> },
    { id: "serial", title: t("lots.serial"), cell: ({ unit }) => unit.serial_number === null ? "–" : <code>{unit.serial_number}</code> },
    { id: "status", title: t("lots.status"), cell: ({ unit }) => <StateBadge state={unit.status} /> },
    { id: "place", title: t("lots.place"), cell: ({ unit }) => place(unit) },
    { id: "lot", title: t("unit.lot"), cell: ({ unit }) => <LotLink number={unit.lot_number} /> },
    { id: "as", title: t("search.as"), cell: ({ kinds, process }) => `${kinds.map(said).join(", ")} · ${name(process)}` },
    { id: "installed", title: t("search.installed"), cell: ({ installed_at }) => <When at={installed_at} /> },
  ];
}
