/**
 * Every page with its path, for whom it is (`who`), and the file that is loaded when somebody goes there.
 * The filters of a page stand in its address: `validateSearch` brings them to one form.
 */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, retainSearchParams } from "@tanstack/react-router";

import { lotFilters } from "./pages/lots/filters";
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

const tree = root.addChildren([inShell.addChildren([line, lots, lot, unit, search])]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent", defaultErrorComponent: Broken });
