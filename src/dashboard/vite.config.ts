/** How the dashboard is built: into the Python package, which serves it. In development the API is the service's. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const service = process.env.NEUROHUB_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../neurohub/http/dashboard_files",
    emptyOutDir: true,
    assetsDir: "assets",
    cssCodeSplit: false, // one small file: the order of its layers must not hang on which page came first
    assetsInlineLimit: 0, // the page's policy allows files of its own, no data: URLs
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox120", "safari17.5"], // the first with light-dark()
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: { proxy: Object.fromEntries(["/api/v1", "/health", "/docs", "/schema"].map((path) => [path, { target: service }])) },
  test: { include: ["**/*.test.ts"], environment: "node" },
});
