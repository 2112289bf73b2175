/** Limits as rows to be read, and back from what was filled in. Pure. */

import type { Views } from "../../api/client";

type Limits = Views["Limits"];
export type RangeName = "measured_temp_degc" | "plausible_temperature_degc" | "plausible_displacement_mm" | "plausible_force_kgf";
type Measured = { readonly of: "range"; readonly name: RangeName } | { readonly of: "point"; readonly name: string };
export type LimitRow = Measured & {
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly isPlausible: boolean; // outside of it a value is refused as impossible, not judged
};

export const RANGES: readonly { readonly name: RangeName; readonly unit: string }[] = [
  { name: "measured_temp_degc", unit: "°C" },
  { name: "plausible_temperature_degc", unit: "°C" },
  { name: "plausible_displacement_mm", unit: "mm" },
  { name: "plausible_force_kgf", unit: "kgf" },
];

/** Return one row for each limit: the judged ones first. */
export function rowsOf(limits: Limits): readonly LimitRow[] {
  const ranges = RANGES.map(({ name, unit }): LimitRow => ({ of: "range", name, ...limits[name], unit, isPlausible: name !== "measured_temp_degc" }));
  const points = Object.entries(limits.test_points).map(([point, { target, tolerance }]): LimitRow => ({
    of: "point", name: point, low: rounded(target - tolerance), high: rounded(target + tolerance), unit: "kgf", isPlausible: false,
  }));
  return [...ranges.filter((row) => !row.isPlausible), ...points, ...ranges.filter((row) => row.isPlausible)];
}

/** 12.8 + 1.0 is 13.8 and not 13.800000000000001: as the service rounds. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
