/** What is around every page: menu, search, how fresh the board is, who is signed in. */

import { Link, Outlet, useMatches } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { FollowBoard } from "../api/board";
import { includes } from "../api/roles";
import { usePerson } from "../api/session";
import { useLine } from "./line";
import { Page } from "../parts/Page";
import { Account } from "./Account";
import { Freshness, StaleNote } from "./Freshness";
import { Keys, useKeys } from "./Keys";
import { LinePicker } from "./LinePicker";
import { PLACES } from "./navigation";
import { SearchBox } from "./SearchBox";
import "./shell.css";

export function Shell() {
  const t = useTranslations("shell");
  const [showsKeys, showKeys] = useState(false);
  const line = useLine();
  useKeys(() => { showKeys(true); });
  return (
    <FollowBoard key={line} line={line}>
      <a className="skip" href="#content">{t("skip")}</a>
      <div className="shell">
        <header className="top">
          <Link to="/" className="brand">NeuroHub</Link>
          <SearchBox />
          <LinePicker />
          <Freshness />
          <Account onKeys={() => { showKeys(true); }} />
        </header>
        <Menu />
        <div className="view">
          <StaleNote />
          <Allowed />
        </div>
      </div>
      {showsKeys ? <Keys onClose={() => { showKeys(false); }} /> : null}
    </FollowBoard>
  );
}

function Menu() {
  const t = useTranslations();
  const person = usePerson();
  const places = PLACES.filter((place) => includes(person.role, place.who));
  return (
    <nav className="menu" aria-label={t("shell.menu")}>
      {places.map(({ to, text, sign: Sign }) => (
        <Link key={to} to={to} className="menu-place" activeProps={{ "aria-current": "page" }} activeOptions={{ exact: to === "/" }}>
          <Sign size={20} aria-hidden />
          {t(`place.${text}`)}
        </Link>
      ))}
    </nav>
  );
}

/** The page, for whom it is; the service would refuse the others anyway. */
function Allowed() {
  const t = useTranslations("shell");
  const { role } = usePerson();
  const needed = useMatches({ select: (matches) => matches.at(-1)?.staticData.who }) ?? "viewer";
  if (includes(role, needed)) return <Outlet />;
  return <Page title={t("no_entry")}><p>{t("not_for_role")}</p></Page>;
}
