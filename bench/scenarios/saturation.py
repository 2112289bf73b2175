"""The most durable transactions a second: N connections in a closed loop, starts and completions, unique units."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at


def _phases(asked: Asked) -> list[Phase]:
    return [
        Phase(name="warm-up", seconds=asked.warm_up_s, connections=asked.connections, judged=False),
        Phase(name="saturation", seconds=asked.seconds, connections=asked.connections),
    ]


SCENARIO = Scenario(
    name="saturation",
    claim="durable starts and completions a second at full load, and what one costs",
    phases=_phases,
    drive="raw",
    seconds=30,
    warm_up_s=5,
    connections=100,
    rate=10000,
    units_of=lambda asked: units_at(asked.rate, asked.seconds + asked.warm_up_s),
)
