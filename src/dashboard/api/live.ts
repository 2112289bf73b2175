/**
 * The board as it changes: the event stream of `/dashboard/live` as long as it flows, a poll every 10 s while it does
 * not, and since when nothing was heard. One subscription for all that is on the screen. Not React: see `useBoard`.
 */

import { EventSourceParserStream, type EventSourceMessage } from "eventsource-parser/stream";

import { send, type Views } from "./client";
import { isTemporary, Problem } from "./problem";

export type Board = Views["DashboardSummary"];
export type Told =
  | { readonly is: "board"; readonly board: Board; readonly by: "stream" | "poll" }
  | { readonly is: "alive" } // nothing has changed
  | { readonly is: "stale"; readonly since: Date | null } // null: since the last word
  | { readonly is: "refused"; readonly problem: Problem };

type Tell = (told: Told) => void;

const SILENCE_MS = 25_000; // a ping comes every 15 s
const ANSWER_MS = 5_000;
const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 10_000; // then a poll each, as fallback

/** Follow the board of `line` (or of all) and tell of each change, until `signal`. */
export async function followBoard(line: string | null, tell: Tell, signal: AbortSignal): Promise<void> {
  const query = line === null ? "" : `?line=${line}`;
  const isOver = (): boolean => signal.aborted; // a call: it changes while we wait
  let pause = PAUSE_MIN_MS;
  const hear = (told: Told): void => { pause = PAUSE_MIN_MS; tell(told); };
  while (!isOver()) {
    const flowed = await readStream(query, hear, signal).catch(() => false); // if there is a reason, the poll says it
    if (!flowed && !isOver()) await poll(query, tell, signal);
    if (!isOver()) await rest(pause, signal);
    pause = nextPause(pause);
  }
}

/** Double the pause up to the longest. */
export function nextPause(pause: number): number {
  return Math.min(pause * 2, PAUSE_MAX_MS);
}

/** Ask for the board once; tell it, or why there is none. */
async function poll(query: string, tell: Tell, signal: AbortSignal): Promise<void> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await send(new Request(`/api/v1/dashboard/summary${query}`, { signal: patience }));
    tell({ is: "board", board: (await response.json()) as Board, by: "poll" });
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Problem && !isTemporary(error)) tell({ is: "refused", problem: error });
    else tell({ is: "stale", since: null });
  }
}

/** Read the stream to its end; false when it ended without a word. Silence breaks it. */
async function readStream(query: string, tell: Tell, signal: AbortSignal): Promise<boolean> {
  const silence = new AbortController();
  let timer = setTimeout(() => { silence.abort(); }, SILENCE_MS);
  const either = AbortSignal.any([signal, silence.signal]);
  addEventListener("offline", () => { silence.abort(); }, { signal: either }); // a cut cable is silent; the poll finds out
  const listened = new TransformStream<string, string>({
    transform: (text, out) => {
      clearTimeout(timer);
      timer = setTimeout(() => { silence.abort(); }, SILENCE_MS);
      out.enqueue(text);
    },
  });
  let heard = false;
  try {
    const response = await send(new Request(`/api/v1/dashboard/live${query}`, { signal: either }));
    if (response.body === null) return false;
    const texts = response.body.pipeThrough(new TextDecoderStream());
    const events = texts.pipeThrough(listened).pipeThrough(new EventSourceParserStream({ onComment: () => { tell({ is: "alive" }); } }));
    for await (const event of events) heard = toldOf(event, tell) || heard;
  } finally {
    clearTimeout(timer);
  }
  return heard;
}

function toldOf(event: EventSourceMessage, tell: Tell): boolean {
  if (event.event === "summary") {
    tell({ is: "board", board: JSON.parse(event.data) as Board, by: "stream" });
  } else if (event.event === "stale") {
    tell({ is: "stale", since: new Date((JSON.parse(event.data) as { since: string }).since) });
  }
  return true;
}

/** Wait; a network that comes back and a tab that is looked at again end it early. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((done) => {
    const wake = new AbortController();
    const end = (): void => { clearTimeout(timer); wake.abort(); done(); };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { signal: wake.signal });
    addEventListener("online", end, { signal: wake.signal });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) end(); }, { signal: wake.signal });
  });
}
