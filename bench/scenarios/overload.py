"""Five times as many requests as the service can take, by a clock that does not wait for answers.

First the peak is measured in a closed loop, then a third of it is offered (what normal looks like), then five
times it, then a third again: how soon is it normal?
"""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at

CALM, TIMES = 0.3, 5.0


def _phases(asked: Asked) -> list[Phase]:
    part = asked.seconds / 4
    return [
        Phase(name="warm-up", seconds=asked.warm_up_s, connections=asked.connections, judged=False),
        Phase(name="peak", seconds=part, connections=asked.connections),
        Phase(name="before", seconds=part, of_peak=CALM),
        Phase(name="overload", seconds=part, of_peak=TIMES, connections=asked.in_flight),
        Phase(name="after", seconds=part, of_peak=CALM),
    ]


SCENARIO = Scenario(
    name="overload",
    claim="at five times its capacity it still does nine tenths of its work, and says no to the rest at once",
    phases=_phases,
    drive="raw",
    warm_up_s=5,
    connections=100,
    in_flight=900,  # what Granian takes (backlog 1024, shared by its workers) and a little less
    rate=8000,
    units_of=lambda asked: units_at(asked.rate, asked.seconds * 0.75 + asked.warm_up_s),
)
