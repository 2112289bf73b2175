/** What a query has: its data, a quiet placeholder until then, or why there is none. */

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { ProblemNote } from "./Problem";

type Query<Data> = { readonly data: Data | undefined; readonly error: unknown };
type LoadedProps<Data> = { readonly query: Query<Data>; readonly children: (data: Data) => ReactNode };

export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const t = useTranslations("common");
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null && query.error !== undefined) return <ProblemNote error={query.error} />;
  return <p className="muted" role="status">{t("loading")}</p>;
}
