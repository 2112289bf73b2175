/** Which line everything is about. It stands in the address (`?line=KR01`), so a link and a bookmark keep it. */

import { useNavigate } from "@tanstack/react-router";
import { useTranslations } from "use-intl";

import { api } from "../api/client";
import { useMay } from "../api/roles";
import { Choice } from "../parts/Field";
import { useLine } from "./line";

const ALL = "all";
const RARELY_MS = 60_000;

export function LinePicker() {
  const t = useTranslations("shell");
  const line = useLine();
  const go = useNavigate();
  const lines = useLines();
  if (lines.length < 2 && line === null) return null;
  const options = [{ key: ALL, text: t("all_lines") }, ...lines.map((code) => ({ key: code, text: code }))];
  return (
    <div className="line-picker">
      <Choice
        label={t("line")}
        options={options}
        value={line ?? ALL}
        onChange={(key) => { void go({ to: ".", search: (kept) => ({ ...kept, line: key === ALL ? undefined : key }) }); }}
      />
    </div>
  );
}

/** Return the codes of the lines: those of the plant for who may read them, else those with a LOT on the board. */
function useLines(): readonly string[] {
  const mayRead = useMay("manager");
  const lines = api.useQuery("get", "/api/v1/lines", {}, { enabled: mayRead, staleTime: RARELY_MS });
  const board = api.useQuery("get", "/api/v1/dashboard/summary", {}, { enabled: !mayRead, staleTime: RARELY_MS });
  if (mayRead) return lines.data?.items.filter((each) => each.active).map((each) => each.code) ?? [];
  return [...new Set(board.data?.lots.map((lot) => lot.line))].sort();
}
