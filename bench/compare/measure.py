"""One measurement: load on one contender, its answers in the window, its CPU, and what the database holds afterwards.

Who calls it: `compare`.
"""

import statistics
import sys
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import psutil
import psycopg
from msgspec import Struct

from bench.api import Api
from bench.compare import contract, pgbench, work
from bench.compare.servers import Databases, Served
from bench.compare.work import EXPECTED, Done, Job
from bench.driver import Samples

SERVICE_EVENTS: Final = "select event_id from neurohub.history where kind in ('START', 'COMPLETE')"
PEER_EVENTS: Final = "select event_id from history"
PEER: Final = "d"
SUCCESS: Final = frozenset(EXPECTED.values())
ERRORS_SHOWN: Final = 5
SMOOTH: Final = 3  # the rate shown while it runs is that of so many looks
PILOTS: Final = 1  # LOTs for trying out; the rest are for the load


class Plant(Struct, frozen=True, kw_only=True):
    """What is in the prepared databases, the service's and the peer's alike."""

    line: str
    model: str
    operator: str
    stations: list[str]
    secret: str
    lots: list[str]


class Pace(Struct, frozen=True, kw_only=True):
    """How a measurement is made."""

    warm_up_s: float
    duration_s: float
    connections: int
    clients: int
    drivers: int
    workers: int

    @property
    def all_s(self) -> float:
        return self.warm_up_s + self.duration_s


class Measured(Struct, frozen=True, kw_only=True):
    """One measurement. CPU is per event; `errors` are answers other than success, `faults` break the ledger."""

    contender: str
    round: int
    events_per_s: float
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    connections_max: int
    server_cpu_us: float
    postgres_cpu_us: float
    acknowledged: int
    recorded: int
    errors: dict[str, int]
    faults: list[str]


class Laboratory(NamedTuple):
    """What all measurements share."""

    databases: Databases
    plant: Plant
    pace: Pace
    folder: Path


class Turn(NamedTuple):
    """One contender's turn: its letter, its database, where its files go, what to call it while it runs."""

    key: str
    round: int
    database: str
    folder: Path
    title: str


class Sight:
    """Looks on while a measurement runs: shows the rate, keeps CPU seconds and connections."""

    def __init__(self, turn: Turn, databases: Databases, server: Served | None) -> None:
        self._turn = turn
        self._databases = databases
        self._server = psutil.Process(server.pid) if server else None
        self._rows: list[tuple[float, float, float]] = []
        self._shown = deque([(0.0, 0)], maxlen=SMOOTH)
        self.connections_max = 0

    def look(self, seconds: float, events: int) -> None:
        postgres = _cpu_s(self._databases.postmaster)
        self._rows.append((seconds, _cpu_s(self._server), postgres))
        self.connections_max = max(self.connections_max, self._databases.connections(self._turn.database))
        before_s, before = self._shown[0]
        self._shown.append((seconds, events))
        rate = (events - before) / max(0.001, seconds - before_s)
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"{self._turn.title:44} {seconds:4.0f} s {rate:8,.0f}/s", end=end, file=sys.stderr, flush=True)

    def cores(self, pace: Pace) -> tuple[float, float]:
        """Return the mean CPU use of server and PostgreSQL between the looks inside the window."""
        inside = [row for row in self._rows if pace.warm_up_s <= row[0] <= pace.all_s]
        if len(inside) < 2:
            return 0.0, 0.0
        first, last = inside[0], inside[-1]
        span_s = last[0] - first[0]
        return (last[1] - first[1]) / span_s, (last[2] - first[2]) / span_s


def over_http(lab: Laboratory, turn: Turn, served: Served) -> Measured:
    """Drive start and complete against a service that answers."""
    plant, pace = lab.plant, lab.pace
    contract.check(served.host, plant.stations[0], plant.secret, plant.operator, plant.lots[0])
    asked = PEER_EVENTS if turn.key == PEER else SERVICE_EVENTS
    url = lab.databases.url(turn.database)
    before = recorded(url, asked)
    job = Job(
        port=served.port,
        lots=work.deal(plant.lots[PILOTS:], pace.connections),
        tokens={process: _token(served, plant, process) for process in work.PROCESSES},
        operator=plant.operator,
        duration_s=pace.all_s,
    )
    sight = Sight(turn, lab.databases, served)
    done = work.do(job, pace.drivers, sight.look)
    after = recorded(url, asked)
    faults = compare(before, after, done)
    if any(one.samples.is_exhausted for one in done):
        faults.append("the prepared units were used up before the time: shorten --duration")
    return Measured(
        **_numbers([latency for one in done for latency in _good(one.samples, pace)], turn, pace, sight),
        acknowledged=sum(len(one.acknowledged) for one in done) // 16,
        recorded=len(after) - len(before),
        errors=dict(sum((one.errors for one in done), Counter()).most_common(ERRORS_SHOWN)),
        faults=faults,
    )


def with_pgbench(lab: Laboratory, turn: Turn, program: Path, script: str) -> Measured:
    """Let pgbench make the same calls."""
    pace, url = lab.pace, lab.databases.url(turn.database)
    before = recorded(url, SERVICE_EVENTS)
    sight = Sight(turn, lab.databases, None)
    ran = pgbench.run(
        program, url, turn.folder, script, clients=pace.clients, duration_s=pace.all_s, look=sight.look
    )
    new = len(recorded(url, SERVICE_EVENTS)) - len(before)
    calls = zip(ran.answered_s, ran.latency_s, strict=True)
    latencies = [latency for at, latency in calls if pace.warm_up_s <= at < pace.all_s]
    made = len(ran.latency_s)
    return Measured(
        **_numbers(latencies, turn, pace, sight),
        acknowledged=made,
        recorded=new,
        errors={},
        faults=[] if made == new else [f"pgbench made {made} calls, {new} events were recorded"],
    )


def _good(samples: Samples, pace: Pace) -> list[float]:
    """Return how long the successful answers of the window took."""
    part = samples.within(pace.warm_up_s, pace.all_s)
    return [latency for latency, status in zip(part.latency_s, part.status, strict=True) if status in SUCCESS]


def _numbers(latencies: list[float], turn: Turn, pace: Pace, sight: Sight) -> dict[str, Any]:
    rate = len(latencies) / pace.duration_s
    server, postgres = sight.cores(pace)
    cuts = statistics.quantiles(latencies, n=100) if len(latencies) > 1 else [0.0] * 99
    return {
        "contender": turn.key,
        "round": turn.round,
        "events_per_s": rate,
        "mean_ms": 1000 * statistics.fmean(latencies or [0.0]),
        "p50_ms": 1000 * cuts[49],
        "p95_ms": 1000 * cuts[94],
        "p99_ms": 1000 * cuts[98],
        "max_ms": 1000 * max(latencies, default=0.0),
        "connections_max": sight.connections_max,
        "server_cpu_us": 1e6 * server / max(rate, 1e-9),
        "postgres_cpu_us": 1e6 * postgres / max(rate, 1e-9),
    }


def recorded(database_url: str, asked: str) -> list[UUID]:
    """Return the ids of the events that the database holds, as often as it holds them."""
    with psycopg.connect(database_url) as connection:
        return [row[0] for row in connection.execute(asked.encode())]


def compare(before: Sequence[UUID], after: Sequence[UUID], done: Sequence[Done]) -> list[str]:
    """Return what is wrong between the answers and the database: every acknowledged event is there, once."""
    new = Counter(one.bytes for one in after)
    new.subtract(one.bytes for one in before)
    held = {event_id for event_id, count in new.items() if count > 0}
    acknowledged = _split(b"".join(one.acknowledged for one in done))
    in_doubt = _split(b"".join(one.in_doubt for one in done))
    counts = {
        "acknowledged, but not in the database": len(acknowledged - held),
        "in the database more than once": sum(count > 1 for count in new.values()),
        "in the database, but not acknowledged": len(held - acknowledged - in_doubt),
    }
    return [f"{count} events {what}" for what, count in counts.items() if count]


def _split(ids: bytes) -> set[bytes]:
    return {ids[at : at + 16] for at in range(0, len(ids), 16)}


def _token(served: Served, plant: Plant, process: int) -> str:
    with Api(served.host) as api:
        api.sign_in_station(plant.stations[process - 1], plant.secret)
        return api.token


def _cpu_s(top: psutil.Process | None) -> float:
    """Return the CPU seconds that a process and those below it have used so far."""
    if top is None:
        return 0.0
    total = 0.0
    with suppress(psutil.Error):  # it is gone: the driver will tell
        for process in [top, *top.children(recursive=True)]:
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
    return total
