/** A new LOT: line, model, shift, how many. Its number is the service's to give. */

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { Choice, NumberInput, Tick } from "../../parts/Field";
import { LineChoice, ModelChoice } from "../../parts/PlantChoice";
import { ProblemNote } from "../../parts/Problem";
import { useLine } from "../../shell/line";

type Asked = Views["OpenLot"];

const UNITS_MAX = 100;

export function CreateLot({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations();
  const go = useNavigate();
  const open = useCommand((asked: Asked, key) => answer(http.POST("/api/v1/lots", { params: once(key), body: asked })), ["/api/v1/lots"]);
  const [line, setLine] = useState(useLine());
  const [model, setModel] = useState<string | null>(null);
  const [shift, setShift] = useState<Asked["shift"]>(shiftNow());
  const [quantity, setQuantity] = useState(UNITS_MAX);
  const [prints, setPrints] = useState(true);
  const create = (): void => {
    if (line === null || model === null) return;
    open.mutate(
      { line, model, shift, target_quantity: quantity, print_labels: prints },
      { onSuccess: ({ lot_number }) => { onClose(); void go({ to: "/lots/$lotNumber", params: { lotNumber: lot_number } }); } },
    );
  };
  const shifts = (["D", "N"] as const).map((key) => ({ key, text: t(`lots.shifts.${key}`) }));
  return (
    <Dialog title={t("lots.create")} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); create(); }}>
        <LineChoice value={line} onChange={setLine} />
        <ModelChoice value={model} onChange={setModel} />
        <Choice label={t("lots.shift")} options={shifts} value={shift} onChange={setShift} />
        <NumberInput label={t("lots.target")} hint={t("lots.target_hint")} minValue={1} maxValue={UNITS_MAX} isRequired value={quantity} onChange={setQuantity} />
        <Tick isSelected={prints} onChange={setPrints}>{t("lots.print_labels")}</Tick>
        <ProblemNote error={open.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={open.isPending} isDisabled={line === null || model === null}>{t("lots.create")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

/** A guess for the form; shift hours are the plant's. */
function shiftNow(): Asked["shift"] {
  const hour = new Date().getHours();
  return hour >= 8 && hour < 20 ? "D" : "N";
}
