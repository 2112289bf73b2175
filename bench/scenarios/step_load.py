"""Step by step more connections, each sending its next request when the last is answered, to find the knee.

Starts and completions on units of their own, by the raw driver: users with thinking time would hide the limit.
"""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, units_at

STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


def _phases(asked: Asked) -> list[Phase]:
    steps = [step for step in STEPS if step <= asked.connections]
    part = asked.seconds / len(steps)
    first = Phase(name="warm-up", seconds=asked.warm_up_s, connections=8, judged=False)
    return [first, *(Phase(name=f"{n} connections", seconds=part, connections=n) for n in steps)]


SCENARIO = Scenario(
    name="step-load",
    claim="the knee: how many connections the service turns into throughput",
    phases=_phases,
    drive="raw",
    seconds=100,
    full_s=300,
    warm_up_s=5,
    connections=512,
    rate=8000,
    units_of=lambda asked: units_at(asked.rate, asked.seconds + asked.warm_up_s),
)
