import { expect, test } from "vitest";

import { jamOf, ofStandard, scaleOf, toneOfAge, type Process } from "./flow";

function process(number: number, waiting: number, standard_s: number, open = 0): Process {
  return {
    process: number, waiting, open, standard_s, done_today: 0, p50_s: null, p95_s: null, oldest_wait_s: null, state: "RUNNING",
  };
}

test("it jams where most work waits, not where most units wait", () => {
  expect(jamOf([process(1, 20, 60), process(2, 3, 3600)])?.process).toBe(2);
});

test("one unit that waits is no jam", () => {
  expect(jamOf([process(2, 1, 3600)])).toBeNull();
});

test("nothing jams on an empty line", () => {
  expect(jamOf([])).toBeNull();
});

test("bars keep their scale over a few units", () => {
  expect(scaleOf([process(1, 0, 60)])).toBe(5);
  expect(scaleOf([process(1, 6, 60, 2)])).toBe(10);
});

test("over one and a half standard times is late", () => {
  expect([0.9, 1.2, 1.6, null].map(toneOfAge)).toEqual(["good", "warn", "bad", "idle"]);
  expect(ofStandard(90, 60)).toBe(1.5);
  expect(ofStandard(null, 60)).toBeNull();
});
