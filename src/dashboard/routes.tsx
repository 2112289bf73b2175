/**
 * Every page with its path, for whom it is (`who`), and the file that is loaded when somebody goes there.
 * The filters of a page stand in its address: `validateSearch` brings them to one form.
 */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, retainSearchParams } from "@tanstack/react-router";

import { defectFilters } from "./pages/defects/filters";
import { equipmentFilters } from "./pages/equipment/filters";
import { lotFilters } from "./pages/lots/filters";
import { routeFilters } from "./pages/route/filters";
import { searched } from "./pages/search/searched";
import { Broken, Missing } from "./shell/Edges";
import { lineIn } from "./shell/line";
import { Shell } from "./shell/Shell";
import { SignedIn } from "./shell/SignedIn";

const root = createRootRoute({
  validateSearch: lineIn,
  search: { middlewares: [retainSearchParams(["line"])] },
  component: () => <SignedIn><Outlet /></SignedIn>,
  notFoundComponent: Missing,
  errorComponent: Broken,
});
const inShell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const line = createRoute({
  getParentRoute: () => inShell,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/line/LinePage"), "LinePage"),
});

const kiosk = createRoute({
  getParentRoute: () => root,
  path: "/kiosk",
  component: lazyRouteComponent(() => import("./pages/line/KioskPage"), "KioskPage"),
});
const lots = createRoute({
  getParentRoute: () => inShell,
  path: "/lots",
  validateSearch: lotFilters,
  component: lazyRouteComponent(() => import("./pages/lots/LotsPage"), "LotsPage"),
});
const lot = createRoute({
  getParentRoute: () => inShell,
  path: "/lots/$lotNumber",
  component: lazyRouteComponent(() => import("./pages/lot/LotPage"), "LotPage"),
});
const unit = createRoute({
  getParentRoute: () => inShell,
  path: "/units/$code",
  component: lazyRouteComponent(() => import("./pages/unit/UnitPage"), "UnitPage"),
});
const search = createRoute({
  getParentRoute: () => inShell,
  path: "/search",
  validateSearch: searched,
  component: lazyRouteComponent(() => import("./pages/search/SearchPage"), "SearchPage"),
});
const defects = createRoute({
  getParentRoute: () => inShell,
  path: "/defects",
  validateSearch: defectFilters,
  component: lazyRouteComponent(() => import("./pages/defects/DefectsPage"), "DefectsPage"),
});
const stations = createRoute({
  getParentRoute: () => inShell,
  path: "/stations",
  staticData: { who: "manager" },
  component: lazyRouteComponent(() => import("./pages/stations/StationsPage"), "StationsPage"),
});
const equipment = createRoute({
  getParentRoute: () => inShell,
  path: "/equipment",
  staticData: { who: "manager" },
  validateSearch: equipmentFilters,
  component: lazyRouteComponent(() => import("./pages/equipment/EquipmentPage"), "EquipmentPage"),
});
const firmware = createRoute({
  getParentRoute: () => inShell,
  path: "/firmware",
  staticData: { who: "manager" },
  component: lazyRouteComponent(() => import("./pages/firmware/FirmwarePage"), "FirmwarePage"),
});
const route = createRoute({
  getParentRoute: () => inShell,
  path: "/route",
  staticData: { who: "manager" },
  validateSearch: routeFilters,
  component: lazyRouteComponent(() => import("./pages/route/RoutePage"), "RoutePage"),
});
const people = createRoute({
  getParentRoute: () => inShell,
  path: "/people",
  staticData: { who: "manager" },
  component: lazyRouteComponent(() => import("./pages/people/PeoplePage"), "PeoplePage"),
});
const floor = [defects, stations] as const;
const plant = [equipment, firmware, route, people] as const;

const missing = createRoute({ getParentRoute: () => inShell, path: "$", component: Missing });

const tree = root.addChildren([kiosk, inShell.addChildren([line, lots, lot, unit, search, ...floor, ...plant, missing])]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent", defaultErrorComponent: Broken });
