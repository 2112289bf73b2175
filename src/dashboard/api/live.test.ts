import { afterEach, beforeEach, expect, test } from "vitest";

import { followBoard, type Board, type Told } from "./live";

const BOARD: Board = { date: "2026-11-25", started: 0, completed: 0, defects: 0, fpy: null, lots: [], processes: [], alerts_unread: 0 };
const SUMMARY = `id: 1\nevent: summary\ndata: ${JSON.stringify(BOARD)}\n\n`;

/** A service that answers each path in turn with what it is given; when it has nothing more, it is away. */
function service(answers: Record<string, (Response | Error)[]>): void {
  globalThis.fetch = (asked) => {
    const path = new URL((asked as Request).url).pathname;
    const next = answers[path]?.shift() ?? new TypeError("away");
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
}

const LIVE = "/api/v1/dashboard/live";
const POLL = "/api/v1/dashboard/summary";
const REFRESH = "/api/v1/auth/refresh";
const signedIn = (): Response =>
  Response.json({ access_token: "a", token_type: "Bearer", expires_in: 600, refresh_token: null, user: { username: "m", name: "M", role: "manager", locale: "ko" } });

/** Follow until `count` things were told. */
async function told(count: number): Promise<Told[]> {
  const end = new AbortController();
  const heard: Told[] = [];
  await followBoard(null, (each) => { heard.push(each); if (heard.length >= count) end.abort(); }, end.signal);
  return heard;
}

const real = { fetch: globalThis.fetch, Request: globalThis.Request };

beforeEach(() => {
  // what a browser brings and Node has not: addresses relative to the page, and the page
  globalThis.Request = class extends real.Request {
    constructor(at: RequestInfo | URL, init?: RequestInit) {
      super(typeof at === "string" ? new URL(at, "http://service") : at, init);
    }
  };
  Object.assign(globalThis, { document: new EventTarget(), addEventListener: () => undefined });
});

afterEach(() => {
  Object.assign(globalThis, real);
});

test("a board of the stream is told, and the same stream goes on", async () => {
  service({ [REFRESH]: [signedIn()], [LIVE]: [new Response(SUMMARY + SUMMARY)] });
  expect((await told(2)).map((each) => (each.is === "board" ? each.by : each.is))).toEqual(["stream", "stream"]);
});

test("while the stream is refused the board is polled", async () => {
  const busy = Response.json({ code: "OVERLOADED", detail: "" }, { status: 503 });
  service({ [REFRESH]: [signedIn()], [LIVE]: [busy], [POLL]: [Response.json(BOARD)] });
  expect(await told(1)).toEqual([{ is: "board", board: BOARD, by: "poll" }]);
});

test("a service that is away makes it stale, and the stream comes back by itself", async () => {
  service({ [REFRESH]: [signedIn()], [LIVE]: [new TypeError("away"), new Response(SUMMARY)] });
  expect((await told(2)).map((each) => each.is)).toEqual(["stale", "board"]);
});

test("the service's own word that the board is old is told with its time", async () => {
  service({ [REFRESH]: [signedIn()], [LIVE]: [new Response('event: stale\ndata: {"since": "2026-11-25T01:00:00Z"}\n\n')] });
  expect(await told(1)).toEqual([{ is: "stale", since: new Date("2026-11-25T01:00:00Z") }]);
});
