/** What was measured against the limits of that day: the number, the limits, and where it lies between them. */

import { Check, X } from "lucide-react";
import { useFormatter, useTranslations } from "use-intl";

import { useFieldName } from "../../parts/field_name";
import { placeOf, type Measured } from "./trace";

const MARK = 1.5; // width, of 100
const HEADS = ["what", "value", "limits", "where", "verdict"] as const;

type Props = { readonly measured: readonly Measured[]; readonly version: number | null };

export function Measurements({ measured, version }: Props) {
  const t = useTranslations("unit");
  if (measured.length === 0) return null;
  return (
    <table className="measured">
      <caption className="unseen">{t("measured", { version: version ?? 0 })}</caption>
      <thead className="unseen">
        <tr>{HEADS.map((head) => <th key={head} scope="col">{t(head)}</th>)}</tr>
      </thead>
      <tbody>{measured.map((each) => <Row key={each.name} measured={each} />)}</tbody>
    </table>
  );
}

function Row({ measured }: { readonly measured: Measured }) {
  const t = useTranslations();
  const format = useFormatter();
  const field = measured.name.split(".").at(-1) ?? measured.name;
  const point = measured.name.includes(".measured_force") ? `${measured.name.split(".")[0] ?? ""} ` : "";
  const said = useFieldName()(field);
  const number = (value: number | null): string => (value === null ? "" : format.number(value, { maximumFractionDigits: 3 }));
  const value = typeof measured.value === "number" ? number(measured.value) : shown(measured.value, t("common.yes"), t("common.no"));
  const limits = measured.low === null && measured.high === null ? "" : `${number(measured.low)} – ${number(measured.high)}`;
  return (
    <tr>
      <th scope="row">{point}{said}</th>
      <td className="number"><strong>{value}</strong> {measured.unit}</td>
      <td className="muted">{limits}</td>
      <td><Scale measured={measured} /></td>
      <td className={measured.ok ? "measured-ok" : "measured-bad"}>
        {measured.ok ? <Check size={16} aria-label={t("status.PASS")} /> : <X size={16} aria-label={t("status.FAIL")} />}
      </td>
    </tr>
  );
}

function shown(value: string | boolean, yes: string, no: string): string {
  if (typeof value === "string") return value;
  return value ? yes : no;
}

/** The limits as a band, the value as a mark on it. */
function Scale({ measured }: { readonly measured: Measured }) {
  const place = placeOf(measured);
  if (place === null) return null;
  const mark = Math.min(100 - MARK, Math.max(0, place - MARK / 2));
  return (
    <svg className="measured-scale" aria-hidden viewBox="0 0 100 10" preserveAspectRatio="none">
      <rect className="bar-rest" y="3" width="100" height="4" />
      <rect className="measured-band" x="25" y="3" width="50" height="4" />
      <rect className={measured.ok ? "measured-mark" : "measured-mark-bad"} x={mark} width={MARK} height="10" />
    </svg>
  );
}
