/** The composition root: language, queries and routes around the page. */

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { queries } from "./api/queries";
import "./look/tokens.css";
import "./look/base.css";
import "./look/print.css";
import { keptTheme, showTheme } from "./look/theme";
import { router } from "./routes";
import { firstLanguage, InLanguage, wordsOf } from "./text/language";

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");

showTheme(keptTheme());
const language = firstLanguage();
const words = await wordsOf(language);

createRoot(place).render(
  <StrictMode>
    <InLanguage first={language} firstWords={words}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </InLanguage>
  </StrictMode>,
);
