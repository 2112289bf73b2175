/** More units for a LOT, up to its target; their WIP labels are queued with them. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { NumberInput, Tick } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";

type Props = { readonly lot: Views["LotView"]; readonly onClose: () => void };

export function GenerateUnits({ lot, onClose }: Props) {
  const t = useTranslations();
  const rest = lot.target_quantity - lot.unit_count;
  const [quantity, setQuantity] = useState(rest);
  const [prints, setPrints] = useState(true);
  const generate = useCommand(
    (body: Views["GenerateUnits"], key) =>
      answer(http.POST("/api/v1/lots/{lot_number}/units", { params: { path: { lot_number: lot.lot_number }, ...once(key) }, body })),
    ["/api/v1/lots", "/api/v1/lots/{lot_number}", "/api/v1/lots/{lot_number}/units"],
  );
  return (
    <Dialog title={t("lots.generate")} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); generate.mutate({ quantity, print_labels: prints }, { onSuccess: onClose }); }}>
        <NumberInput label={t("lots.quantity")} hint={t("lots.quantity_hint", { rest })} minValue={1} maxValue={rest} isRequired value={quantity} onChange={setQuantity} />
        <Tick isSelected={prints} onChange={setPrints}>{t("lots.print_wip_labels")}</Tick>
        <ProblemNote error={generate.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={generate.isPending}>{t("lots.generate")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}
