/** Stations: whether each PC of the line is there, delivers what it has, and can scan and print. */

import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { useMay } from "../../api/roles";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { Page, Section } from "../../parts/Page";
import { Table } from "../../parts/Table";
import { useLine } from "../../shell/line";
import { useStationColumns } from "./columns";
import { PrintJobs } from "./PrintJobs";
import { SecretDialog } from "./SecretDialog";
import { StationDialog } from "./StationDialog";

type Made = { readonly code: string; readonly secret: string };

const AGAIN_MS = 10_000;
const AT_MOST = 200;

export function StationsPage() {
  const t = useTranslations("stations");
  const mayChange = useMay("admin");
  const [changed, change] = useState<Views["StationView"] | "new" | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const line = useLine();
  const query = line === null ? { limit: AT_MOST } : { limit: AT_MOST, line };
  const list = api.useQuery("get", "/api/v1/stations", { params: { query } }, { refetchInterval: AGAIN_MS });
  const columns = useStationColumns(list.dataUpdatedAt, mayChange ? change : null);
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={mayChange ? <Button icon={<Plus size={18} aria-hidden />} onPress={() => { change("new"); }}>{t("add")}</Button> : undefined}
    >
      <Section title={t("list")}>
        <Loaded query={list}>
          {({ items }) => <Table label={t("list")} columns={columns} rows={items} rowKey={(each) => each.code} empty={t("empty")} />}
        </Loaded>
      </Section>
      <PrintJobs />
      {changed === null ? null : <StationDialog station={changed === "new" ? null : changed} onClose={() => { change(null); }} onSecret={setMade} />}
      {made === null ? null : <SecretDialog {...made} onClose={() => { setMade(null); }} />}
    </Page>
  );
}
