/** The filter of the defect list, in its address; left out, it shows what waits for a decision. */

import type { Views } from "../../api/client";

export const DEFECT_STATUSES = ["OPEN", "REWORK", "REPAIRED", "SCRAPPED"] as const satisfies readonly Views["DefectStatus"][];
export const ALL = "ALL";
export type Shown = Views["DefectStatus"] | typeof ALL;

export function defectFilters(search: Record<string, unknown>): { status?: Shown } {
  const status = [...DEFECT_STATUSES, ALL].find((each) => each === search.status);
  return status === undefined || status === "OPEN" ? {} : { status: status as Shown };
}
