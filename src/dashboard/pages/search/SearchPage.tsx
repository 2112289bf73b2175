/**
 * Search: anything that is scanned or typed. What a code is, the service knows: it is asked for a unit, a LOT and a
 * component lot at once. One find opens by itself; a component lot shows who holds it (a recall list).
 */

import { Navigate, useSearch } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";

import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { findCode } from "./find";
import { Holders } from "./Holders";

export function SearchPage() {
  const t = useTranslations("search");
  const { q } = useSearch({ from: "/shell/search" });
  const found = useQuery({ queryKey: ["search", q], queryFn: () => findCode(q), enabled: q !== "" });
  if (q === "") return <Page title={t("title")} lead={t("lead")}>{null}</Page>;
  if (found.data?.is === "unit") return <Navigate to="/units/$code" params={{ code: found.data.code }} replace />;
  if (found.data?.is === "lot") return <Navigate to="/lots/$lotNumber" params={{ lotNumber: found.data.code }} replace />;
  return (
    <Page title={t("of", { code: q })} code>
      <Loaded query={found}>
        {(result) => (result.is === "component" ? <Holders code={result.code} took={result.took_ms} /> : <p>{t("nothing", { code: q })}</p>)}
      </Loaded>
    </Page>
  );
}
