/** What a code is, asked of the service: a unit, a LOT, a component lot, or nothing it knows. */

import { http } from "../../api/client";
import { Problem } from "../../api/problem";

export type Found =
  | { readonly is: "unit" | "lot"; readonly code: string }
  | { readonly is: "component"; readonly code: string; readonly took_ms: number }
  | { readonly is: "nothing" };

/** Return what `text` names. Refusals that say "not a code of mine" are an answer; others are thrown. */
export async function findCode(text: string): Promise<Found> {
  const began = performance.now();
  const code = text.trim();
  const [unit, lot, holders] = await Promise.all([
    known(() => http.GET("/api/v1/units/{code}", { params: { path: { code } } })),
    known(() => http.GET("/api/v1/lots/{lot_number}", { params: { path: { lot_number: code } } })),
    known(() => http.GET("/api/v1/components/{component_lot}/units", { params: { path: { component_lot: code }, query: { limit: 1 } } })),
  ]);
  if (unit?.data !== undefined) return { is: "unit", code: unit.data.wip_id };
  if (lot?.data !== undefined) return { is: "lot", code: lot.data.lot_number };
  if (holders?.data !== undefined && holders.data.items.length > 0) {
    return { is: "component", code, took_ms: performance.now() - began };
  }
  return { is: "nothing" };
}

async function known<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}
