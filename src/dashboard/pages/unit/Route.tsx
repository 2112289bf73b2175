/** The eight processes as a unit's way: passed, open, due, ahead. Each with a sign and a word. */

import { Check, Circle, CircleDot, Play } from "lucide-react";
import { useTranslations } from "use-intl";

import type { Views } from "../../api/client";
import { useProcessName } from "../../api/processes";
import { routeOf } from "./trace";

const SIGNS = { passed: Check, open: Play, due: CircleDot, ahead: Circle };

export function Route({ unit }: { readonly unit: Views["UnitView"] }) {
  const t = useTranslations("unit.way");
  const name = useProcessName();
  return (
    <ol className="way-of-unit">
      {routeOf(unit).map((state, index) => {
        const Sign = SIGNS[state];
        return (
          <li key={name(index + 1)} className={`way-${state}`} aria-current={state === "open" || state === "due" ? "step" : undefined}>
            <Sign size={16} aria-hidden />
            <span>{index + 1} {name(index + 1)}</span>
            <span className="small">{t(state)}</span>
          </li>
        );
      })}
    </ol>
  );
}
