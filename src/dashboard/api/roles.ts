/** The ladder of roles: higher ones include lower ones. It decides what is shown; the service decides what is allowed. */

import { usePerson } from "./session";

const LADDER = ["viewer", "worker", "manager", "admin"] as const;
export type Role = (typeof LADDER)[number];

export function includes(role: string, needed: Role): boolean {
  return LADDER.indexOf(role as Role) >= LADDER.indexOf(needed);
}

/** Tell whether who is signed in is at least a `needed`. */
export function useMay(needed: Role): boolean {
  return includes(usePerson().role, needed);
}
