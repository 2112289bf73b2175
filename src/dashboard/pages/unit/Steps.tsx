/** Every attempt at every process: who, where, how long, what was measured and recorded, and the defect it ended in. */

import { useTranslations } from "use-intl";

import { useProcessName } from "../../api/processes";
import { Badge } from "../../parts/Badge";
import { useFieldName } from "../../parts/field_name";
import { Section } from "../../parts/Page";
import { StateBadge, toneOf } from "../../parts/states";
import { useDuration, When } from "../../parts/When";
import { Measurements } from "./Measurements";
import { recordedFacts, type Fact, type Step, type Trace } from "./trace";

export function Steps({ trace }: { readonly trace: Trace }) {
  const t = useTranslations("unit");
  return (
    <Section title={t("steps")} note={t("steps_count", { count: trace.steps.length })}>
      {trace.steps.length === 0 ? <p className="muted">{t("no_steps")}</p> : (
        <ol className="steps">
          {trace.steps.map((step) => (
            <One key={`${step.process} ${step.started_at}`} step={step} facts={recordedFacts(step, trace.events)} />
          ))}
        </ol>
      )}
    </Section>
  );
}

type OneProps = { readonly step: Step; readonly facts: readonly Fact[] };

function One({ step, facts }: OneProps) {
  const t = useTranslations("unit");
  const name = useProcessName();
  const duration = useDuration();
  return (
    <li className={`step step-${step.result === null ? "work" : toneOf(step.result)}${step.voided ? " step-voided" : ""}`}>
      <header className="step-head">
        <h3>{step.process} {name(step.process)}</h3>
        {step.result === null ? <Badge tone="work">{t("open")}</Badge> : <StateBadge state={step.result} />}
        {step.attempt > 1 ? <Badge tone="idle">{t("attempt", { attempt: step.attempt })}</Badge> : null}
        {step.is_rework ? <StateBadge state="REWORK" /> : null}
        {step.voided ? <Badge tone="warn">{t("voided")}</Badge> : null}
      </header>
      <p className="step-who muted">
        {[step.operator, step.station, step.equipment].filter((each) => each !== null).join(" · ")} · <When at={step.started_at} year />
        {step.duration_s === null ? null : ` · ${duration(step.duration_s)}`}
      </p>
      <Measurements measured={step.measurements} version={step.limits_version} />
      <Recorded facts={facts} />
      {step.defect === null ? null : <StepDefect defect={step.defect} />}
    </li>
  );
}

function Recorded({ facts }: { readonly facts: readonly Fact[] }) {
  const t = useTranslations("common");
  const said = useFieldName();
  if (facts.length === 0) return null;
  const shown = (value: Fact[1]): string | number => (typeof value === "boolean" ? t(value ? "yes" : "no") : value);
  return (
    <dl className="step-facts">
      {facts.map(([name, value]) => <div key={name}><dt>{said(name)}</dt><dd>{shown(value)}</dd></div>)}
    </dl>
  );
}

function StepDefect({ defect }: { readonly defect: NonNullable<Step["defect"]> }) {
  const t = useTranslations("unit");
  const decided = defect.decided_by === null ? t("not_decided") : t("decided", { by: defect.decided_by, reason: defect.reason ?? "" });
  return (
    <p className="step-defect">
      <StateBadge state={defect.status} /> <code>{defect.code}</code> {defect.description}
      <span className="muted"> {decided}</span>
    </p>
  );
}
