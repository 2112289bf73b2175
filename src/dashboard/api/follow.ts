/**
 * Pages about LOTs and their units, kept true without polling: the board carries every LOT that is under way, so what
 * a page has read is read again when its LOT moved. A LOT that is not on the board is asked for now and then.
 */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { useBoard } from "./board";
import type { Views } from "./client";
import type { paths } from "./schema";

const AT_MOST_EVERY_MS = 1_000;
const NOW_AND_THEN_MS = 10_000;
const ABSENT = "null";

/** Read `read` again when the LOT moved, once a second at most; first at once. */
export function useFollowLot(lotNumber: string | undefined, ...read: readonly (keyof paths)[]): void {
  const { board } = useBoard();
  const lot = board?.lots.find((each) => each.lot_number === lotNumber);
  useReadAgain(board === null ? undefined : JSON.stringify(lot ?? null), read);
}

/** Return `lots` as the board knows them now; what is read is read again when a LOT comes, goes or changes status. */
export function useLotsNow(path: keyof paths): (lot: Views["LotView"]) => Views["LotView"] {
  const { board } = useBoard();
  const now = new Map(board?.lots.map((lot) => [lot.lot_number, lot]));
  useReadAgain(board === null ? undefined : JSON.stringify(board.lots.map((lot) => [lot.lot_number, lot.status])), [path]);
  return (lot) => now.get(lot.lot_number) ?? lot;
}

/** `seen` is what the board shows of it: undefined before there is a board, "null" when it is not on it. */
function useReadAgain(seen: string | undefined, read: readonly (keyof paths)[]): void {
  const queries = useQueryClient();
  const isNew = useRef(true);
  const last = useRef(0);
  const what = read.join(" ");
  useEffect(() => {
    const again = (): void => {
      last.current = Date.now();
      for (const path of what.split(" ")) void queries.invalidateQueries({ queryKey: ["get", path] });
    };
    const wasNew = isNew.current;
    isNew.current = false;
    if (seen === undefined || (wasNew && seen !== ABSENT)) return undefined; // the page reads by itself when it comes
    if (seen === ABSENT) {
      const timer = setInterval(again, NOW_AND_THEN_MS);
      return () => { clearInterval(timer); };
    }
    const timer = setTimeout(again, Math.max(0, last.current + AT_MOST_EVERY_MS - Date.now()));
    return () => { clearTimeout(timer); };
  }, [seen, what, queries]);
}
