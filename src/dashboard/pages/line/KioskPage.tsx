/** The line on a big screen: no menu, nothing to press but the way out; it scales with the screen and keeps it awake. */

import { Minimize } from "lucide-react";
import { useEffect } from "react";
import { useFormatter, useTranslations } from "use-intl";

import { FollowBoard, useBoard } from "../../api/board";
import { ButtonLink } from "../../parts/Button";
import { useNow } from "../../parts/now";
import { Section } from "../../parts/Page";
import { Freshness, StaleNote } from "../../shell/Freshness";
import { useLine } from "../../shell/line";
import { Figures } from "./Figures";
import { Flow } from "./Flow";
import { Day } from "./LinePage";
import { LotsUnderWay } from "./LotsUnderWay";
import "./line.css";

const LOTS_SHOWN = 4;

export function KioskPage() {
  const line = useLine();
  useAwake();
  return <FollowBoard key={line} line={line}><Kiosk /></FollowBoard>;
}

function Kiosk() {
  const t = useTranslations("line");
  const { board } = useBoard();
  return (
    <main className="kiosk page">
      <header className="kiosk-head">
        <h1>NeuroHub</h1>
        <p className="muted"><Day board={board} /></p>
        <Freshness />
        <Clock />
        <ButtonLink to="/" kind="quiet" aria-label={t("leave_kiosk")} icon={<Minimize size={20} aria-hidden />} />
      </header>
      <StaleNote />
      {board === null ? null : (
        <>
          <Figures board={board} />
          <Section title={t("flow")}><Flow processes={board.processes} /></Section>
          <LotsUnderWay lots={board.lots.slice(0, LOTS_SHOWN)} />
        </>
      )}
    </main>
  );
}

function Clock() {
  const format = useFormatter();
  return <time className="kiosk-clock">{format.dateTime(useNow(1_000), { hour: "2-digit", minute: "2-digit", hour12: false })}</time>;
}

/** Keep the screen on while the page is looked at, where the browser can. */
function useAwake(): void {
  useEffect(() => {
    const hold = (): void => {
      if (!document.hidden && "wakeLock" in navigator) void navigator.wakeLock.request("screen").catch(() => null);
    };
    hold();
    document.addEventListener("visibilitychange", hold);
    return () => { document.removeEventListener("visibilitychange", hold); };
  }, []);
}
