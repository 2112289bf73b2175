/** What the search page is asked, in its address. */

export function searched(search: Record<string, unknown>): { q: string } {
  return { q: typeof search.q === "string" || typeof search.q === "number" ? String(search.q) : "" };
}
