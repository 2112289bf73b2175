import { expect, test } from "vitest";

import { after, NOTHING } from "./board";
import { nextPause, type Board } from "./live";
import { Problem } from "./problem";

const BOARD: Board = { date: "2026-11-25", started: 0, completed: 0, defects: 0, fpy: null, lots: [], processes: [], alerts_unread: 0 };
const SEEN = after(NOTHING, { is: "board", board: BOARD, by: "stream" }, 1_000);

test("a board is fresh", () => {
  expect(SEEN).toMatchObject({ board: BOARD, seenAt: 1_000, by: "stream", staleSince: null });
});

test("what was seen stays on the screen while nothing is heard, stale since the last word", () => {
  const away = after(SEEN, { is: "stale", since: null }, 9_000);
  expect(away).toMatchObject({ board: BOARD, staleSince: 1_000 });
  expect(after(away, { is: "stale", since: null }, 20_000).staleSince).toBe(1_000);
});

test("a line where nothing happens is not stale since it last moved", () => {
  const quiet = after(SEEN, { is: "alive" }, 60_000);
  expect(quiet).toMatchObject({ seenAt: 1_000, by: "stream", staleSince: null });
  expect(after(quiet, { is: "stale", since: null }, 61_000).staleSince).toBe(60_000);
});

test("the service's own word on since when counts", () => {
  expect(after(SEEN, { is: "stale", since: new Date(5_000) }, 9_000).staleSince).toBe(5_000);
});

test("a board that comes again ends it", () => {
  const away = after(SEEN, { is: "stale", since: null }, 9_000);
  expect(after(away, { is: "board", board: BOARD, by: "poll" }, 10_000)).toMatchObject({ by: "poll", staleSince: null });
});

test("a refusal is kept to be shown", () => {
  const problem = new Problem("FORBIDDEN", 403, "");
  expect(after(NOTHING, { is: "refused", problem }, 0).problem).toBe(problem);
});

test("pauses grow to ten seconds", () => {
  let pause = 250;
  for (let tries = 0; tries < 9; tries++) pause = nextPause(pause);
  expect(pause).toBe(10_000);
});
