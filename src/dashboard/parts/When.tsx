/** Instants and durations in words. */

import { useFormatter, useTranslations } from "use-intl";

type WhenProps = { readonly at: string | null; readonly year?: boolean };

/** An instant, as date and time of the reader's place; hovering shows seconds. `year` for what goes on paper. */
export function When({ at, year = false }: WhenProps) {
  const format = useFormatter();
  if (at === null) return <span className="muted">–</span>;
  const instant = new Date(at);
  return (
    <time dateTime={at} title={format.dateTime(instant, { dateStyle: "full", timeStyle: "medium" })}>
      {format.dateTime(instant, { ...(year ? { year: "numeric" } : {}), month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false })}
    </time>
  );
}

/** Return how to say a duration: the two largest units, "1 h 5 min". */
export function useDuration(): (seconds: number | null) => string {
  const t = useTranslations("duration");
  return (seconds) => {
    if (seconds === null) return "–";
    const whole = Math.max(0, Math.round(seconds));
    const [d, h, m, s] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
    if (d > 0) return t("days", { d, h });
    if (h > 0) return t("hours", { h, m });
    return m > 0 ? t("minutes", { m, s }) : t("seconds", { s });
  };
}
