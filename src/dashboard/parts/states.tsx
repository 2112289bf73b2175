/** How each state of the plant looks: tone and sign, in one place. The words are in `text`, under `status`. */

import {
  Ban, Check, CheckCheck, CircleDashed, CirclePause, Clock, Hourglass, Lock, Play, RotateCcw, TriangleAlert, Undo2, Wrench, X,
  type LucideIcon,
} from "lucide-react";
import { useTranslations } from "use-intl";

import type { Views } from "../api/client";
import { Badge, type Tone } from "./Badge";

export type State =
  | Views["UnitStatus"] | Views["LotStatus"] | Views["ProcessState"] | Views["StepResult"] | Views["DefectStatus"];

const LOOKS: Record<State, readonly [Tone, LucideIcon]> = {
  CREATED: ["idle", CircleDashed],
  IN_PROGRESS: ["work", Play],
  PASSED: ["good", CheckCheck],
  DEFECTED: ["bad", TriangleAlert],
  REWORK: ["warn", Wrench],
  SCRAPPED: ["bad", Ban],
  COMPLETED: ["good", CheckCheck],
  CLOSED: ["idle", Lock],
  RUNNING: ["work", Play],
  WAITING: ["warn", Hourglass],
  STARVED: ["idle", CirclePause],
  DELAYED: ["bad", Clock],
  PASS: ["good", Check],
  FAIL: ["bad", X],
  ERROR: ["warn", TriangleAlert],
  UNDONE: ["idle", Undo2],
  OPEN: ["bad", TriangleAlert],
  REPAIRED: ["good", RotateCcw],
};

export function StateBadge({ state }: { readonly state: State }) {
  const t = useTranslations("status");
  const [tone, Sign] = LOOKS[state];
  return <Badge tone={tone} icon={<Sign size={14} aria-hidden />}>{t(state)}</Badge>;
}

export function toneOf(state: State): Tone {
  return LOOKS[state][0];
}
