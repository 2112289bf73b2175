/** A change that somebody gives a reason for: what follows from it, the reason, the button that does it. */

import type { UseMutationResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { Button } from "./Button";
import { Actions, Dialog } from "./Dialog";
import { TextInput } from "./Field";
import { ProblemNote } from "./Problem";

type Props = {
  readonly title: string;
  readonly verb: string; // on the button
  readonly change: UseMutationResult<unknown, Error, string>; // of the reason
  readonly onClose: () => void;
  readonly children?: ReactNode; // what follows from it
  readonly hint?: string;
  readonly isDanger?: boolean;
  readonly isRequired?: boolean;
};

export function ReasonDialog({ title, verb, change, onClose, children, hint, isDanger = false, isRequired = true }: Props) {
  const t = useTranslations("common");
  const [reason, setReason] = useState("");
  return (
    <Dialog title={title} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); change.mutate(reason.trim(), { onSuccess: onClose }); }}>
        {children}
        <TextInput
          label={t("reason")}
          hint={hint ?? t("reason_hint")}
          lines={3}
          isRequired={isRequired}
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
        <ProblemNote error={change.error} />
        <Actions>
          <Button onPress={onClose}>{t("cancel")}</Button>
          <Button type="submit" kind={isDanger ? "danger" : "primary"} isPending={change.isPending}>{verb}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}
