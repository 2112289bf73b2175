/** The board for React: one followed stream under all pages, what it said last and how fresh that is. */

import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import type { Problem } from "./problem";
import { followBoard, type Board, type Told } from "./live";

export type Seen = {
  readonly board: Board | null;
  readonly seenAt: number; // when the board came, ms
  readonly heardAt: number; // when there was a word of the service last, ms
  readonly by: "stream" | "poll" | "nothing";
  readonly staleSince: number | null; // ms; null while it is fresh
  readonly problem: Problem | null;
};

export const NOTHING: Seen = { board: null, seenAt: 0, heardAt: 0, by: "nothing", staleSince: null, problem: null };

const Context = createContext<Seen | null>(null);

/** Return the board as it is known now. */
export function useBoard(): Seen {
  const seen = useContext(Context);
  if (seen === null) throw new Error("no board is followed here");
  return seen;
}

/** Follow the board of `line`, or of all lines, for everything inside; its `key` is the line. */
export function FollowBoard({ line, children }: { readonly line: string | null; readonly children: ReactNode }) {
  const [seen, setSeen] = useState(NOTHING);
  useEffect(() => {
    const end = new AbortController();
    void followBoard(line, (told) => { setSeen((before) => after(before, told, Date.now())); }, end.signal);
    return () => { end.abort(); };
  }, [line]);
  return <Context value={seen}>{children}</Context>;
}

/** Return what is known after `told`, heard at `now`. */
export function after(before: Seen, told: Told, now: number): Seen {
  if (told.is === "board") {
    return { board: told.board, seenAt: now, heardAt: now, by: told.by, staleSince: null, problem: null };
  }
  if (told.is === "alive") return { ...before, heardAt: now };
  if (told.is === "refused") return { ...before, by: "nothing", problem: told.problem };
  const since = told.since?.getTime() ?? (before.heardAt || now);
  return { ...before, by: "nothing", staleSince: before.staleSince ?? since };
}
