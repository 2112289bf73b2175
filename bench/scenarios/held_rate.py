"""How long an answer takes while the load is held: 500 a second by the clock, then half and more of the peak.

A closed loop waits with its next request for the last answer, so it hides what a queue costs. Here arrivals come
by chance at a rate that does not care. First the 500 the plant asks for, then the peak, then shares of it.
"""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at

SHARES = (0.5, 0.7, 0.9)


def _phases(asked: Asked) -> list[Phase]:
    part = asked.seconds / (2 + len(SHARES))
    return [
        Phase(name="warm-up", seconds=asked.warm_up_s, rate=asked.tps, connections=200, judged=False),
        Phase(name="asked", seconds=part, rate=asked.tps, connections=200),
        Phase(name="peak", seconds=part, connections=asked.connections),
        *(
            Phase(name=f"{share:.0%} of the peak", seconds=part, of_peak=share, connections=asked.in_flight)
            for share in SHARES
        ),
    ]


SCENARIO = Scenario(
    name="held-rate",
    claim="500 arrivals a second by the clock are answered in 5 ms, and 90 % of the peak is still held",
    phases=_phases,
    drive="raw",
    seconds=75,
    warm_up_s=5,
    tps=500,
    connections=100,
    in_flight=500,
    rate=8000,
    units_of=lambda asked: units_at(asked.rate, asked.seconds * 0.7 + asked.warm_up_s),
)
