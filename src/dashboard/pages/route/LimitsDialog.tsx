/** A new version of a model's limits: it judges every completion that arrives from then on, and none before. */

import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";

import { answer, http, type Views } from "../../api/client";
import { once, useCommand } from "../../api/command";
import { Button } from "../../parts/Button";
import { Actions, Dialog } from "../../parts/Dialog";
import { NumberInput } from "../../parts/Field";
import { ProblemNote } from "../../parts/Problem";
import { RANGES } from "./limits";
import "./limits.css";

type Limits = Views["Limits"];
type Props = { readonly set: Views["LimitSetView"]; readonly onClose: () => void };
type PairProps = {
  readonly title: string;
  readonly names: readonly [string, string];
  readonly values: readonly [number, number];
  readonly onChange: (values: readonly [number, number]) => void;
};

const DECIMALS = { maximumFractionDigits: 3 };

export function LimitsDialog({ set, onClose }: Props) {
  const t = useTranslations();
  const [limits, fill] = useState<Limits>(set.limits);
  const save = useCommand(
    (told: Limits, key) => answer(http.POST("/api/v1/limits", { params: once(key), body: { model: set.model, limits: told } })),
    ["/api/v1/limits"],
  );
  return (
    <Dialog wide title={t("route.limits_title", { model: set.model })} onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(limits, { onSuccess: onClose }); }}>
        <p className="muted">{t("route.limits_lead")}</p>
        <Pairs limits={limits} fill={fill} />
        <ProblemNote error={save.error} />
        <Actions>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={save.isPending}>{t("route.limits_save")}</Button>
        </Actions>
      </Form>
    </Dialog>
  );
}

function Pairs({ limits, fill }: { readonly limits: Limits; readonly fill: (limits: Limits) => void }) {
  const t = useTranslations("route");
  return (
    <div className="limit-pairs">
      {RANGES.map(({ name, unit }) => (
        <Pair
          key={name}
          title={`${t(`limit_names.${name}`)} (${unit})`}
          names={[t("low"), t("high")]}
          values={[limits[name].low, limits[name].high]}
          onChange={([low, high]) => { fill({ ...limits, [name]: { low, high } }); }}
        />
      ))}
      {Object.entries(limits.test_points).map(([point, { target, tolerance }]) => (
        <Pair
          key={point}
          title={`${t("limit_point", { point })} (kgf)`}
          names={[t("target"), t("tolerance")]}
          values={[target, tolerance]}
          onChange={([to, by]) => { fill({ ...limits, test_points: { ...limits.test_points, [point]: { target: to, tolerance: by } } }); }}
        />
      ))}
    </div>
  );
}

function Pair({ title, names, values, onChange }: PairProps) {
  return (
    <fieldset className="limit-pair">
      <legend>{title}</legend>
      <NumberInput label={names[0]} isRequired formatOptions={DECIMALS} value={values[0]} onChange={(value) => { onChange([value, values[1]]); }} />
      <NumberInput label={names[1]} isRequired formatOptions={DECIMALS} value={values[1]} onChange={(value) => { onChange([values[0], value]); }} />
    </fieldset>
  );
}
