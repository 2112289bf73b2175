/** How fresh the board is: live, polled, or stale since when. */

import { CloudOff, Radio, RefreshCw } from "lucide-react";
import { useFormatter, useTranslations } from "use-intl";

import { useBoard } from "../api/board";

export function Freshness() {
  const t = useTranslations("fresh");
  const { by, staleSince } = useBoard();
  if (staleSince !== null) return <span className="fresh fresh-bad"><CloudOff size={16} aria-hidden />{t("stale")}</span>;
  if (by === "stream") return <span className="fresh fresh-good"><Radio size={16} aria-hidden />{t("live")}</span>;
  if (by === "poll") return <span className="fresh fresh-warn"><RefreshCw size={16} aria-hidden />{t("polled")}</span>;
  return <span className="fresh fresh-idle"><RefreshCw size={16} aria-hidden />{t("connecting")}</span>;
}

/** The banner while nothing is heard: what is on the screen is of then, and nothing typed is lost. */
export function StaleNote() {
  const t = useTranslations("fresh");
  const format = useFormatter();
  const { staleSince } = useBoard();
  return (
    <div role="status">
      {staleSince === null ? null : (
        <p className="stale">
          <CloudOff size={20} aria-hidden />
          {t("stale_since", { time: format.dateTime(staleSince, { timeStyle: "medium" }) })}
        </p>
      )}
    </div>
  );
}
