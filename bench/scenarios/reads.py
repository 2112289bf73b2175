"""Cached reads at full load: units, LOTs and the board, by N connections in a closed loop. Nothing is written."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario


def _phases(asked: Asked) -> list[Phase]:
    n = asked.connections
    return [
        Phase(name="warm-up", seconds=asked.warm_up_s, connections=n, stream="read", judged=False),
        Phase(name="reads", seconds=asked.seconds, connections=n, stream="read"),
    ]


SCENARIO = Scenario(
    name="reads",
    claim="cached reads a second: units, LOTs, the board",
    phases=_phases,
    drive="raw",
    seconds=20,
    warm_up_s=5,
    connections=100,
    units_of=lambda _: 1000,
)
