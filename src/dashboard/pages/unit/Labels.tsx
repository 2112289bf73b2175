/** The labels that were ordered for a unit, what they look like, and another one where that is needed. */

import { Eye, Printer, type LucideIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";

import { answer, http, send, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { asProblem, type Problem } from "../../api/problem";
import { useMay } from "../../api/roles";
import { Badge } from "../../parts/Badge";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Section } from "../../parts/Page";
import { ProblemNote } from "../../parts/Problem";
import { ReasonDialog } from "../../parts/ReasonDialog";
import { When } from "../../parts/When";

type Kind = Views["LabelKind"];
type Props = { readonly unit: Views["UnitView"]; readonly labels: readonly Views["TracedLabel"][] };
type Open = { readonly kind: Kind; readonly code: string; readonly as: "preview" | "reprint" };

export function Labels({ unit, labels }: Props) {
  const t = useTranslations("unit");
  const [open, show] = useState<Open | null>(null);
  const mayPrint = useMay("manager");
  const maySee = useMay("worker");
  const kinds: readonly (readonly [Kind, string])[] = unit.serial_number === null
    ? [["wip", unit.wip_id]]
    : [["wip", unit.wip_id], ["serial", unit.serial_number]];
  return (
    <Section title={t("labels")}>
      <ul className="unit-list unit-verbs">
        {kinds.map(([kind, code]) => (
          <li key={kind}>
            <span>{t(`label.${kind}`)}</span>
            <span>
              {maySee ? <Sign says={t("preview_of", { code })} sign={Eye} onPress={() => { show({ kind, code, as: "preview" }); }} /> : null}
              {mayPrint ? <Sign says={t("reprint_of", { code })} sign={Printer} onPress={() => { show({ kind, code, as: "reprint" }); }} /> : null}
            </span>
          </li>
        ))}
      </ul>
      <Jobs labels={labels} />
      {open?.as === "preview" ? <Preview kind={open.kind} code={open.code} onClose={() => { show(null); }} /> : null}
      {open?.as === "reprint" ? <Reprint kind={open.kind} code={open.code} onClose={() => { show(null); }} /> : null}
    </Section>
  );
}

type SignProps = { readonly says: string; readonly sign: LucideIcon; readonly onPress: () => void };

function Sign({ says, sign: Shown, onPress }: SignProps) {
  return <Button kind="quiet" aria-label={says} icon={<Shown size={18} aria-hidden />} onPress={onPress} />;
}

function Jobs({ labels }: { readonly labels: Props["labels"] }) {
  const t = useTranslations();
  if (labels.length === 0) return <p className="muted small">{t("unit.no_labels")}</p>;
  return (
    <ul className="unit-list small">
      {labels.map((label) => (
        <li key={`${label.code}-${label.created_at}`}>
          <span>{t(`unit.label.${label.kind as Kind}`)} {label.is_reprint ? <Badge tone="warn">{t("unit.reprint")}</Badge> : null}</span>
          <span className="muted">{t(`jobs.statuses.${label.status as "queued"}`)} · <When at={label.created_at} /></span>
        </li>
      ))}
    </ul>
  );
}

type OneProps = { readonly kind: Kind; readonly code: string; readonly onClose: () => void };

function Preview({ kind, code, onClose }: OneProps) {
  const t = useTranslations("unit");
  const { url, problem } = usePicture(`/api/v1/labels/${kind}/${code}.png?dpi=300`);
  return (
    <Dialog title={code} onClose={onClose} wide>
      <ProblemNote error={problem} />
      {url === null ? null : <img className="label-picture" src={url} alt={t("preview_of", { code })} />}
    </Dialog>
  );
}

/** A picture of the service, which wants the header that an `<img>` cannot send. */
function usePicture(path: string): { url: string | null; problem: Problem | null } {
  const [picture, setPicture] = useState<{ url: string | null; problem: Problem | null }>({ url: null, problem: null });
  useEffect(() => {
    const end = new AbortController();
    let url: string | null = null;
    const load = async (): Promise<void> => {
      const response = await send(new Request(path, { signal: end.signal }));
      url = URL.createObjectURL(await response.blob());
      setPicture({ url, problem: null });
    };
    load().catch((error: unknown) => { if (!end.signal.aborted) setPicture({ url: null, problem: asProblem(error) }); });
    return () => { end.abort(); if (url !== null) URL.revokeObjectURL(url); };
  }, [path]);
  return picture;
}

function Reprint({ kind, code, onClose }: OneProps) {
  const t = useTranslations();
  const print = useCommand(
    (reason: string, key) =>
      answer(http.POST("/api/v1/print-jobs", { params: once(key), body: { kind, code, printer: null, reason } })),
    ["/api/v1/print-jobs", "/api/v1/units/{code}/trace"],
  );
  return (
    <ReasonDialog
      title={t("unit.reprint_of", { code })}
      verb={t("lots.print_now")}
      hint={t("unit.reprint_hint")}
      change={print}
      onClose={onClose}
    />
  );
}
