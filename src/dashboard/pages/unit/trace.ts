/** What a trace tells, put in order for the page: steps by process, where a measurement lies within its limits. Pure. */

import type { Views } from "../../api/client";

export type Trace = Views["TraceView"];
export type Step = Views["TracedStep"];
export type Measured = Views["Judged"];
export type Fact = readonly [name: string, value: string | number | boolean];

const MARGIN = 0.5; // of the limits' width, shown on either side of them

/** Return what was recorded with a completion beside measurements and components, as names and values. */
export function recordedFacts(step: Step, events: Trace["events"]): readonly Fact[] {
  const completion = events.find(
    (event) => event.kind === "COMPLETE" && event.process === step.process && event.occurred_at === step.occurred_at,
  );
  return Object.entries(completion?.process_data ?? {}).flatMap(([name, value]) =>
    isPlain(value) && !isComponent(name) ? [[name, value] as const] : [],
  );
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isComponent(name: string): boolean {
  return name.endsWith("_lot"); // shown as components already
}

/** Return where `value` lies on a scale that shows the limits with a margin, 0..100; null where there is no scale. */
export function placeOf({ value, low, high }: Measured): number | null {
  if (typeof value !== "number" || low === null || high === null || low >= high) return null;
  const width = (high - low) * (1 + 2 * MARGIN);
  return Math.min(100, Math.max(0, (100 * (value - (low - (high - low) * MARGIN))) / width));
}

/** Return the components of all steps that count, the latest of each kind, with where they went in. */
export function componentsOf(steps: readonly Step[]): readonly { kind: string; lot: string; process: number }[] {
  const latest = new Map<string, { kind: string; lot: string; process: number }>();
  for (const step of steps) {
    if (step.voided) continue;
    for (const [kind, lot] of Object.entries(step.components)) latest.set(kind, { kind, lot, process: step.process });
  }
  return [...latest.values()];
}

/** Return what each of the eight processes is for this unit. */
export function routeOf(unit: Views["UnitView"]): readonly ("passed" | "open" | "due" | "ahead")[] {
  return Array.from({ length: 8 }, (_, index) => {
    const process = index + 1;
    if (process <= unit.passed_process) return "passed";
    if (process === unit.open_process) return "open";
    return process === unit.due_process ? "due" : "ahead";
  });
}
