/** What a defect code is called: by the plant's own table for who may read it, else by the code. */

import { api } from "../../api/client";
import { useMay } from "../../api/roles";
import { useLanguage } from "../../text/language";

const AT_MOST = 200;

export function useDefectNames(): (defect: { readonly process: number; readonly code: string }) => string {
  const mayRead = useMay("manager");
  const { language } = useLanguage();
  const known = api.useQuery("get", "/api/v1/defect-codes", { params: { query: { limit: AT_MOST } } }, { enabled: mayRead, staleTime: 60_000 });
  return ({ process, code }) => {
    const found = known.data?.items.find((each) => each.process === process && each.code === code);
    return (language === "ko" ? found?.name_ko : found?.name_en) ?? code;
  };
}
