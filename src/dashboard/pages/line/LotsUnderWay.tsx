/** The LOTs of the board: what is under way, and how far. */

import { useTranslations } from "use-intl";

import type { Views } from "../../api/client";
import { LotBar, LotLink } from "../../parts/Lot";
import { Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { Table, type Column } from "../../parts/Table";

type Lot = Views["LotView"];

export function LotsUnderWay({ lots }: { readonly lots: readonly Lot[] }) {
  const t = useTranslations("line");
  const l = useTranslations("lots");
  const columns: Column<Lot>[] = [
    { id: "number", title: l("number"), cell: (lot) => <LotLink number={lot.lot_number} /> },
    { id: "progress", title: l("progress"), cell: (lot) => <LotBar lot={lot} /> },
    { id: "status", title: l("status"), cell: (lot) => <StateBadge state={lot.status} /> },
  ];
  return (
    <Section title={t("lots")}>
      <Table label={t("lots")} columns={columns} rows={lots} rowKey={(lot) => lot.lot_number} empty={t("no_lots")} />
    </Section>
  );
}
