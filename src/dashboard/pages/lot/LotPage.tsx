/** LOT: how far it is, process by process and unit by unit; managers make its units, print and close it here. */

import { useParams } from "@tanstack/react-router";
import { FileText, Lock, Plus, Printer } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";

import { api, type Views } from "../../api/client";
import { useFollowLot } from "../../api/follow";
import { useMay } from "../../api/roles";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { LotBar, useProgressText } from "../../parts/Lot";
import { Fact, Facts, Page, Section } from "../../parts/Page";
import { StateBadge } from "../../parts/states";
import { When } from "../../parts/When";
import { ByProcess } from "./ByProcess";
import { CloseLot } from "./CloseLot";
import { GenerateUnits } from "./GenerateUnits";
import { PrintLabels } from "./PrintLabels";
import { Units } from "./Units";

type Lot = Views["LotView"];

export function LotPage() {
  const { lotNumber } = useParams({ from: "/shell/lots/$lotNumber" });
  const lot = api.useQuery("get", "/api/v1/lots/{lot_number}", { params: { path: { lot_number: lotNumber } } });
  useFollowLot(lotNumber, "/api/v1/lots/{lot_number}", "/api/v1/lots/{lot_number}/units");
  return (
    <Page
      title={lotNumber}
      code
      badge={lot.data === undefined ? undefined : <StateBadge state={lot.data.status} />}
      actions={lot.data === undefined ? undefined : <Verbs lot={lot.data} />}
    >
      <Loaded query={lot}>{(found) => <Content lot={found} />}</Loaded>
    </Page>
  );
}

function Content({ lot }: { readonly lot: Lot }) {
  const t = useTranslations("lots");
  const said = useProgressText();
  return (
    <>
      <Section title={t("progress")}>
        <LotBar lot={lot} />
        <p className="muted">{said(lot)}</p>
        <Facts>
          <Fact name={t("line")}>{lot.line}</Fact>
          <Fact name={t("model")}>{lot.model}</Fact>
          <Fact name={t("shift")}>{t(`shifts.${lot.shift}`)}</Fact>
          <Fact name={t("made")}>{t("made_of", { made: lot.unit_count, target: lot.target_quantity })}</Fact>
          <Fact name={t("created")}><When at={lot.created_at} /></Fact>
          <Fact name={t("started")}><When at={lot.started_at} /></Fact>
          <Fact name={t("completed")}><When at={lot.completed_at} /></Fact>
          <Fact name={t("closed")}><When at={lot.closed_at} /></Fact>
        </Facts>
      </Section>
      <ByProcess counts={lot.by_process} units={lot.unit_count} />
      <Units lotNumber={lot.lot_number} />
    </>
  );
}

type Verb = "generate" | "print" | "close";

/** What may be done with the LOT as it stands; the service decides anyway. */
function Verbs({ lot }: { readonly lot: Lot }) {
  const t = useTranslations("lots");
  const [verb, choose] = useState<Verb | null>(null);
  const close = (): void => { choose(null); };
  const paper = <Button icon={<FileText size={18} aria-hidden />} onPress={() => { window.print(); }}>{t("sheet")}</Button>;
  if (!useMay("manager")) return paper;
  const dialogs: Record<Verb, ReactNode> = {
    generate: <GenerateUnits lot={lot} onClose={close} />,
    print: <PrintLabels lot={lot} onClose={close} />,
    close: <CloseLot lot={lot} onClose={close} />,
  };
  const isOpen = lot.status === "CREATED" || lot.status === "IN_PROGRESS";
  return (
    <>
      {isOpen && lot.unit_count < lot.target_quantity
        ? <Button kind="primary" icon={<Plus size={18} aria-hidden />} onPress={() => { choose("generate"); }}>{t("generate")}</Button>
        : null}
      <Button icon={<Printer size={18} aria-hidden />} onPress={() => { choose("print"); }}>{t("print")}</Button>
      {lot.status === "CLOSED" ? null : <Button icon={<Lock size={18} aria-hidden />} onPress={() => { choose("close"); }}>{t("close")}</Button>}
      {paper}
      {verb === null ? null : dialogs[verb]}
    </>
  );
}
