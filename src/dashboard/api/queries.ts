/** How reads and changes behave everywhere. */

import { QueryClient } from "@tanstack/react-query";

import { isTemporary } from "./problem";

const TRIES_AGAIN = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) => count < TRIES_AGAIN && isTemporary(error),
      networkMode: "always", // the service may be on this machine; the browser's "offline" says nothing of it
    },
    mutations: { networkMode: "always" },
  },
});
