/** Where one can go: the places of the menu in their order, from which role on, and the key after `g`. */

import { Activity, Boxes, Cpu, Monitor, Route, ScanSearch, TriangleAlert, Users, Wrench, type LucideIcon } from "lucide-react";

import type { Role } from "../api/roles";
import type { Words } from "../text/language";

export type Place = {
  readonly to: string;
  readonly text: keyof Words["place"];
  readonly sign: LucideIcon;
  readonly who: Role;
  readonly key: string;
};

export const PLACES = [
  { to: "/", text: "line", sign: Activity, who: "viewer", key: "l" },
  { to: "/lots", text: "lots", sign: Boxes, who: "viewer", key: "o" },
  { to: "/search", text: "search", sign: ScanSearch, who: "viewer", key: "s" },
  { to: "/defects", text: "defects", sign: TriangleAlert, who: "viewer", key: "d" },
  { to: "/stations", text: "stations", sign: Monitor, who: "manager", key: "t" },
  { to: "/equipment", text: "equipment", sign: Wrench, who: "manager", key: "e" },
  { to: "/firmware", text: "firmware", sign: Cpu, who: "manager", key: "f" },
  { to: "/route", text: "route", sign: Route, who: "manager", key: "r" },
  { to: "/people", text: "people", sign: Users, who: "manager", key: "p" },
] as const satisfies readonly Place[];
