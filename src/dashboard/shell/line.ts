/** The line that everything on the screen is about; it stands in the address. */

import { useSearch } from "@tanstack/react-router";

import { api } from "../api/client";
import { usePerson } from "../api/session";

/** `line` is undefined where it is taken out of the address. */
export type LineShown = { line?: string | undefined };

/** Return its code, or null for all lines. */
export function useLine(): string | null {
  return useSearch({ strict: false, select: (search) => search.line ?? null });
}

/** Return the line that is shown: the one of the address, or that of a worker, who sees no other. */
export function useShownLine(): string | null {
  const asked = useLine();
  const { role } = usePerson();
  const me = api.useQuery("get", "/api/v1/auth/me", {}, { enabled: role === "worker", staleTime: Infinity });
  return asked ?? me.data?.line ?? null;
}

/** Return the `line` of an address that may be anybody's: a form, not that the line exists. */
export function lineIn(search: Record<string, unknown>): LineShown {
  const { line } = search;
  return typeof line === "string" && /^[A-Z]{2}[0-9]{2}$/.test(line) ? { line } : {};
}
