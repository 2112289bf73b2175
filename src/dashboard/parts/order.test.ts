import { expect, test } from "vitest";

import { sorted, turned } from "./order";

test("a head is pressed three times: up, down, as it came", () => {
  const up = turned(null, "a");
  const down = turned(up, "a");
  expect([up?.direction, down?.direction, turned(down, "a")]).toEqual(["ascending", "descending", null]);
});

test("another column begins upward", () => {
  expect(turned({ column: "a", direction: "descending" }, "b")).toEqual({ column: "b", direction: "ascending" });
});

test("numbers are ordered as numbers, codes by the numbers in them", () => {
  const up = { column: "a", direction: "ascending" } as const;
  expect(sorted([10, 9, 100], up, (each) => each)).toEqual([9, 10, 100]);
  expect(sorted(["L-10", "L-9"], up, (each) => each)).toEqual(["L-9", "L-10"]);
});
