/** Labels of a LOT, queued for the printers of its line: the LOT's own, or the WIP label of each unit. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { TextInput } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";
import { Ways } from "../../parts/Radio";

type Props = { readonly lot: Views["LotView"]; readonly onClose: () => void };
type Which = "lot" | "wip";
type Asked = { readonly which: Which; readonly reason: string | null };

export function PrintLabels({ lot, onClose }: Props) {
  const t = useTranslations();
  const [which, choose] = useState<Which>("lot");
  const [reason, setReason] = useState("");
  const print = useCommand((asked: Asked, key) => order(lot.lot_number, asked, key), ["/api/v1/print-jobs"]);
  return (
    <Dialog title={t("lots.print")} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); print.mutate({ which, reason: reason.trim() === "" ? null : reason }, { onSuccess: onClose }); }}>
        <Ways
          label={t("lots.print_what")}
          ways={[
            { key: "lot", text: t("lots.print_lot"), follows: lot.lot_number },
            { key: "wip", text: t("lots.print_wips"), follows: t("lots.print_wips_count", { count: lot.unit_count }) },
          ]}
          value={which}
          onChange={choose}
        />
        <TextInput label={t("common.reason")} hint={t("lots.reprint_hint")} maxLength={500} value={reason} onChange={setReason} />
        <ProblemNote error={print.error} todo={{ INVALID_REQUEST: t("lots.reprint_hint") }} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={print.isPending}>{t("lots.print_now")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

/** Queue what was asked, each label under a key of its own: tried again, nothing is queued twice. */
async function order(lotNumber: string, { which, reason }: Asked, key: string): Promise<number> {
  const codes = which === "lot" ? [lotNumber] : await wipIdsOf(lotNumber);
  for (const code of codes) {
    await http.POST("/api/v1/print-jobs", { params: once(`${key}-${code}`), body: { kind: which, code, printer: null, reason } });
  }
  return codes.length;
}

async function wipIdsOf(lotNumber: string): Promise<readonly string[]> {
  const params = { path: { lot_number: lotNumber }, query: { limit: 200 } };
  const { items } = await answer(http.GET("/api/v1/lots/{lot_number}/units", { params }));
  return items.map((unit) => unit.wip_id);
}
