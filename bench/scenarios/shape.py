"""What a scenario is: a claim, who works, and the phases they work in. Who calls it: each scenario, `load`."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct, field

from bench.plan import Phase, Role


class Asked(Struct, frozen=True, kw_only=True):
    """What the caller asked for; a scenario's own figures stand where nothing was asked."""

    seconds: float
    warm_up_s: float
    users: int
    tps: float
    connections: int
    in_flight: int
    rate: float


class Scenario(Struct, frozen=True, kw_only=True):
    """`drive` is who makes the load: locust's users, or the raw driver without users.

    `full_s` is the plant's own length, which `--full` asks for. `units_of` says how many units the raw
    driver may use up at most; users take what the pace needs.
    """

    name: str
    claim: str
    phases: Callable[[Asked], list[Phase]]
    drive: Literal["users", "raw"] = "users"
    roles: dict[Role, int] = field(default_factory=lambda: {"operator": 7, "manager": 3})
    seconds: float = 60.0
    full_s: float = 0.0
    warm_up_s: float = 10.0
    users: int = 0
    tps: float = 0.0
    connections: int = 0
    in_flight: int = 0  # most requests on their way at once, by the clock
    rate: float = 0.0
    units_of: Callable[[Asked], int] = lambda _: 0
    queues: int = 0  # stations cut off, for the storm
    units_per_queue: int = 0


def warm_up(asked: Asked, users: int) -> Phase:
    return Phase(name="warm-up", seconds=asked.warm_up_s, users=users, judged=False)


def units_at(rate: float, seconds: float) -> int:
    """Return how many units so many requests a second use up, with some in every hand."""
    return round(rate * seconds / 16) + 500
