/** The filter of the equipment list, in its address. */

export function equipmentFilters(search: Record<string, unknown>): { due?: true | undefined } {
  return search.due === true || search.due === "true" ? { due: true } : {};
}
