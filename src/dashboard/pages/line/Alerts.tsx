/** The latest alerts nobody has read, for managers; one is read by a press. */

import { Check } from "lucide-react";
import { useEffect } from "react";
import { useFormatter, useTranslations } from "use-intl";

import { useQueryClient } from "@tanstack/react-query";

import { useBoard } from "../../api/board";
import { answer, api, http, type Views } from "../../api/client";
import { useCommand } from "../../api/command";
import { useProcessName } from "../../api/processes";
import { Badge, type Tone } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { LotLink, UnitLink } from "../../parts/Lot";
import { Section } from "../../parts/Page";
import { ProblemNote } from "../../parts/Problem";
import { When } from "../../parts/When";
import { useLine } from "../../shell/line";

type Alert = Views["AlertView"];

const PATH = "/api/v1/alerts";
const SHOWN = 6;
const TONES: Record<Alert["severity"], Tone> = { high: "bad", medium: "warn", low: "idle" };

export function Alerts() {
  const t = useTranslations("line");
  const line = useLine();
  const query = { unread: true, limit: SHOWN, ...(line === null ? {} : { line }) };
  const alerts = api.useQuery("get", PATH, { params: { query } });
  useNews();
  return (
    <Section title={t("alerts")}>
      <Loaded query={alerts}>
        {({ items }) => items.length === 0
          ? <p className="muted">{t("no_alerts")}</p>
          : <ul className="alerts">{items.map((alert) => <Row key={alert.id} alert={alert} />)}</ul>}
      </Loaded>
    </Section>
  );
}

/** Read the alerts again when the board counts others. */
function useNews(): void {
  const { board } = useBoard();
  const queries = useQueryClient();
  const unread = board?.alerts_unread;
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ["get", PATH] });
  }, [unread, queries]);
}

function Row({ alert }: { readonly alert: Alert }) {
  const t = useTranslations();
  const read = useCommand((id: number) => answer(http.PUT("/api/v1/alerts/{number}/read", { params: { path: { number: id } } })), [PATH]);
  return (
    <li className="alert">
      <p className="alert-head">
        <Badge tone={TONES[alert.severity]}>{t(`alert.${alert.kind}`)}</Badge>
        <span className="muted small"><When at={alert.raised_at} /></span>
      </p>
      <p className="alert-what small"><About facts={alert.facts} /></p>
      <Button kind="quiet" aria-label={t("line.read")} icon={<Check size={18} aria-hidden />} isPending={read.isPending} onPress={() => { read.mutate(alert.id); }} />
      <ProblemNote error={read.error} />
    </li>
  );
}

/** What an alert is about, from the facts of its kind. */
function About({ facts }: { readonly facts: Readonly<Record<string, unknown>> }) {
  const name = useProcessName();
  const format = useFormatter();
  const text = (key: string): string | null => {
    const fact = facts[key];
    if (typeof fact === "number") return format.number(fact);
    return typeof fact === "string" ? fact : null;
  };
  const unit = text("wip_id");
  const lot = text("lot_number");
  const process = typeof facts.process === "number" ? name(facts.process) : null;
  const rest = ["station", "code", "model", "version"].map(text).filter((each) => each !== null);
  return (
    <>
      {unit === null ? null : <UnitLink code={unit} />} {lot === null ? null : <LotLink number={lot} />} {[process, ...rest].filter((each) => each !== null).join(" · ")}
    </>
  );
}
