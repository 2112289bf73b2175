/** A table of rows: columns as data, sorted in the browser where a column says so. Pages of a list: `More`. */

import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";

import { Button } from "./Button";
import { sorted, turned, type Order } from "./order";
import "./table.css";

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sortBy?: (row: Row) => string | number; // only for lists that are there whole
  readonly isNumber?: boolean;
};

type TableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly empty: string;
};

export function Table<Row>({ label, columns, rows, rowKey, empty }: TableProps<Row>) {
  const [order, setOrder] = useState<Order | null>(null);
  if (rows.length === 0) return <p className="muted table-empty">{empty}</p>;
  const shown = sorted(rows, order, columns.find(({ id }) => id === order?.column)?.sortBy);
  return (
    <div className="table-frame" role="region" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} onTurn={() => { setOrder(turned(order, column.id)); }} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => <td key={column.id} className={classOf(column)}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<Row>(column: Column<Row>): string | undefined {
  return column.isNumber === true ? "number" : undefined;
}

const SIGNS = { ascending: ArrowUp, descending: ArrowDown, none: ChevronsUpDown };
type HeadProps<Row> = { readonly column: Column<Row>; readonly order: Order | null; readonly onTurn: () => void };

function Head<Row>({ column, order, onTurn }: HeadProps<Row>) {
  if (column.sortBy === undefined) return <th scope="col" className={classOf(column)}>{column.title}</th>;
  const direction = order?.column === column.id ? order.direction : "none";
  const Sign = SIGNS[direction];
  return (
    <th scope="col" aria-sort={direction} className={classOf(column)}>
      <button type="button" className="table-sort" onClick={onTurn}>
        {column.title}
        <Sign size={14} aria-hidden />
      </button>
    </th>
  );
}

type MoreProps = { readonly hasMore: boolean; readonly isLoading: boolean; readonly onMore: () => void };

/** The foot of a list that has further pages. */
export function More({ hasMore, isLoading, onMore }: MoreProps) {
  const t = useTranslations("common");
  if (!hasMore) return null;
  return <div className="table-more"><Button isDisabled={isLoading} onPress={onMore}>{t("more")}</Button></div>;
}
