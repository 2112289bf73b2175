/** Where the units of a LOT are: waiting, open and passed at each process. */

import { useTranslations } from "use-intl";

import type { Views } from "../../api/client";
import { useProcessName } from "../../api/processes";
import { Bar } from "../../parts/Bar";
import { Section } from "../../parts/Page";
import "./lot.css";

type Count = Views["ProcessCount"];
type Props = { readonly counts: readonly Count[]; readonly units: number };

export function ByProcess({ counts, units }: Props) {
  const t = useTranslations("lots");
  const name = useProcessName();
  return (
    <Section title={t("by_process")}>
      <ol className="by-process">
        {counts.map(({ process, waiting, open, passed }) => {
          const said = t("at_process", { process: name(process), waiting, open, passed });
          return (
            <li key={process}>
              <h3><span className="muted">{process}</span> {name(process)}</h3>
              <Bar label={said} whole={units} shares={[{ tone: "good", amount: passed }, { tone: "work", amount: open }, { tone: "idle", amount: waiting }]} />
              <dl>
                <div><dt>{t("passed")}</dt><dd>{passed}</dd></div>
                <div><dt>{t("open")}</dt><dd>{open}</dd></div>
                <div><dt>{t("waiting")}</dt><dd>{waiting}</dd></div>
              </dl>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
