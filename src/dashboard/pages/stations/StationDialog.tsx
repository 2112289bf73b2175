/** A station as an admin adds or changes it. A secret that is made goes to `onSecret`: it is shown once. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { TextInput, Tick } from "../../parts/Field";
import { LineChoice } from "../../parts/PlantChoice";
import { ProblemNote } from "../../parts/Problem";
import { ProcessTicks } from "./ProcessTicks";

type Station = Views["StationView"];
type Made = Views["StationWithSecret"];
type Props = {
  readonly station: Station | null; // null: a new one
  readonly onClose: () => void;
  readonly onSecret: (made: { readonly code: string; readonly secret: string }) => void;
};

const EMPTY = { code: "", name: "", line: null as string | null, processes: [] as readonly number[], active: true, rotate_secret: false };
type Filled = typeof EMPTY;

export function StationDialog({ station, onClose, onSecret }: Props) {
  const t = useTranslations();
  const [filled, fill] = useState<Filled>(station === null ? EMPTY : { ...station, rotate_secret: false });
  const save = useSaved(station === null);
  const put = (change: Partial<Filled>): void => { fill((before) => ({ ...before, ...change })); };
  const done = (made: Made): void => {
    if (made.secret !== undefined) onSecret({ code: made.code, secret: made.secret });
    onClose();
  };
  const isWhole = filled.line !== null && filled.processes.length > 0;
  return (
    <Dialog title={station === null ? t("stations.add") : t("stations.change", { code: station.code })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(filled, { onSuccess: done }); }}>
        {station === null ? <TextInput label={t("stations.code")} hint={t("stations.code_hint")} isRequired pattern="[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}" value={filled.code} onChange={(code) => { put({ code }); }} /> : null}
        <TextInput label={t("stations.name")} isRequired maxLength={80} value={filled.name} onChange={(name) => { put({ name }); }} />
        <LineChoice value={filled.line} onChange={(line) => { put({ line }); }} />
        <ProcessTicks value={filled.processes} onChange={(processes) => { put({ processes }); }} />
        {station === null ? null : <Existing filled={filled} put={put} />}
        <ProblemNote error={save.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isDisabled={!isWhole} isPending={save.isPending}>{t("common.save")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

function Existing({ filled, put }: { readonly filled: Filled; readonly put: (change: Partial<Filled>) => void }) {
  const t = useTranslations("stations");
  return (
    <>
      <Tick isSelected={filled.active} onChange={(active) => { put({ active }); }}>{t("active")}</Tick>
      <Tick isSelected={filled.rotate_secret} onChange={(rotate_secret) => { put({ rotate_secret }); }}>{t("rotate")}</Tick>
    </>
  );
}

function useSaved(isNew: boolean) {
  return useCommand<Filled, Made>(({ code, name, line, processes, active, rotate_secret }, key) => {
    const told = { name, line: line ?? "", processes: [...processes] };
    if (isNew) return answer(http.POST("/api/v1/stations", { params: once(key), body: { code, ...told } }));
    return answer(http.PATCH("/api/v1/stations/{code}", { params: { path: { code } }, body: { ...told, active, rotate_secret } }));
  }, ["/api/v1/stations"]);
}
