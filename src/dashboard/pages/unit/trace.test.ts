import { expect, test } from "vitest";

import { componentsOf, placeOf, recordedFacts, routeOf, type Step, type Trace } from "./trace";

const STEP: Step = {
  process: 2, attempt: 1, result: "PASS", voided: false, is_rework: false, operator: "worker", station: "ST-02", equipment: null,
  started_at: "2026-11-25T01:00:00Z", completed_at: "2026-11-25T02:00:00Z", occurred_at: "2026-11-25T02:00:00Z", duration_s: 3600,
  measurements: [], limits_version: 1, components: { busbar: "BUS-1" }, defect: null,
};

function measured(value: number | boolean | string, low: number | null, high: number | null) {
  return { name: "temp", value, unit: "degC", low, high, ok: true };
}

test("the middle of the limits is the middle of the scale", () => {
  expect(placeOf(measured(60, 59, 61))).toBe(50);
  expect(placeOf(measured(59, 59, 61))).toBe(25);
});

test("far outside stays on the scale", () => {
  expect(placeOf(measured(99, 59, 61))).toBe(100);
});

test("what has no two limits has no scale", () => {
  expect(placeOf(measured(1, null, 2))).toBeNull();
  expect(placeOf(measured(true, null, null))).toBeNull();
});

test("a component that was replaced is not held any more", () => {
  const again = { ...STEP, attempt: 2, components: { busbar: "BUS-2" } };
  expect(componentsOf([STEP, again])).toEqual([{ kind: "busbar", lot: "BUS-2", process: 2 }]);
});

test("a voided step holds nothing", () => {
  expect(componentsOf([{ ...STEP, voided: true }])).toEqual([]);
});

test("what a completion recorded is found by its process and instant", () => {
  const event = {
    event_id: "e", kind: "COMPLETE", process: 2, result: "PASS", operator: "worker", station: null, equipment: null,
    occurred_at: STEP.occurred_at, received_at: STEP.occurred_at, station_seq: null, flags: [], reason: null,
    process_data: { assembly_time: 58, busbar_lot: "BUS-1", test_results: [] },
  } satisfies Trace["events"][number];
  expect(recordedFacts(STEP, [event])).toEqual([["assembly_time", 58]]);
});

test("the route says passed, open, due and ahead", () => {
  const unit = {
    wip_id: "W", serial_number: null, lot_number: "L", sequence: 1, status: "IN_PROGRESS", passed_process: 2, open_process: null,
    due_process: 3, rework_count: 0, attempt: 0, updated_at: STEP.occurred_at,
  } as const;
  expect(routeOf(unit).slice(1, 4)).toEqual(["passed", "due", "ahead"]);
  expect(routeOf({ ...unit, open_process: 3, due_process: null })[2]).toBe("open");
});
