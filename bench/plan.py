"""The plan of a run: who works where on what, at which pace. `seed` makes it, each generator gets its share.

Pure. A plan travels as JSON between the processes of the bench; it holds passwords, so its file is private.
"""

from typing import Final

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
OPERATORS_SHARE: Final = 0.7


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


class Place(Struct, frozen=True):
    """Line and model whose LOT numbers this month are not used up."""

    line: str
    model: str


class Plan(Struct, frozen=True, kw_only=True):
    """`users` and `tps` are this generator's share; instants are seconds of the machine's monotonic clock."""

    host: str
    users: int
    tps: float
    seed: int
    warm_up_s: float
    duration_s: float
    managers: list[Key]
    workers: list[str]
    sections: list[Section]
    units: list[WorkUnit]
    empty_lots: list[str]
    places: list[Place]
    firmware: str

    @property
    def operators(self) -> int:
        return max(1, round(self.users * OPERATORS_SHARE))

    @property
    def operator_rate(self) -> float:
        """Requests per second of one operator, undos included."""
        return self.tps * (STARTS + COMPLETIONS + UNDOS) / 100 * PACE_HEADROOM / self.operators

    @property
    def manager_rate(self) -> float:
        """Requests per second of one manager."""
        return self.tps * (READS + LOT_WORK) / 100 * PACE_HEADROOM / max(1, self.users - self.operators)


def units_needed(users: int, tps: float, seconds: float) -> int:
    """Return how many units a run uses up: completions over eight, one in each hand, a tenth to spare."""
    return round(tps * PACE_HEADROOM * COMPLETIONS / 100 / 8 * seconds * 1.1) + users + 16


def shares(plan: Plan, parts: int) -> list[Plan]:
    """Deal `plan` out to `parts` generators so that no two work on one unit."""
    return [
        msgspec.structs.replace(
            plan,
            users=len(range(part, plan.users, parts)),
            tps=plan.tps * len(range(part, plan.users, parts)) / plan.users,
            seed=plan.seed + part,
            units=plan.units[part::parts],
            empty_lots=plan.empty_lots[part::parts],
        )
        for part in range(parts)
    ]
