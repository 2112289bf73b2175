/** What libraries learn of us: our routes, what a route says of itself, and that every key of text/ko is a type. */

import type { Role } from "./api/roles";
import type { router } from "./routes";
import type { Words } from "./text/language";

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    who?: Role; // from this role on; a viewer's when it is left out
  }
}

declare module "use-intl" {
  interface AppConfig {
    Locale: "ko" | "en";
    Messages: Words;
  }
}
