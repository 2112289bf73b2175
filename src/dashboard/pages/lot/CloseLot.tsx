/** Closing a LOT: nothing starts in it any more. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { TextInput } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";

type Props = { readonly lot: Views["LotView"]; readonly onClose: () => void };

export function CloseLot({ lot, onClose }: Props) {
  const t = useTranslations();
  const [reason, setReason] = useState("");
  const close = useCommand(
    (said: string | null) => answer(http.POST("/api/v1/lots/{lot_number}/close", { params: { path: { lot_number: lot.lot_number } }, body: { reason: said } })),
    ["/api/v1/lots", "/api/v1/lots/{lot_number}"],
  );
  const left = lot.unit_count - lot.passed - lot.scrapped;
  return (
    <Dialog title={t("lots.close_title", { lot: lot.lot_number })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); close.mutate(reason.trim() === "" ? null : reason, { onSuccess: onClose }); }}>
        <p>{t("lots.close_follows", { left })}</p>
        <TextInput label={t("common.reason")} hint={t("common.reason_hint")} lines={3} isRequired={lot.status !== "COMPLETED"} maxLength={500} value={reason} onChange={setReason} />
        <ProblemNote error={close.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="danger" isPending={close.isPending}>{t("lots.close")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}
