/** Which model the page is about, in its address. */

export function routeFilters(search: Record<string, unknown>): { model?: string } {
  const { model } = search;
  return typeof model === "string" && /^[A-Z]{3}$/.test(model) ? { model } : {};
}
