/** One of two or three, each with what follows from it: for choices that somebody should think about. */

import type { ReactNode } from "react";
import { Label, RadioButton, RadioField, RadioGroup } from "react-aria-components";

import "./radio.css";

export type Way<Key extends string> = { readonly key: Key; readonly text: string; readonly follows: ReactNode };
type WaysProps<Key extends string> = {
  readonly label: string;
  readonly ways: readonly Way<Key>[];
  readonly value: Key | null;
  readonly onChange: (key: Key) => void;
};

export function Ways<Key extends string>({ label, ways, value, onChange }: WaysProps<Key>) {
  return (
    <RadioGroup className="field" isRequired value={value} onChange={(key) => { onChange(key as Key); }}>
      <Label className="field-label">{label}</Label>
      {ways.map(({ key, text, follows }) => (
        <RadioField key={key} value={key}>
          <RadioButton className="way">
            <span className="way-dot" aria-hidden />
            <span>
              <strong>{text}</strong>
              <span className="way-follows">{follows}</span>
            </span>
          </RadioButton>
        </RadioField>
      ))}
    </RadioGroup>
  );
}
