/** The built-in parts: each lot leads to every other unit that holds it. */

import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";

import { useFieldName } from "../../parts/field_name";
import { Section } from "../../parts/Page";
import { componentsOf, type Step } from "./trace";

export function Components({ steps }: { readonly steps: readonly Step[] }) {
  const t = useTranslations();
  const held = componentsOf(steps);
  const said = useFieldName();
  return (
    <Section title={t("unit.components")}>
      {held.length === 0 ? <p className="muted">{t("unit.no_components")}</p> : (
        <ul className="unit-list">
          {held.map(({ kind, lot, process }) => (
            <li key={kind}>
              <span>{said(kind)} <span className="muted small">{t("unit.at_process", { process })}</span></span>
              <Link className="code" to="/search" search={{ q: lot }}>{lot}</Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
