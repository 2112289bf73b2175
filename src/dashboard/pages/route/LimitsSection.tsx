/** The limits of a model: those in force as a table, and the versions before them. None is ever removed. */

import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { useMay } from "../../api/roles";
import { Badge } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Page";
import { Table, type Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { LimitsDialog } from "./LimitsDialog";
import { rowsOf, type LimitRow } from "./limits";

type LimitSet = Views["LimitSetView"];

const AT_MOST = 200;

export function LimitsSection({ model }: { readonly model: string }) {
  const t = useTranslations("route");
  const mayChange = useMay("admin");
  const [changes, change] = useState(false);
  const list = api.useQuery("get", "/api/v1/limits", { params: { query: { model, limit: AT_MOST } } });
  const current = list.data?.items.find((each) => each.current);
  return (
    <>
      <Section
        title={t("limits_of", { model })}
        note={current === undefined ? undefined : t("limits_version", { version: current.version })}
        actions={mayChange && current !== undefined ? <Button onPress={() => { change(true); }}>{t("limits_change")}</Button> : undefined}
      >
        <Loaded query={list}>{() => (current === undefined ? <p className="muted">{t("limits_none")}</p> : <Limits set={current} />)}</Loaded>
      </Section>
      <Section title={t("versions")} note={t("versions_note")}>
        <Loaded query={list}>{({ items }) => <Versions sets={items} />}</Loaded>
      </Section>
      {changes && current !== undefined ? <LimitsDialog set={current} onClose={() => { change(false); }} /> : null}
    </>
  );
}

function Limits({ set }: { readonly set: LimitSet }) {
  const t = useTranslations("route");
  const format = useFormatter();
  const columns: readonly Column<LimitRow>[] = [
    { id: "what", title: t("limit"), cell: (row) => (row.of === "range" ? t(`limit_names.${row.name}`) : t("limit_point", { point: row.name })) },
    { id: "low", title: t("low"), isNumber: true, cell: ({ low }) => format.number(low) },
    { id: "high", title: t("high"), isNumber: true, cell: ({ high }) => format.number(high) },
    { id: "unit", title: t("unit"), cell: ({ unit }) => unit },
  ];
  return <Table label={t("limits_of", { model: set.model })} columns={columns} rows={rowsOf(set.limits)} rowKey={({ name }) => name} empty="" />;
}

function Versions({ sets }: { readonly sets: readonly LimitSet[] }) {
  const t = useTranslations("route");
  const format = useFormatter();
  const columns: readonly Column<LimitSet>[] = [
    { id: "version", title: t("version"), isNumber: true, cell: ({ version }) => version },
    { id: "state", title: t("state"), cell: ({ current }) => (current ? <Badge tone="good">{t("in_force")}</Badge> : <span className="muted">{t("former")}</span>) },
    { id: "said", title: t("said"), cell: ({ limits }) => <span className="small">{rowsOf(limits).filter(({ isPlausible }) => !isPlausible).map((row) => `${row.of === "range" ? t("temp_short") : row.name} ${format.number(row.low)}–${format.number(row.high)}`).join(" · ")}</span> },
    { id: "when", title: t("when"), cell: ({ created_at }) => <When at={created_at} /> },
    { id: "by", title: t("by"), cell: ({ created_by }) => created_by },
  ];
  return <Table label={t("versions")} columns={columns} rows={sets} rowKey={({ version }) => version} empty={t("limits_none")} />;
}
