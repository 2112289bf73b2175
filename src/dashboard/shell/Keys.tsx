/** The keyboard: `/` searches, `g` and a letter goes to a place, `?` shows the keys. Not while somebody types. */

import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { tinykeys } from "tinykeys";
import { useTranslations } from "use-intl";

import { includes } from "../api/roles";
import { usePerson } from "../api/session";
import { Dialog } from "../parts/Dialog";
import { PLACES } from "./navigation";
import { SEARCH_ID } from "./SearchBox";

type Pressed = (event: KeyboardEvent) => void;

export function useKeys(onHelp: () => void): void {
  const go = useNavigate();
  const { role } = usePerson();
  const help = useEffectEvent(onHelp);
  useEffect(() => {
    const places = PLACES.filter((place) => includes(role, place.who));
    const toPlaces = places.map(({ key, to }) => [`g ${key}`, unlessTyping(() => void go({ to }))] as const);
    return tinykeys(window, {
      "/": unlessTyping((event) => { event.preventDefault(); document.getElementById(SEARCH_ID)?.focus(); }),
      "[Shift]+?": unlessTyping(() => { help(); }),
      ...Object.fromEntries(toPlaces),
    });
  }, [go, role]);
}

function unlessTyping(act: Pressed): Pressed {
  return (event) => {
    const at = event.target as HTMLElement;
    const isTyping = at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName);
    if (!isTyping && at.closest("[role=dialog]") === null) act(event);
  };
}

export function Keys({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations();
  const { role } = usePerson();
  return (
    <Dialog title={t("account.keys")} onClose={onClose}>
      <dl className="keys">
        <dt><kbd>/</kbd></dt><dd>{t("search.placeholder")}</dd>
        {PLACES.filter((place) => includes(role, place.who)).map(({ key, text }) => (
          <div key={key} className="keys-row"><dt><kbd>g</kbd> <kbd>{key}</kbd></dt><dd>{t(`place.${text}`)}</dd></div>
        ))}
        <dt><kbd>?</kbd></dt><dd>{t("account.keys")}</dd>
      </dl>
    </Dialog>
  );
}
