"""Everybody wants the same unit: its row is the queue. Beside it the same connections on units of their own.

Each round of the race is won by one start; the winner takes it back at once and the next round begins.
"""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at


def _phases(asked: Asked) -> list[Phase]:
    n, part = asked.connections, asked.seconds / 2
    return [
        Phase(name="warm-up", seconds=asked.warm_up_s, connections=n, judged=False),
        Phase(name="unique units", seconds=part, connections=n),
        Phase(name="one hot unit", seconds=part, connections=n, stream="race"),
    ]


SCENARIO = Scenario(
    name="hot-unit",
    claim="a hundred stations race on one unit: exactly one wins each round, and it costs so much",
    phases=_phases,
    drive="raw",
    seconds=30,
    warm_up_s=5,
    connections=100,
    rate=8000,
    units_of=lambda asked: units_at(asked.rate, asked.seconds / 2 + asked.warm_up_s),
)
