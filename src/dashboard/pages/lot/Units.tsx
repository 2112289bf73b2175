/** The units of a LOT, a hundred at most: where each is. */

import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { Loaded } from "../../parts/Loaded";
import { UnitLink } from "../../parts/Lot";
import { usePlace } from "../../parts/place";
import { Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";

type Unit = Views["UnitView"];

const ALL_OF_A_LOT = 200; // a page that holds every unit a LOT can have

export function Units({ lotNumber }: { readonly lotNumber: string }) {
  const t = useTranslations("lots");
  const params = { path: { lot_number: lotNumber }, query: { limit: ALL_OF_A_LOT } };
  const units = api.useQuery("get", "/api/v1/lots/{lot_number}/units", { params });
  const columns = useColumns();
  return (
    <Section title={t("units")} note={units.data === undefined ? undefined : t("units_count", { count: units.data.items.length })}>
      <Loaded query={units}>
        {({ items }) => <Table label={t("units")} columns={columns} rows={items} rowKey={(unit) => unit.wip_id} empty={t("no_units")} />}
      </Loaded>
    </Section>
  );
}

function useColumns(): readonly Column<Unit>[] {
  const t = useTranslations("lots");
  const place = usePlace();
  return [
    { id: "wip", title: t("wip_id"), cell: (unit) => <UnitLink code={unit.wip_id} />, sortBy: (unit) => unit.sequence },
    { id: "serial", title: t("serial"), cell: (unit) => unit.serial_number === null ? <span className="muted">–</span> : <code>{unit.serial_number}</code>, sortBy: (unit) => unit.serial_number ?? "" },
    { id: "status", title: t("status"), cell: (unit) => <StateBadge state={unit.status} />, sortBy: (unit) => unit.status },
    { id: "place", title: t("place"), cell: place, sortBy: (unit) => unit.open_process ?? unit.due_process ?? 0 },
    { id: "reworks", title: t("reworks"), isNumber: true, cell: (unit) => unit.rework_count, sortBy: (unit) => unit.rework_count },
    { id: "moved", title: t("moved"), cell: (unit) => <When at={unit.updated_at} />, sortBy: (unit) => unit.updated_at },
  ];
}
