/** The names of the processes: the plant's own where the role may read them, else the words of the language. */

import { useLocale, useTranslations } from "use-intl";

import { api } from "./client";
import { useMay } from "./roles";

const RARELY_MS = 300_000;
type Number = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8";

export function useProcessName(): (process: number) => string {
  const t = useTranslations("process");
  const locale = useLocale();
  const mayRead = useMay("manager");
  const { data } = api.useQuery("get", "/api/v1/processes", {}, { enabled: mayRead, staleTime: RARELY_MS });
  return (process) => {
    const named = data?.items.find((each) => each.process === process);
    if (named === undefined) return t(String(process) as Number);
    return locale === "ko" ? named.name_ko : named.name_en;
  };
}
