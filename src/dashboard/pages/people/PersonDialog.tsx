/** A person as an admin adds or changes them. A new password and deactivating end all their sign-ins. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import type { Views } from "../../api/client";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { Choice, TextInput, Tick } from "../../parts/Field";
import { LineChoice } from "../../parts/PlantChoice";
import { ProblemNote } from "../../parts/Problem";
import { LANGUAGES } from "../../text/language";
import { EMPTY, ROLES, usePersonSaved, type Filled } from "./saved";

type Props = { readonly person: Views["UserView"] | null; readonly onClose: () => void }; // null: a new one
type FieldsProps = { readonly filled: Filled; readonly put: (change: Partial<Filled>) => void; readonly isNew: boolean };

export function PersonDialog({ person, onClose }: Props) {
  const t = useTranslations();
  const isNew = person === null;
  const [filled, fill] = useState<Filled>(isNew ? EMPTY : { ...EMPTY, ...person, role: person.role === "station" ? "viewer" : person.role });
  const save = usePersonSaved(isNew);
  const put = (change: Partial<Filled>): void => { fill((before) => ({ ...before, ...change })); };
  const isWhole = filled.role !== "worker" || filled.line !== null;
  return (
    <Dialog title={isNew ? t("people.add") : t("people.change", { name: person.name })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(filled, { onSuccess: onClose }); }}>
        {isNew ? <TextInput label={t("people.username")} hint={t("people.username_hint")} isRequired pattern="[a-z0-9][a-z0-9_.\-]{0,39}" autoComplete="off" value={filled.username} onChange={(username) => { put({ username }); }} /> : null}
        <Fields filled={filled} put={put} isNew={isNew} />
        <Secrets filled={filled} put={put} isNew={isNew} />
        <ProblemNote error={save.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isDisabled={!isWhole} isPending={save.isPending}>{t("common.save")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

function Fields({ filled, put }: FieldsProps) {
  const t = useTranslations();
  const roles = ROLES.map((each) => ({ key: each, text: t(`account.role.${each}`) }));
  const languages = LANGUAGES.map((each) => ({ key: each, text: t(`account.languages.${each}`) }));
  return (
    <>
      <TextInput label={t("people.name")} isRequired maxLength={80} value={filled.name} onChange={(name) => { put({ name }); }} />
      <Choice label={t("people.role")} options={roles} value={filled.role} onChange={(role) => { put({ role }); }} />
      {filled.role === "worker" ? <LineChoice value={filled.line} onChange={(line) => { put({ line }); }} /> : null}
      <Choice label={t("people.language")} options={languages} value={filled.locale} onChange={(locale) => { put({ locale }); }} />
    </>
  );
}

function Secrets({ filled, put, isNew }: FieldsProps) {
  const t = useTranslations("people");
  return (
    <>
      <TextInput label={t(isNew ? "password" : "new_password")} hint={t(isNew ? "password_hint" : "new_password_hint")} type="password" autoComplete="new-password" isRequired={isNew} maxLength={128} value={filled.password} onChange={(password) => { put({ password }); }} />
      <TextInput label={t(filled.has_badge ? "new_badge" : "badge")} hint={t("badge_hint")} pattern="[A-Za-z0-9\-]{4,32}" autoComplete="off" value={filled.badge} onChange={(badge) => { put({ badge }); }} />
      {filled.has_badge ? <Tick isSelected={filled.takes_badge} onChange={(takes_badge) => { put({ takes_badge }); }}>{t("take_badge")}</Tick> : null}
      {isNew ? null : <Tick isSelected={filled.active} onChange={(active) => { put({ active }); }}>{t("active_tick")}</Tick>}
    </>
  );
}
