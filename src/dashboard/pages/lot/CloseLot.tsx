/** Closing a LOT: nothing starts in it any more. */

import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { useCommand } from "../../api/command";
import { ReasonDialog } from "../../parts/ReasonDialog";

type Props = { readonly lot: Views["LotView"]; readonly onClose: () => void };

export function CloseLot({ lot, onClose }: Props) {
  const t = useTranslations("lots");
  const params = { path: { lot_number: lot.lot_number } };
  const close = useCommand(
    (reason: string) =>
      answer(http.POST("/api/v1/lots/{lot_number}/close", { params, body: { reason: reason === "" ? null : reason } })),
    ["/api/v1/lots", "/api/v1/lots/{lot_number}"],
  );
  const left = lot.unit_count - lot.passed - lot.scrapped;
  return (
    <ReasonDialog
      title={t("close_title", { lot: lot.lot_number })}
      verb={t("close")}
      change={close}
      onClose={onClose}
      isDanger
      isRequired={lot.status !== "COMPLETED"}
    >
      <p>{t("close_follows", { left })}</p>
    </ReasonDialog>
  );
}
