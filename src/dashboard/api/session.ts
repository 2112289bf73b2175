/**
 * Who is signed in. The access token lives in this module's memory alone, the refresh token in a cookie that no
 * script reads; a reload goes on by the cookie. Not what a role may do: that is `roles`.
 */

import { useSyncExternalStore } from "react";

import { Problem, problemOf } from "./problem";
import { reach } from "./reach";
import type { components } from "./schema";

export type Person = components["schemas"]["SignedInPerson"];
export type Session =
  | { readonly is: "unknown" } // the cookie has not been asked yet
  | { readonly is: "out" }
  | { readonly is: "in"; readonly person: Person }
  | { readonly is: "expired"; readonly person: Person }; // what they were at stays on the screen until they are back

type Token = { readonly text: string; readonly renewAt: number };

const AUTH = "/api/v1/auth";
const RENEW_BEFORE_MS = 30_000;
const ANSWER_MS = 10_000;

let session: Session = { is: "unknown" };
let token: Token | null = null;
let renewing: Promise<boolean> | null = null;
const listeners = new Set<() => void>();
const tabs = new BroadcastChannel("neurohub-session"); // one sign-out ends it in every tab

export function useSession(): Session {
  return useSyncExternalStore(listen, () => session);
}

/** Return who is signed in, or was until it expired; only for what is shown to somebody. */
export function usePerson(): Person {
  const known = useSession();
  if (!("person" in known)) throw new Error("nobody is signed in");
  return known.person;
}

export async function signIn(username: string, password: string): Promise<void> {
  await enter(post("login", { username, password, cookie: true }));
}

export async function signOut(): Promise<void> {
  const request = post("logout");
  request.headers.set("authorization", `Bearer ${await accessToken()}`);
  await reach(request);
  tabs.postMessage("out");
  leave({ is: "out" });
}

/** Return an access token that lasts a while, renewed before where it is old; "" when nobody is signed in. */
export async function accessToken(): Promise<string> {
  if (token === null || Date.now() > token.renewAt) await renew();
  return token?.text ?? "";
}

/** Get a new pair by the cookie, once for all who ask at a time; false: nobody is signed in any more. */
export function renew(): Promise<boolean> {
  renewing ??= renewOnce().finally(() => (renewing = null));
  return renewing;
}

async function renewOnce(): Promise<boolean> {
  try {
    await enter(post("refresh"));
    return true;
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) throw error;
    leave("person" in session ? { is: "expired", person: session.person } : { is: "out" });
    return false;
  }
}

async function enter(request: Request): Promise<void> {
  const response = await reach(request);
  if (!response.ok) throw await problemOf(response);
  const answer = (await response.json()) as components["schemas"]["SignedIn"];
  if (!answer.user) throw new Problem("FORBIDDEN", 403, "A station does not sign in here");
  token = { text: answer.access_token, renewAt: Date.now() + answer.expires_in * 1000 - RENEW_BEFORE_MS };
  become({ is: "in", person: answer.user });
}

function leave(next: Session): void {
  token = null;
  become(next);
}

function become(next: Session): void {
  session = next;
  for (const tell of listeners) tell();
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

function post(what: string, body?: unknown): Request {
  const asked = { method: "POST", signal: AbortSignal.timeout(ANSWER_MS) };
  if (body === undefined) return new Request(`${AUTH}/${what}`, asked);
  const headers = { "content-type": "application/json" };
  return new Request(`${AUTH}/${what}`, { ...asked, headers, body: JSON.stringify(body) });
}

tabs.onmessage = () => {
  leave({ is: "out" });
};
