/** Pages about a LOT or its units, kept true: what they read is read again when the board shows that the LOT moved. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { useBoard } from "./board";
import type { paths } from "./schema";

export function useFollowLot(lotNumber: string | undefined, ...read: readonly (keyof paths)[]): void {
  const { board } = useBoard();
  const queries = useQueryClient();
  const lot = board?.lots.find((each) => each.lot_number === lotNumber);
  const seen = lot === undefined ? "" : JSON.stringify(lot);
  const what = read.join(" ");
  useEffect(() => {
    if (seen !== "") for (const path of what.split(" ")) void queries.invalidateQueries({ queryKey: ["get", path] });
  }, [seen, what, queries]);
}

/** The same for a list of LOTs: any LOT that moved. */
export function useFollowLots(path: keyof paths): void {
  const { board } = useBoard();
  const queries = useQueryClient();
  const seen = JSON.stringify(board?.lots ?? null);
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ["get", path] });
  }, [seen, path, queries]);
}
