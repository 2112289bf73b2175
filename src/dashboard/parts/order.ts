/** The order of a table's rows: by which column, which way. Pure. */

export type Order = { readonly column: string; readonly direction: "ascending" | "descending" };

/** Return the order after a press on the head of `column`: up, down, as it came. */
export function turned(order: Order | null, column: string): Order | null {
  if (order?.column !== column) return { column, direction: "ascending" };
  return order.direction === "ascending" ? { column, direction: "descending" } : null;
}

/** Return `rows` in `order`; rows that are equal keep their places. */
export function sorted<Row>(
  rows: readonly Row[],
  order: Order | null,
  by: ((row: Row) => string | number) | undefined,
): readonly Row[] {
  if (order === null || by === undefined) return rows;
  const sign = order.direction === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => sign * compared(by(one), by(other)));
}

function compared(one: string | number, other: string | number): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}
