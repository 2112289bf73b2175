/** Unit: everything that happened to one robot, in order; on paper it is the unit's passport. */

import { useParams } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import { useFormatter, useTranslations } from "use-intl";

import { api } from "../../api/client";
import { useFollowLot } from "../../api/follow";
import { useProcessName } from "../../api/processes";
import { useMay } from "../../api/roles";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { LotLink } from "../../parts/Lot";
import { Fact, Facts, Page, Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { When } from "../../parts/When";
import { Components } from "./Components";
import { Decide } from "./Decide";
import { History } from "./History";
import { Labels } from "./Labels";
import { Route } from "./Route";
import { Steps } from "./Steps";
import type { Trace } from "./trace";
import "./unit.css";

const PATH = "/api/v1/units/{code}/trace";

export function UnitPage() {
  const { code } = useParams({ from: "/shell/units/$code" });
  const t = useTranslations("unit");
  const trace = api.useQuery("get", PATH, { params: { path: { code } } });
  useFollowLot(trace.data?.lot_number, PATH);
  const unit = trace.data;
  return (
    <Page
      title={unit?.wip_id ?? code}
      code
      badge={unit === undefined ? undefined : <StateBadge state={unit.status} />}
      lead={unit === undefined ? undefined : <Place unit={unit} />}
      actions={unit === undefined ? undefined : <Verbs unit={unit} />}
    >
      <Loaded query={trace}>{(found) => <Content trace={found} />}</Loaded>
      <p className="printed-only small">{t("printed", { by: "NeuroHub" })} <PrintedAt /></p>
    </Page>
  );
}

function Content({ trace }: { readonly trace: Trace }) {
  const t = useTranslations("unit");
  return (
    <>
      <Section title={t("route")}>
        <Route unit={trace} />
        <Facts>
          <Fact name={t("serial")}>{trace.serial_number === null ? "–" : <code>{trace.serial_number}</code>}</Fact>
          <Fact name={t("lot")}><LotLink number={trace.lot_number} /></Fact>
          <Fact name={t("sequence")}>{trace.sequence}</Fact>
          <Fact name={t("reworks")}>{t("reworks_of", { count: trace.rework_count })}</Fact>
          <Fact name={t("moved")}><When at={trace.updated_at} year /></Fact>
        </Facts>
      </Section>
      <div className="unit-columns">
        <Steps trace={trace} />
        <div className="unit-side">
          <Components steps={trace.steps} />
          <Labels unit={trace} labels={trace.labels} />
        </div>
      </div>
      <History events={trace.events} />
    </>
  );
}

/** Where the unit is now, in a sentence. */
function Place({ unit }: { readonly unit: Trace }) {
  const t = useTranslations("unit");
  const name = useProcessName();
  if (unit.open_process !== null) return t("open_at", { process: name(unit.open_process) });
  if (unit.status === "DEFECTED") return t("waits_for_decision");
  return unit.due_process === null ? t(unit.status === "PASSED" ? "finished" : "ended") : t("due_at", { process: name(unit.due_process) });
}

function Verbs({ unit }: { readonly unit: Trace }) {
  const t = useTranslations("unit");
  const mayDecide = useMay("manager");
  return (
    <>
      {mayDecide ? <Decide unit={unit} /> : null}
      <Button icon={<Printer size={18} aria-hidden />} onPress={() => { print(); }}>{t("passport")}</Button>
    </>
  );
}

function PrintedAt() {
  return useFormatter().dateTime(new Date(), { dateStyle: "medium", timeStyle: "short" });
}
