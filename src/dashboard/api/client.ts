/**
 * The typed client of the service, made from its OpenAPI document (`npm run api`).
 * A read: `api.useQuery("get", "/api/v1/lots", {...})`. A change: `useCommand` in `api/command`.
 */

import createClient from "openapi-fetch";
import createHooks from "openapi-react-query";

import { problemOf } from "./problem";
import { reach } from "./reach";
import type { components, paths } from "./schema";
import { accessToken, renew } from "./session";

export type Views = components["schemas"];

/** Send `request` in the name of who is signed in; a token that died early is renewed once. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  let response = await reach(await signed(request));
  if (response.status === 401 && (await renew())) response = await reach(await signed(again));
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function signed(request: Request): Promise<Request> {
  request.headers.set("authorization", `Bearer ${await accessToken()}`);
  return request;
}

export const http = createClient<paths>({ fetch: send });
export const api = createHooks(http);

/** Return the body of an answer of `http`; refusals were thrown before. */
export async function answer<Body>(sent: Promise<{ data?: Body }>): Promise<Body> {
  return (await sent).data as Body;
}
