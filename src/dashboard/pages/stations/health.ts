/** What a heartbeat says of a station. Pure; the words are in `text`, under `stations`. */

import type { Views } from "../../api/client";
import type { Tone } from "../../parts/Badge";

type Station = Views["StationView"];
export type Health = "off" | "never" | "silent" | "here";

const SILENT_MS = 120_000; // the plant's: no heartbeat for 2 minutes
const LATE_S = 60;

export const TONES: Record<Health, Tone> = { off: "idle", never: "idle", silent: "bad", here: "good" };

/** Return how a station is at `now`. */
export function healthOf(station: Station, now: number): Health {
  if (!station.active) return "off";
  if (station.last_seen_at === null) return "never";
  return now - Date.parse(station.last_seen_at) > SILENT_MS ? "silent" : "here";
}

/** Tell whether finished work waits at the station for longer than a slip of the network explains. */
export function isLate(station: Station): boolean {
  return (station.oldest_unsent_s ?? 0) > LATE_S;
}

/** Return the tone of a device: none is fine, paper and ribbon are for the operator, silence is a fault. */
export function toneOfDevice(state: Views["DeviceState"]): Tone {
  if (state === "OK") return "good";
  if (state === "OFF") return "idle";
  return state === "MISSING" || state === "SILENT" ? "bad" : "warn";
}
