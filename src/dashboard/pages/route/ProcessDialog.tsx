/** A process of a model's route: its standard time and whether rework is possible, or as it is for all models again. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { NumberInput, Tick } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";

type Props = { readonly process: Views["ProcessView"]; readonly model: string; readonly isOwn: boolean; readonly onClose: () => void };

const TOUCHED = ["/api/v1/processes"] as const;
const LONGEST_MIN = 14_400;

export function ProcessDialog({ process: { process, standard_s, rework: was }, model, isOwn, onClose }: Props) {
  const t = useTranslations();
  const [minutes, setMinutes] = useState(standard_s / 60);
  const [rework, setRework] = useState(was);
  const save = useCommand(
    () => answer(http.PATCH("/api/v1/processes/{process}", { params: { path: { process } }, body: { model, standard_s: Math.round(minutes * 60), rework } })),
    TOUCHED,
  );
  const reset = useCommand(() => answer(http.DELETE("/api/v1/processes/{process}/route/{model}", { params: { path: { process, model } } })), TOUCHED);
  return (
    <Dialog title={t("route.change_title", { process: t(`process.${process as 1}`), model })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(undefined, { onSuccess: onClose }); }}>
        <NumberInput label={t("route.standard_min")} isRequired minValue={1 / 60} maxValue={LONGEST_MIN} value={minutes} onChange={setMinutes} />
        <Tick isSelected={rework} onChange={setRework}>{t("route.rework_tick")}</Tick>
        <ProblemNote error={save.error ?? reset.error} />
        <Actions>
          {!isOwn ? null : <Button isPending={reset.isPending} onPress={() => { reset.mutate(undefined, { onSuccess: onClose }); }}>{t("route.reset")}</Button>}
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isDisabled={Number.isNaN(minutes)} isPending={save.isPending}>{t("common.save")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}
