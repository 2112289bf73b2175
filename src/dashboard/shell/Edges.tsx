/** The edges of the dashboard: a page that is not there, and a page that failed by a fault of ours. */

import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { useTranslations } from "use-intl";

import { Problem } from "../api/problem";
import { Button } from "../parts/Button";
import { Page } from "../parts/Page";
import { ProblemNote } from "../parts/Problem";

export function Missing() {
  const t = useTranslations("edge");
  return <Page title={t("missing")}><p><Link to="/">{t("home")}</Link></p></Page>;
}

export function Broken({ error, reset }: ErrorComponentProps) {
  const t = useTranslations("edge");
  if (error instanceof Problem) return <Page title={t("broken")}><ProblemNote error={error} /></Page>;
  return (
    <Page title={t("broken")}>
      <p>{t("broken_todo")}</p>
      <p><code className="small">{String(error)}</code></p>
      <p><Button onPress={() => { reset(); location.reload(); }}>{t("reload")}</Button></p>
    </Page>
  );
}
