/** The search of every page: scan or type a WIP id, serial, LOT or component lot. `/` goes here. */

import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

export const SEARCH_ID = "search";

export function SearchBox() {
  const t = useTranslations("search");
  const go = useNavigate();
  const [text, setText] = useState("");
  return (
    <form
      className="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === "") return;
        void go({ to: "/search", search: { q: text.trim() } });
        setText("");
      }}
    >
      <Search size={16} aria-hidden />
      <input
        id={SEARCH_ID}
        value={text}
        placeholder={t("placeholder")}
        aria-label={t("placeholder")}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        onChange={(event) => { setText(event.target.value); }}
      />
      {text === "" ? <kbd aria-hidden>/</kbd> : null}
    </form>
  );
}
