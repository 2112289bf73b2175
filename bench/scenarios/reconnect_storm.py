"""The network is back: 200 stations hand in 200 queued events each, while others scan as always."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at

STATIONS = 200
UNITS_PER_STATION = 13  # sixteen events a unit: 200 events, the last eight of them left out
CALM_S, AFTER_S = 5.0, 5.0


def _phases(asked: Asked) -> list[Phase]:
    return [
        Phase(name="warm-up", seconds=asked.warm_up_s, rate=asked.rate, judged=False),
        Phase(name="before", seconds=CALM_S, rate=asked.rate),
        Phase(name="storm", seconds=asked.seconds, rate=asked.rate, replay=True),
        Phase(name="after", seconds=AFTER_S, rate=asked.rate),
    ]


SCENARIO = Scenario(
    name="reconnect-storm",
    claim="200 x 200 queued events are in within 10 min, and a scan beside them is answered within a second",
    phases=_phases,
    drive="raw",
    seconds=540,  # at most; the phase ends when the queues are empty
    warm_up_s=3,
    connections=STATIONS,
    rate=100,
    units_of=lambda asked: units_at(asked.rate, asked.seconds + 20),
    queues=STATIONS,
    units_per_queue=UNITS_PER_STATION,
)
