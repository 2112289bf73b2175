/** Which of the eight processes a station may do. */

import { CheckboxGroup, Label } from "react-aria-components";
import { useTranslations } from "use-intl";

import { Tick } from "../../parts/Field";
import "./stations.css";

const PROCESSES = [1, 2, 3, 4, 5, 6, 7, 8] as const;
type Props = { readonly value: readonly number[]; readonly onChange: (value: readonly number[]) => void };

export function ProcessTicks({ value, onChange }: Props) {
  const t = useTranslations();
  return (
    <CheckboxGroup className="field" value={value.map(String)} onChange={(ticked) => { onChange(ticked.map(Number).sort((a, b) => a - b)); }}>
      <Label className="field-label">{t("stations.processes")}</Label>
      <div className="process-ticks">
        {PROCESSES.map((each) => <Tick key={each} value={String(each)}>{each} {t(`process.${each}`)}</Tick>)}
      </div>
    </CheckboxGroup>
  );
}
