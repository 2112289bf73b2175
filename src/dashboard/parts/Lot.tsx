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

/** Return how to say in a sentence what the bar of a LOT shows. */
export function useProgressText(): (lot: Lot) => string {
  const t = useTranslations("lots");
  return ({ target_quantity: target, passed, in_progress, defected, scrapped }) =>
    t("progress_text", { target, passed, in_progress, defected, scrapped });
}

export function LotBar({ lot }: { readonly lot: Lot }) {
  const said = useProgressText();
  return (
    <div className="lot-bar">
      <Bar
        label={said(lot)}
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
