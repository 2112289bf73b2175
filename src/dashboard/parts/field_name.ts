/** The names of what a station records: fields of process data, measurements, kinds of components. */

import { useTranslations } from "use-intl";

import type { Words } from "../text/language";

/** Return how to say a field; one that has no word yet is said as it is written. */
export function useFieldName(): (field: string) => string {
  const t = useTranslations("field");
  return (field) => (t.has(field as keyof Words["field"]) ? t(field as keyof Words["field"]) : field);
}
