"""Test rigs drop 100 completion files a minute; each is sent as it appears, its start just before it.

Arrivals by the clock: start and completion of one file are two arrivals, so twice 100 requests a minute.
"""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at

RIGS = 20


def _phases(asked: Asked) -> list[Phase]:
    per_s = asked.rate * 2 / 60
    return [
        Phase(
            name="warm-up", seconds=asked.warm_up_s, rate=per_s, connections=RIGS, evenly=True, judged=False
        ),
        Phase(name="files", seconds=asked.seconds, rate=per_s, connections=RIGS, evenly=True),
    ]


SCENARIO = Scenario(
    name="rig-folder",
    claim="100 completion files a minute are in the database a second after they appear",
    phases=_phases,
    drive="raw",
    full_s=3600,
    warm_up_s=5,
    rate=100,
    units_of=lambda asked: units_at(asked.rate * 2 / 60, asked.seconds + asked.warm_up_s),
)
