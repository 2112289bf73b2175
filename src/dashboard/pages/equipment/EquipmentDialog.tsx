/** A piece of equipment as an admin adds or changes it; after maintenance its next date is put here. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { Choice, TextInput, Tick } from "../../parts/Field";
import { LineChoice } from "../../parts/PlantChoice";
import { ProblemNote } from "../../parts/Problem";

type Equipment = Views["EquipmentView"];
type Filled = Omit<Equipment, "maintenance_is_due">;
type Props = { readonly equipment: Equipment | null; readonly onClose: () => void }; // null: a new one
type FieldsProps = { readonly filled: Filled; readonly put: (change: Partial<Filled>) => void };

const EMPTY: Filled = { code: "", name: "", line: null, process: null, maintenance_due: null, active: true };
const KEY = String.raw`[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}`;
const PROCESSES = ["1", "2", "3", "4", "5", "6", "7", "8"] as const;

export function EquipmentDialog({ equipment, onClose }: Props) {
  const t = useTranslations();
  const [filled, fill] = useState<Filled>(equipment ?? EMPTY);
  const save = useSaved(equipment === null);
  const put = (change: Partial<Filled>): void => { fill((before) => ({ ...before, ...change })); };
  return (
    <Dialog title={equipment === null ? t("equipment.add") : t("equipment.change", { code: equipment.code })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(filled, { onSuccess: onClose }); }}>
        {equipment === null ? <TextInput label={t("equipment.code")} hint={t("equipment.code_hint")} isRequired pattern={KEY} value={filled.code} onChange={(code) => { put({ code }); }} /> : null}
        <Fields filled={filled} put={put} />
        {equipment === null ? null : <Tick isSelected={filled.active} onChange={(active) => { put({ active }); }}>{t("equipment.active_tick")}</Tick>}
        <ProblemNote error={save.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={save.isPending}>{t("common.save")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

function Fields({ filled, put }: FieldsProps) {
  const t = useTranslations();
  const processes = PROCESSES.map((each) => ({ key: each, text: `${each} ${t(`process.${each}`)}` }));
  return (
    <>
      <TextInput label={t("equipment.name")} isRequired maxLength={80} value={filled.name} onChange={(name) => { put({ name }); }} />
      <LineChoice value={filled.line} onChange={(line) => { put({ line }); }} />
      <Choice label={t("equipment.process")} options={processes} value={filled.process === null ? null : (String(filled.process) as "1")} onChange={(key) => { put({ process: Number(key) }); }} />
      <TextInput label={t("equipment.due")} type="date" value={filled.maintenance_due ?? ""} onChange={(day) => { put({ maintenance_due: day === "" ? null : day }); }} />
    </>
  );
}

function useSaved(isNew: boolean) {
  return useCommand<Filled, Equipment>(({ code, name, line, process, maintenance_due, active }, key) => {
    const told = { name, line, process, maintenance_due };
    if (isNew) return answer(http.POST("/api/v1/equipment", { params: once(key), body: { code, ...told } }));
    return answer(http.PATCH("/api/v1/equipment/{code}", { params: { path: { code } }, body: { ...told, active } }));
  }, ["/api/v1/equipment"]);
}
