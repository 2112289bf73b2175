/** The menu of who is signed in: language, theme, keys, sign out. */

import { useMutation } from "@tanstack/react-query";
import { CircleUser } from "lucide-react";
import { useState } from "react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator, type Key, type Selection } from "react-aria-components";
import { useTranslations } from "use-intl";

import { signOut, usePerson } from "../api/session";
import { keptTheme, showTheme, THEMES, type Theme } from "../look/theme";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/Problem";
import { LANGUAGES, useLanguage, type Language } from "../text/language";

export function Account({ onKeys }: { readonly onKeys: () => void }) {
  const t = useTranslations("account");
  const person = usePerson();
  const out = useMutation({ mutationFn: signOut, networkMode: "always" });
  const act = (key: Key): void => { // of language and theme as well, which say theirs in their sections
    if (key === "keys") onKeys();
    if (key === "out") out.mutate();
  };
  return (
    <>
      <MenuTrigger>
        <Button kind="quiet" icon={<CircleUser size={20} aria-hidden />}>{person.name}</Button>
        <Popover placement="bottom end">
          <Menu className="account-menu" onAction={act}>
            <LanguageSection />
            <ThemeSection />
            <Separator />
            <MenuItem id="keys" className="account-item" textValue={t("keys")}>{t("keys")}<kbd>?</kbd></MenuItem>
            <MenuItem id="out" className="account-item">{t("sign_out", { role: t(`role.${person.role}`) })}</MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {out.error === null ? null : (
        <Dialog title={t("not_out")} onClose={() => { out.reset(); }}>
          <ProblemNote error={out.error} />
          <p>{t("not_out_todo")}</p>
        </Dialog>
      )}
    </>
  );
}

function LanguageSection() {
  const t = useTranslations("account");
  const { language, choose } = useLanguage();
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[language]}
      onSelectionChange={(keys) => { choose(only(keys) as Language); }}
    >
      <Header className="account-title">{t("language")}</Header>
      {LANGUAGES.map((each) => <MenuItem key={each} id={each} className="account-item">{t(`languages.${each}`)}</MenuItem>)}
    </MenuSection>
  );
}

function ThemeSection() {
  const t = useTranslations("account");
  const [theme, setTheme] = useState(keptTheme);
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[theme]}
      onSelectionChange={(keys) => { const next = only(keys) as Theme; showTheme(next); setTheme(next); }}
    >
      <Header className="account-title">{t("theme")}</Header>
      {THEMES.map((each) => <MenuItem key={each} id={each} className="account-item">{t(`themes.${each}`)}</MenuItem>)}
    </MenuSection>
  );
}

/** Return the one key that is chosen. */
function only(keys: Selection): Key | undefined {
  return keys === "all" ? undefined : keys.values().next().value;
}
