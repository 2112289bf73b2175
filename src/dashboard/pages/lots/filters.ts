/** The filters of the LOT list, in its address. What is none of them is left out. */

import type { Views } from "../../api/client";

export const LOT_STATUSES = ["CREATED", "IN_PROGRESS", "COMPLETED", "CLOSED"] as const satisfies readonly Views["LotStatus"][];

export type LotFilters = { status?: Views["LotStatus"] | undefined; model?: string | undefined };

export function lotFilters(search: Record<string, unknown>): LotFilters {
  const status = LOT_STATUSES.find((each) => each === search.status);
  const model = typeof search.model === "string" && /^[A-Z]{3}$/.test(search.model) ? search.model : undefined;
  return { ...(status === undefined ? {} : { status }), ...(model === undefined ? {} : { model }) };
}
