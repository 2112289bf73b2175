/** Releasing a version: from then on process 4 asks for it, or a newer one. */

import { useState } from "react";
import { Form, FileTrigger } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { TextInput } from "../../parts/Field";
import { ModelChoice } from "../../parts/PlantChoice";
import { ProblemNote } from "../../parts/Problem";
import "./firmware.css";

const VERSION = String.raw`v(0|[1-9][0-9]{0,4})(\.(0|[1-9][0-9]{0,4})){2}`;

export function ReleaseDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations();
  const [model, setModel] = useState<string | null>(null);
  const [version, setVersion] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const release = useRelease(file);
  const isWhole = model !== null && file !== null;
  const put = (): void => {
    if (isWhole) release.mutate({ model, version, name: file.name, size: file.size, changed: file.lastModified }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t("firmware.release")} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); put(); }}>
        <p className="muted">{t("firmware.release_lead")}</p>
        <ModelChoice value={model} onChange={setModel} />
        <TextInput label={t("firmware.version")} hint={t("firmware.version_hint")} isRequired pattern={VERSION} value={version} onChange={setVersion} />
        <div className="release-file">
          <FileTrigger onSelect={(files) => { setFile(files?.[0] ?? null); }}>
            <Button>{t("firmware.choose")}</Button>
          </FileTrigger>
          <span>{file?.name ?? t("firmware.no_file")}</span>
        </div>
        <ProblemNote error={release.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isDisabled={!isWhole} isPending={release.isPending}>{t("firmware.release_now")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

/** What stands for the file in the input's key: its name, size and date. */
type Released = { readonly model: string; readonly version: string; readonly name: string; readonly size: number; readonly changed: number };

function useRelease(file: File | null) {
  return useCommand<Released, Views["FirmwareView"]>(
    ({ model, version }, key) => answer(http.POST("/api/v1/firmware", {
      params: once(key),
      body: { model, version, file: "" },
      bodySerializer: () => formOf({ model, version }, file),
    })),
    ["/api/v1/firmware"],
  );
}

function formOf(fields: Record<string, string>, file: File | null): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append("file", file);
  return form;
}
