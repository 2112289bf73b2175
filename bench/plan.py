"""The plan of a run: who works where on what, in which phases. `seed` makes it, each generator gets its share.

Pure. A plan travels as JSON between the processes of the bench; it holds passwords, so its file is private.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from bench.slo import PACE_HEADROOM

# A normal hour in hundredths of all transactions: starts, completions, reads, LOT work.
STARTS: Final = 40
COMPLETIONS: Final = 30
READS: Final = 25
LOT_WORK: Final = 5
# What is started and not completed is taken back. Undos come on top of the hundred and do not count as
# transactions, but their time and their errors do.
UNDOS: Final = STARTS - COMPLETIONS

Role = Literal["operator", "manager", "onlooker"]
# What the raw driver sends: units walked through their processes, one unit fought for, cached reads,
# queued events handed in, nothing.
Stream = Literal["walk", "race", "read"]


class Phase(Struct, frozen=True, kw_only=True):
    """A stretch of a run. Users ramp from where they are to `users`; the rest is for the raw driver.

    `connections` is a closed loop of so many; beside a rate it is the most that are open. `rate` is arrivals a
    second by a clock, `of_peak` arrivals as a share of the rate that the phase named `peak` reached; they come
    by chance unless `evenly`. `replay` hands the queued events in beside it and ends the phase when they are
    in. Only judged phases are in the numbers of the whole run.
    """

    name: str
    seconds: float
    users: int = 0
    stream: Stream = "walk"
    connections: int = 0
    rate: float = 0.0
    of_peak: float = 0.0
    evenly: bool = False
    replay: bool = False
    judged: bool = True


class Key(Struct, frozen=True):
    """A credential: user name or station code with its password or secret."""

    name: str
    secret: str


class Section(Struct, frozen=True):
    """Eight stations of one line, one per process in order. Operators walk their units along them."""

    line: str
    stations: tuple[Key, ...]


class WorkUnit(Struct, frozen=True):
    line: str
    wip_id: str


class Queue(Struct, frozen=True):
    """A station that was cut off, with the units whose events wait in it."""

    station: Key
    units: tuple[WorkUnit, ...]


class Place(Struct, frozen=True):
    """Line and model whose LOT numbers this month are not used up."""

    line: str
    model: str


class Plan(Struct, frozen=True, kw_only=True):
    """`users` and `tps` are the most of the run, and this generator's share of it."""

    host: str
    users: int
    tps: float
    seed: int
    roles: dict[Role, int]
    phases: list[Phase]
    managers: list[Key] = []
    workers: list[str] = []
    sections: list[Section] = []
    units: list[WorkUnit] = []
    queues: list[Queue] = []
    empty_lots: list[str] = []
    places: list[Place] = []
    firmware: str = "v1.0.0"
    open_connections_max: int = 400
    board_every_s: float = 10.0

    @property
    def counts(self) -> dict[Role, int]:
        """How many users of each role there are at the peak; the last role takes the rounding."""
        whole, left = sum(self.roles.values()), self.users
        counts: dict[Role, int] = {}
        for role, weight in self.roles.items():
            counts[role] = min(left, round(self.users * weight / whole))
            left -= counts[role]
        counts[next(reversed(self.roles))] += left
        return counts

    def rate_of(self, role: Role) -> float:
        """Requests per second of one user of `role`, undos included."""
        if role == "onlooker":
            return 1 / self.board_every_s
        has_managers = self.counts.get("manager", 0) > 0
        at_stations = STARTS + COMPLETIONS + UNDOS
        share = at_stations if role == "operator" else READS + LOT_WORK
        # Where nobody reads, the stations alone make the transactions.
        whole = 100 if has_managers else STARTS + COMPLETIONS
        return self.tps * share / whole * PACE_HEADROOM / max(1, self.counts[role])


def units_of_users(users: int, tps: float, seconds: float) -> int:
    """Return how many units users use up: completions over eight, one in each hand, a tenth to spare."""
    return round(tps * PACE_HEADROOM * COMPLETIONS / 100 / 8 * seconds * 1.1) + users + 16


def shares(plan: Plan, parts: int) -> list[Plan]:
    """Deal `plan` out to `parts` generators so that no two work on one unit."""
    return [share(plan, part, parts) for part in range(parts)]


def share(plan: Plan, part: int, parts: int) -> Plan:
    """Return what the generator `part` of `parts` does. A raced unit is everybody's: the first."""
    mine = plan.units[part::parts]
    if any(phase.stream == "race" for phase in plan.phases):
        mine = [plan.units[0], *plan.units[1 + part :: parts]]
    return msgspec.structs.replace(
        plan,
        users=len(range(part, plan.users, parts)),
        tps=plan.tps * len(range(part, plan.users, parts)) / max(1, plan.users),
        seed=plan.seed + part,
        phases=[_share_of_phase(phase, part, parts) for phase in plan.phases],
        units=mine,
        queues=plan.queues[part::parts],
        empty_lots=plan.empty_lots[part::parts],
    )


def _share_of_phase(phase: Phase, part: int, parts: int) -> Phase:
    return msgspec.structs.replace(
        phase,
        users=len(range(part, phase.users, parts)),
        connections=len(range(part, phase.connections, parts)),
        rate=phase.rate / parts,
    )
