"""Hours of the normal mix at a calm pace, to see whether a process of the service grows.

The pace is a fifth of the peak, because the LOT numbers of a month limit how long the mix can run on one
database (see the README).
"""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, warm_up


def _phases(asked: Asked) -> list[Phase]:
    return [warm_up(asked, asked.users), Phase(name="soak", seconds=asked.seconds, users=asked.users)]


SCENARIO = Scenario(
    name="soak",
    claim="the memory of each process of the service is flat: at most 1 % an hour",
    phases=_phases,
    seconds=3600,
    full_s=8 * 3600,
    warm_up_s=60,
    users=100,
    tps=100,
)
