/** A label once more: with the reason, and marked as a reprint. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { TextInput } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";

type Props = { readonly job: Views["PrintJobView"]; readonly onClose: () => void };

export function ReprintDialog({ job, onClose }: Props) {
  const t = useTranslations();
  const [reason, setReason] = useState("");
  const order = useCommand(
    (said: string, key) => answer(http.POST("/api/v1/print-jobs", { params: once(key), body: { kind: job.kind, code: job.code, printer: job.printer, reason: said } })),
    ["/api/v1/print-jobs"],
  );
  return (
    <Dialog title={t("jobs.again_of", { code: job.code })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); order.mutate(reason, { onSuccess: onClose }); }}>
        <p className="muted">{t("jobs.again_lead")}</p>
        <TextInput label={t("common.reason")} lines={2} isRequired maxLength={500} value={reason} onChange={setReason} />
        <ProblemNote error={order.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={order.isPending}>{t("jobs.again")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}
