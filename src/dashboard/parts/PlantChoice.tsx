/** A choice among what the plant has: its lines, its models. */

import { useTranslations } from "use-intl";

import { api } from "../api/client";
import { Choice } from "./Field";

type Props = {
  readonly value: string | null;
  readonly onChange: (code: string) => void;
};

const FRESH = { staleTime: 60_000 };

export function LineChoice({ value, onChange }: Props) {
  const t = useTranslations("lots");
  const lines = api.useQuery("get", "/api/v1/lines", {}, FRESH);
  return <Choice label={t("line")} isRequired options={optionsOf(lines.data?.items)} value={value} onChange={onChange} />;
}

export function ModelChoice({ value, onChange }: Props) {
  const t = useTranslations("lots");
  const models = api.useQuery("get", "/api/v1/models", {}, FRESH);
  return <Choice label={t("model")} isRequired options={optionsOf(models.data?.items)} value={value} onChange={onChange} />;
}

type Named = { readonly code: string; readonly name: string; readonly active: boolean };

function optionsOf(found: readonly Named[] | undefined) {
  return (found ?? []).filter(({ active }) => active).map(({ code, name }) => ({ key: code, text: name.startsWith(code) ? name : `${code} ${name}` }));
}
