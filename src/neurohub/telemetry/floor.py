"""The floor as metrics: units, stations, labels and chores, from what the database says every 15 s.

Not counted by the workers: each would tell the same. The process of the metrics reads it, and only hands on what it
has read, so that a scrape never waits for the database. A floor that cannot be read is told by its age alone.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from msgspec import Struct
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

EVERY_S: Final = 15.0
log: Final = structlog.get_logger()


class Units(Struct, frozen=True):
    process: int
    state: str
    count: int


class Station(Struct, frozen=True):
    code: str
    line: str
    age_s: float
    queue_depth: int
    oldest_unsent_s: float


class Jobs(Struct, frozen=True):
    status: str
    count: int


class Waiting(Struct, frozen=True):
    line: str
    oldest_s: float


class Chore(Struct, frozen=True):
    """A job of the service; `done_at` is the epoch second of its last success, 0 before the first."""

    name: str
    done_at: float


class Floor(Struct, frozen=True):
    """One reading."""

    units: list[Units]
    stations: list[Station]
    jobs: list[Jobs]
    waiting: list[Waiting]
    chores: list[Chore]


class FloorCollector:
    """Reads the floor in a thread of its own, and tells Prometheus what was read last."""

    def __init__(self, read: Callable[[], Floor], every_s: float = EVERY_S) -> None:
        self._read = read
        self._every_s = every_s
        self._last: Floor | None = None
        self._read_at = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="floor")

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Stop reading; a reading under way ends by its own time-outs."""
        self._ended.set()

    def look(self) -> None:
        """Read once. A reading that fails leaves nothing to tell but when the last good one was."""
        try:
            self._last = self._read()
        except Exception as error:  # noqa: BLE001 (the edge of the thread: reported, and read again in 15 s)
            self._last = None
            log.warning("floor.unread", error=" ".join(str(error).split()))
        else:
            self._read_at = time.time()

    def collect(self) -> Iterable[Metric]:
        """Return the metrics of the last reading; what a registry calls."""
        read_at = GaugeMetricFamily(
            "neurohub_floor_read_timestamp_seconds", "When the floor was last read from the database"
        )
        read_at.add_metric([], self._read_at)
        return [read_at, *(families(self._last) if self._last is not None else ())]

    def _run(self) -> None:
        while not self._ended.is_set():
            self.look()
            self._ended.wait(self._every_s)


def families(floor: Floor) -> Iterable[Metric]:
    """Yield the metrics of one reading."""
    yield _gauge(
        "neurohub_units",
        "Units of open LOTs by the process that is due or open, and by state",
        ["process", "state"],
        [([str(u.process), u.state], u.count) for u in floor.units],
    )
    yield _gauge(
        "neurohub_print_jobs",
        "Labels ordered in the last day (of the newest 1,000) by state",
        ["status"],
        [([j.status], j.count) for j in floor.jobs],
    )
    yield _gauge(
        "neurohub_print_oldest_queued_seconds",
        "Age of the oldest label that no station has taken; 0 without one",
        ["line"],
        [([w.line], w.oldest_s) for w in floor.waiting],
    )
    yield _gauge(
        "neurohub_job_last_success_timestamp_seconds",
        "When a chore of the service was last done; 0 before the first time",
        ["name"],
        [([c.name], c.done_at) for c in floor.chores],
    )
    told: tuple[tuple[str, str, Callable[[Station], float]], ...] = (
        ("heartbeat_age_seconds", "Time since a station was last heard of", lambda s: s.age_s),
        ("queue_depth", "Events that a station has not delivered", lambda s: s.queue_depth),
        ("oldest_unsent_seconds", "Age of its oldest one; 0 without any", lambda s: s.oldest_unsent_s),
    )
    for name, help_text, value in told:
        samples = [([s.line, s.code], value(s)) for s in floor.stations]
        yield _gauge(f"neurohub_station_{name}", help_text, ["line", "station"], samples)


def _gauge(
    name: str, help_text: str, labels: list[str], samples: list[tuple[list[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family
