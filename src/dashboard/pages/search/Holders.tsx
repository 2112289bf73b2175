/** The recall list of a component lot: every unit that holds it, and where that unit is now. */

import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { PAGED } from "../../api/listed";
import { useProcessName } from "../../api/processes";
import { Loaded } from "../../parts/Loaded";
import { LotLink, UnitLink } from "../../parts/Lot";
import { Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { More, Table, type Column } from "../../parts/Table";
import { usePlace } from "../../parts/place";
import { When } from "../../parts/When";

type Holder = Views["ComponentHolder"];

const PAGE = 200;

export function Holders({ code, took }: { readonly code: string; readonly took: number }) {
  const t = useTranslations("search");
  const params = { path: { component_lot: code }, query: { limit: PAGE } };
  const list = api.useInfiniteQuery("get", "/api/v1/components/{component_lot}/units", { params }, PAGED);
  const columns = useColumns();
  return (
    <Section title={t("holders")} note={t("took", { ms: Math.max(1, Math.round(took)) })}>
      <Loaded query={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return (
            <>
              <p>{t("holders_count", { count: rows.length, more: String(list.hasNextPage) })}</p>
              <Table label={t("holders")} columns={columns} rows={rows} rowKey={(holder) => holder.unit.wip_id} empty={t("no_holders")} />
            </>
          );
        }}
      </Loaded>
      <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </Section>
  );
}

function useColumns(): readonly Column<Holder>[] {
  const t = useTranslations();
  const name = useProcessName();
  const said = (kind: string): string => (t.has(`field.${kind}` as "field.busbar") ? t(`field.${kind}` as "field.busbar") : kind);
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
