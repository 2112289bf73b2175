"""A watch on the window's thread: how long it does not come back to its loop.

A timer in the thread itself sees each gap. On a machine that is busy with others a gap says little, so the time for
which threads of this process were ready and had no processor is taken off (Linux tells), but nothing of what the
window's thread itself computed; on an idle machine there is nothing to take off.
"""

import time
from pathlib import Path

from station.qt import Qt, QTimer

EVERY_MS = 10
_THREADS = Path("/proc/self/task")


class Watch:
    """Make it in the window's thread. `gaps_s`: beyond the timer's own time; `net_s`: without the wait."""

    def __init__(self) -> None:
        self.gaps_s: list[float] = []
        self.net_s: list[float] = []
        self._seen = (time.perf_counter(), _waits_ns(), time.thread_time())
        self._timer = QTimer()
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    def close(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        seen = (time.perf_counter(), _waits_ns(), time.thread_time())
        now_s, waits, busy_s = seen
        gap_s, own_s = now_s - self._seen[0] - EVERY_MS / 1000, busy_s - self._seen[2]
        waited_s = sum(waits[thread] - self._seen[1].get(thread, waits[thread]) for thread in waits) / 1e9
        self._seen = seen
        self.gaps_s.append(gap_s)
        self.net_s.append(max(own_s, gap_s - waited_s))

    def __repr__(self) -> str:
        """Say the three worst of each in milliseconds."""
        columns = {"gaps": self.gaps_s, "blocked": self.net_s}
        worst = {name: [round(s * 1000) for s in sorted(of)[-3:]] for name, of in columns.items()}
        return f"{worst} ms of {len(self.gaps_s)}"


def _waits_ns() -> dict[str, int]:
    """Return for how long each thread of this process was ready and had no processor."""
    return {path.parent.name: _delay_ns(path) for path in _THREADS.glob("*/schedstat")}


def _delay_ns(path: Path) -> int:
    try:
        return int(path.read_bytes().split()[1])
    except (OSError, IndexError):  # the thread has just ended
        return 0
