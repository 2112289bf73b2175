/** Line: what is happening now, from left to right through the eight processes, and where it jams. */

import { Maximize } from "lucide-react";
import { useFormatter, useTranslations } from "use-intl";

import { useBoard } from "../../api/board";
import type { Board } from "../../api/live";
import { useMay } from "../../api/roles";
import { ButtonLink } from "../../parts/Button";
import { Loaded } from "../../parts/Loaded";
import { Page, Section } from "../../parts/Page";
import { useShownLine } from "../../shell/line";
import { Alerts } from "./Alerts";
import { Figures } from "./Figures";
import { Flow } from "./Flow";
import { LotsUnderWay } from "./LotsUnderWay";
import "./line.css";

export function LinePage() {
  const t = useTranslations("line");
  const { board, problem } = useBoard();
  const kiosk = <ButtonLink to="/kiosk" icon={<Maximize size={16} aria-hidden />}>{t("kiosk")}</ButtonLink>;
  return (
    <Page title={t("title")} lead={<Day board={board} />} actions={kiosk}>
      <Loaded query={{ data: board ?? undefined, error: problem }}>{(shown) => <Content board={shown} />}</Loaded>
    </Page>
  );
}

function Content({ board }: { readonly board: Board }) {
  const t = useTranslations("line");
  const mayReadAlerts = useMay("manager");
  return (
    <>
      <Figures board={board} />
      <Section title={t("flow")} note={t("flow_note")}><Flow processes={board.processes} /></Section>
      <div className={mayReadAlerts ? "line-below" : undefined}>
        <LotsUnderWay lots={board.lots} />
        {mayReadAlerts ? <Alerts /> : null}
      </div>
    </>
  );
}

export function Day({ board }: { readonly board: Board | null }) {
  const t = useTranslations("line");
  const format = useFormatter();
  const line = useShownLine();
  if (board === null) return <>&nbsp;</>;
  const date = format.dateTime(new Date(`${board.date}T00:00`), { dateStyle: "full" });
  return t("lead", { date, line: line ?? t("all_lines") });
}
