/** Line: what is happening now, from left to right through the eight processes, and where it jams. */

import { useFormatter, useTranslations } from "use-intl";

import { useBoard } from "../../api/board";
import { Page, Section } from "../../parts/Page";
import { useLine } from "../../shell/line";

export function LinePage() {
  const t = useTranslations("line");
  const format = useFormatter();
  const line = useLine();
  const { board } = useBoard();
  if (board === null) return <Page title={t("title")}>{null}</Page>;
  const date = format.dateTime(new Date(`${board.date}T00:00`), { dateStyle: "full" });
  return (
    <Page title={t("title")} lead={t("lead", { date, line: line ?? t("all_lines") })}>
      <Section title={t("flow")} note={t("flow_note")}>
        <ol>{board.processes.map((each) => <li key={each.process}>{each.process} {each.waiting} {each.open} {each.done_today}</li>)}</ol>
      </Section>
    </Page>
  );
}
