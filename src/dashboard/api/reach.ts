/** One exchange with the service: an answer, or the problem that there was none. The only `fetch` of the dashboard. */

import { Problem, UNREACHABLE } from "./problem";

export async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(UNREACHABLE, 0, String(error));
  }
}
