/** The language of what is shown: chosen by hand, else the account's, else the browser's. Words are in ko/ and en/. */

import { IntlProvider } from "use-intl";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components";

import type * as words from "./ko";

export type Words = typeof words;
export const LANGUAGES = ["ko", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "neurohub.language";
const load: Record<Language, () => Promise<Words>> = {
  ko: () => import("./ko"),
  en: () => import("./en"),
};

type Choice = { readonly language: Language; readonly choose: (language: Language) => void };
const Context = createContext<Choice | null>(null);

export function useLanguage(): Choice {
  const choice = useContext(Context);
  if (choice === null) throw new Error("no language here");
  return choice;
}

/** Return the language to begin with; Korean unless somebody or their browser says English. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT) ?? navigator.language.slice(0, 2);
  return kept === "en" ? "en" : "ko";
}

export function wasChosen(): boolean {
  return localStorage.getItem(KEPT) !== null;
}

export function wordsOf(language: Language): Promise<Words> {
  return load[language]();
}

type Props = { readonly first: Language; readonly firstWords: Words; readonly children: ReactNode };

export function InLanguage({ first, firstWords, children }: Props) {
  const [shown, show] = useState({ language: first, words: firstWords });
  useEffect(() => {
    document.documentElement.lang = shown.language;
  }, [shown.language]);
  const choose = (language: Language): void => {
    localStorage.setItem(KEPT, language);
    void wordsOf(language).then((words) => { show({ language, words }); });
  };
  return (
    <Context value={{ language: shown.language, choose }}>
      <I18nProvider locale={shown.language === "ko" ? "ko-KR" : "en-GB"}>
        <IntlProvider locale={shown.language} messages={shown.words} timeZone={zone()}>
          {children}
        </IntlProvider>
      </I18nProvider>
    </Context>
  );
}

function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
