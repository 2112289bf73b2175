/** What a manager may decide about a unit as it stands: rework, reopen, scrap, always with a reason. */

import { Ban, RotateCcw, Wrench } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { ReasonDialog } from "../../parts/ReasonDialog";

type Unit = Views["UnitView"];
type Verb = "rework" | "reopen" | "scrap";

const TOUCHED = ["/api/v1/units/{code}/trace", "/api/v1/defects", "/api/v1/lots/{lot_number}/units"] as const;
const SIGNS = { rework: Wrench, reopen: RotateCcw, scrap: Ban };

/** Return the verbs that make sense now; the service has the last word. */
function verbsFor(unit: Unit): readonly Verb[] {
  const verbs: Verb[] = [];
  if (unit.status === "DEFECTED") verbs.push("rework");
  if (unit.passed_process >= 1 && unit.open_process === null && unit.status !== "SCRAPPED") verbs.push("reopen");
  if (unit.status !== "PASSED" && unit.status !== "SCRAPPED") verbs.push("scrap");
  return verbs;
}

export function Decide({ unit }: { readonly unit: Unit }) {
  const t = useTranslations("unit");
  const [verb, choose] = useState<Verb | null>(null);
  return (
    <>
      {verbsFor(unit).map((each) => {
        const Sign = SIGNS[each];
        return <Button key={each} icon={<Sign size={18} aria-hidden />} onPress={() => { choose(each); }}>{t(`verb.${each}`)}</Button>;
      })}
      {verb === null ? null : <Reason verb={verb} unit={unit} onClose={() => { choose(null); }} />}
    </>
  );
}

type ReasonProps = { readonly verb: Verb; readonly unit: Unit; readonly onClose: () => void };

function Reason({ verb, unit, onClose }: ReasonProps) {
  const t = useTranslations("unit");
  const decide = useCommand((reason: string, key) => {
    const params = { path: { code: unit.wip_id }, ...once(key) };
    return answer(http.POST(`/api/v1/units/{code}/${verb}`, { params, body: { reason } }));
  }, TOUCHED);
  return (
    <ReasonDialog title={t(`verb.${verb}`)} verb={t(`verb.${verb}`)} change={decide} onClose={onClose} isDanger={verb === "scrap"}>
      <p><code>{unit.wip_id}</code></p>
      <p>{t(`follows.${verb}`)}</p>
    </ReasonDialog>
  );
}
