/** A bar of shares, e.g. what became of the units of a LOT. Its label says in words what it shows. */

import type { Tone } from "./Badge";
import "./bar.css";

export type Share = { readonly tone: Tone; readonly amount: number };
type BarProps = { readonly label: string; readonly shares: readonly Share[]; readonly whole: number };

export function Bar({ label, shares, whole }: BarProps) {
  return (
    <svg className="bar" role="img" aria-label={label} viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect className="bar-rest" width="100" height="8" />
      {shares.map((share, index) => {
        const before = shares.slice(0, index).reduce((sum, { amount }) => sum + amount, 0);
        return <rect key={share.tone} className={`bar-${share.tone}`} x={percent(before, whole)} width={percent(share.amount, whole)} height="8" />;
      })}
    </svg>
  );
}

function percent(amount: number, whole: number): number {
  return whole === 0 ? 0 : (100 * amount) / whole;
}
