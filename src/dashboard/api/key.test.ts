import { expect, test } from "vitest";

import { KeptKey } from "./key";

test("the same input keeps its key until it is done", () => {
  const key = new KeptKey();
  const first = key.for({ line: "KR01" });
  expect(key.for({ line: "KR01" })).toBe(first);
  key.done();
  expect(key.for({ line: "KR01" })).not.toBe(first);
});

test("another input has another key", () => {
  const key = new KeptKey();
  expect(key.for({ line: "KR01" })).not.toBe(key.for({ line: "KR02" }));
});
