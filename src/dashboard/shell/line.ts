/** The line that everything on the screen is about; it stands in the address. */

import { useSearch } from "@tanstack/react-router";

/** `line` is undefined where it is taken out of the address. */
export type LineShown = { line?: string | undefined };

/** Return its code, or null for all lines. */
export function useLine(): string | null {
  return useSearch({ strict: false, select: (search) => search.line ?? null });
}

/** Return the `line` of an address that may be anybody's: a form, not that the line exists. */
export function lineIn(search: Record<string, unknown>): LineShown {
  const { line } = search;
  return typeof line === "string" && /^[A-Z]{2}[0-9]{2}$/.test(line) ? { line } : {};
}
