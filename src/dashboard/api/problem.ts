/** A refusal of the service (RFC 9457) as an error, or that the service was not reached. `text/problems` says it in words. */

export type Facts = Readonly<Record<string, unknown>>;

export const UNREACHABLE = "UNREACHABLE";

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly facts: Facts = {},
    readonly retryAfterS = 0,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Return the problem that `response` carries; a proxy's own page has no code and gets its status as one. */
export async function problemOf(response: Response): Promise<Problem> {
  const retryAfterS = Number(response.headers.get("retry-after") ?? 0);
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== "object" || body === null || !("code" in body)) {
    const code = response.status >= 502 ? UNREACHABLE : `HTTP_${response.status}`;
    return new Problem(code, response.status, response.statusText, {}, retryAfterS);
  }
  const facts = body as Record<string, unknown>;
  return new Problem(String(body.code), response.status, typeof facts.detail === "string" ? facts.detail : "", facts, retryAfterS);
}

/** Return `error` as a problem; what is none (a bug) is thrown on. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

/** Tell whether trying again later may help without anybody doing something. */
export function isTemporary(error: unknown): boolean {
  return error instanceof Problem && (error.code === UNREACHABLE || error.status >= 500);
}
