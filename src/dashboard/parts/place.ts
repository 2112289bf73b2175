/** Where a unit is, in words. */

import { useTranslations } from "use-intl";

import type { Views } from "../api/client";
import { useProcessName } from "../api/processes";

/** Return how to say where a unit is. */
export function usePlace(): (unit: Views["UnitView"]) => string {
  const t = useTranslations("lots");
  const name = useProcessName();
  return ({ open_process, due_process }) => {
    if (open_process !== null) return t("open_at", { number: open_process, process: name(open_process) });
    return due_process === null ? "–" : t("due_at", { number: due_process, process: name(due_process) });
  };
}
