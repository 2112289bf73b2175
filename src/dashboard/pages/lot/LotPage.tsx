import { useTranslations } from "use-intl";

import { Page } from "../../parts/Page";

export function LotPage() {
  const t = useTranslations("lots");
  return <Page title={t("title")}>{null}</Page>;
}
