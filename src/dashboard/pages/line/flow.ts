/** What the numbers of the board mean for the flow: where it jams, how old is old. Pure. */

import type { Views } from "../../api/client";

export type Process = Views["ProcessSummary"];

const JAM_UNITS = 2; // one unit that waits is no queue
const JAM_STANDARDS = 2; // nor is a wait that two handling times clear

/** Return how much work waits at a process: seconds for one workplace at the standard time. */
export function workWaiting({ waiting, standard_s }: Process): number {
  return waiting * standard_s;
}

/** Return the process where most work waits, if that is a jam. */
export function jamOf(processes: readonly Process[]): Process | null {
  const [most] = processes.toSorted((one, other) => workWaiting(other) - workWaiting(one));
  if (most === undefined || most.waiting < JAM_UNITS || workWaiting(most) < JAM_STANDARDS * most.standard_s) return null;
  return most;
}

/** Return how many units the tallest bar stands for, so that bars do not jump with every unit. */
export function scaleOf(processes: readonly Process[]): number {
  const most = Math.max(0, ...processes.map(({ waiting, open }) => waiting + open));
  return Math.max(5, Math.ceil(most / 5) * 5);
}

/** Return a time as a multiple of the standard time; null where there is none. */
export function ofStandard(seconds: number | null, standard_s: number): number | null {
  return seconds === null || standard_s === 0 ? null : seconds / standard_s;
}

/** Return how a multiple of the standard looks: over it is worth a look, over 150 % it is late. */
export function toneOfAge(multiple: number | null): "idle" | "good" | "warn" | "bad" {
  if (multiple === null) return "idle";
  if (multiple > 1.5) return "bad";
  return multiple > 1 ? "warn" : "good";
}
