"""The limits a load run is judged by: the one place where they are written. Pure.

Who calls it: `load` at the end of a run; `report` prints what it says.
"""

from typing import Final

from msgspec import Struct

MEAN_MS: Final = 100.0
CONNECTIONS: Final = 50
ERRORS: Final = 0
# Users are paced this much above the target, because a closed model never catches up what it lost.
PACE_HEADROOM: Final = 1.02


class Facts(Struct, frozen=True, kw_only=True):
    """What a run is judged on. `tps` leaves out the undos, which come on top of the customer's mix."""

    tps: float
    tps_target: float
    mean_ms: float
    errors: int
    connections_max: int
    ledger_faults: int
    events_compared: int


class Verdict(Struct, frozen=True):
    """One limit and whether the run held it."""

    claim: str
    measured: str
    ok: bool


def judge(facts: Facts) -> list[Verdict]:
    """Return one verdict per limit. A thing that was not seen at all does not count as held."""
    return [
        Verdict(f"TPS >= {facts.tps_target:g}", f"{facts.tps:.1f}", facts.tps >= facts.tps_target),
        Verdict(f"mean <= {MEAN_MS:g} ms", f"{facts.mean_ms:.2f} ms", 0 < facts.mean_ms <= MEAN_MS),
        Verdict(f"errors <= {ERRORS}", str(facts.errors), facts.errors <= ERRORS),
        Verdict(
            f"database connections <= {CONNECTIONS}",
            str(facts.connections_max) if facts.connections_max else "none seen",
            0 < facts.connections_max <= CONNECTIONS,
        ),
        Verdict(
            "every acknowledged event once in the database",
            f"{facts.events_compared} compared, {facts.ledger_faults} faults",
            facts.ledger_faults == 0 and facts.events_compared > 0,
        ),
    ]
