/** The decision on a defect: rework or scrap, with the reason that whoever traces the unit will read. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { TextInput } from "../../parts/Field";
import { Fact, Facts } from "../../parts/Page";
import { ProblemNote } from "../../parts/Problem";
import { Ways } from "../../parts/Radio";
import { useDefectNames } from "./names";

type Verdict = "rework" | "scrap";
type Props = { readonly defect: Views["DefectView"]; readonly onClose: () => void };

export function DecideDialog({ defect, onClose }: Props) {
  const t = useTranslations();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [reason, setReason] = useState("");
  const decide = useDecision(defect.unit.wip_id);
  const process = t(`process.${defect.process as 1}`);
  const used = defect.unit.rework_count + 1;
  return (
    <Dialog title={t("defects.decide_title")} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); if (verdict !== null) decide.mutate({ verdict, reason }, { onSuccess: onClose }); }}>
        <About defect={defect} />
        <Ways
          label={t("defects.decision")}
          ways={[
            { key: "rework", text: t("defects.rework"), follows: t("defects.rework_follows", { process, used }) },
            { key: "scrap", text: t("defects.scrap"), follows: t("defects.scrap_follows") },
          ]}
          value={verdict}
          onChange={setVerdict}
        />
        <TextInput label={t("common.reason")} hint={t("common.reason_hint")} lines={3} isRequired maxLength={500} value={reason} onChange={setReason} />
        <ProblemNote error={decide.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind={verdict === "scrap" ? "danger" : "primary"} isDisabled={verdict === null} isPending={decide.isPending}>
            {t(verdict === "scrap" ? "defects.scrap_now" : "defects.rework_now")}
          </Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

function About({ defect }: { readonly defect: Views["DefectView"] }) {
  const t = useTranslations();
  const nameOf = useDefectNames();
  return (
    <Facts>
      <Fact name={t("defects.unit")}><span className="code">{defect.unit.wip_id}</span></Fact>
      <Fact name={t("defects.what")}>{nameOf(defect)}{defect.description === "" ? null : <p className="muted small">{defect.description}</p>}</Fact>
    </Facts>
  );
}

function useDecision(code: string) {
  return useCommand(
    ({ verdict, reason }: { verdict: Verdict; reason: string }, key) => {
      const said = { params: { path: { code }, ...once(key) }, body: { reason } };
      return answer(verdict === "rework" ? http.POST("/api/v1/units/{code}/rework", said) : http.POST("/api/v1/units/{code}/scrap", said));
    },
    ["/api/v1/defects", "/api/v1/units/{code}", "/api/v1/units/{code}/trace"],
  );
}
