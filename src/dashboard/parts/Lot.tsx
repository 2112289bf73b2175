/** A LOT in a list: its number as a link, and what became of its units as a bar. */

import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";

import type { Views } from "../api/client";
import { Bar } from "./Bar";

type Lot = Views["LotView"];

export function LotLink({ number }: { readonly number: string }) {
  return <Link to="/lots/$lotNumber" params={{ lotNumber: number }} className="code">{number}</Link>;
}

export function UnitLink({ code }: { readonly code: string }) {
  return <Link to="/units/$code" params={{ code }} className="code">{code}</Link>;
}

export function LotBar({ lot }: { readonly lot: Lot }) {
  const t = useTranslations("lots");
  const facts = { target: lot.target_quantity, passed: lot.passed, in_progress: lot.in_progress, defected: lot.defected, scrapped: lot.scrapped };
  return (
    <div className="lot-bar">
      <Bar
        label={t("progress_text", facts)}
        whole={lot.target_quantity}
        shares={[
          { tone: "good", amount: lot.passed },
          { tone: "work", amount: lot.in_progress },
          { tone: "warn", amount: lot.defected },
          { tone: "bad", amount: lot.scrapped },
        ]}
      />
      <span className="lot-bar-text">{lot.passed} / {lot.target_quantity}</span>
    </div>
  );
}
