/** A state in a word, with a sign and a colour: never the colour alone. Which state looks how is in `states`. */

import type { ReactNode } from "react";

import "./badge.css";

export type Tone = "idle" | "work" | "good" | "warn" | "bad";

type BadgeProps = { readonly tone: Tone; readonly icon?: ReactNode; readonly children: ReactNode };

export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <span className={`badge badge-${tone}`}>
      {icon}
      {children}
    </span>
  );
}
