/** What is filled in: text, number, choice, tick. Each with its label, a hint and what is wrong with it. */

import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button, CheckboxButton, CheckboxField, FieldError, Group, Input, Label, ListBox, ListBoxItem, NumberField, Popover, Select, SelectValue, Text,
  TextArea, TextField, type CheckboxFieldProps, type NumberFieldProps, type TextFieldProps,
} from "react-aria-components";

import "./field.css";

type Described = { readonly label: string; readonly hint?: string | undefined };

function Below({ hint }: { readonly hint?: string | undefined }) {
  return (
    <>
      {hint === undefined ? null : <Text slot="description" className="field-hint">{hint}</Text>}
      <FieldError className="field-error" />
    </>
  );
}

type TextInputProps = Omit<TextFieldProps, "className" | "children"> & Described & { readonly lines?: number };

/** A line of text, or with `lines` a box of so many. */
export function TextInput({ label, hint, lines, ...rest }: TextInputProps) {
  return (
    <TextField {...rest} className="field">
      <Label className="field-label">{label}</Label>
      {lines === undefined ? <Input className="field-input" /> : <TextArea className="field-input" rows={lines} />}
      <Below hint={hint} />
    </TextField>
  );
}

type NumberInputProps = Omit<NumberFieldProps, "className" | "children"> & Described;

export function NumberInput({ label, hint, ...rest }: NumberInputProps) {
  return (
    <NumberField {...rest} className="field">
      <Label className="field-label">{label}</Label>
      <Group className="field-number">
        <Button slot="decrement" className="field-step">−</Button>
        <Input className="field-input" />
        <Button slot="increment" className="field-step">+</Button>
      </Group>
      <Below hint={hint} />
    </NumberField>
  );
}

export type Option<Key extends string> = { readonly key: Key; readonly text: string };
type ChoiceProps<Key extends string> = Described & {
  readonly options: readonly Option<Key>[];
  readonly value: Key | null;
  readonly onChange: (key: Key) => void;
  readonly isRequired?: boolean;
  readonly name?: string;
};

/** One of a few. */
export function Choice<Key extends string>({ label, hint, options, value, onChange, ...rest }: ChoiceProps<Key>) {
  return (
    <Select {...rest} className="field" value={value} onChange={(key) => { onChange(key as Key); }}>
      <Label className="field-label">{label}</Label>
      <Button className="field-input field-choice">
        <SelectValue />
        <ChevronDown size={16} aria-hidden />
      </Button>
      <Below hint={hint} />
      <Popover className="field-popover">
        <ListBox className="field-options" items={options.map((option) => ({ id: option.key, text: option.text }))}>
          {(option) => <ListBoxItem id={option.id} className="field-option">{option.text}</ListBoxItem>}
        </ListBox>
      </Popover>
    </Select>
  );
}

export function Tick({ children, ...rest }: Omit<CheckboxFieldProps, "className" | "children"> & { readonly children: ReactNode }) {
  return (
    <CheckboxField {...rest}>
      <CheckboxButton className="tick">
        {({ isSelected }) => (
          <>
            <span className="tick-box" aria-hidden>{isSelected ? <Check size={16} strokeWidth={3} /> : null}</span>
            {children}
          </>
        )}
      </CheckboxButton>
    </CheckboxField>
  );
}
