"""Everybody at once: a tenth of the users, then all of them within a second, then a tenth again."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, warm_up


def _phases(asked: Asked) -> list[Phase]:
    few, part = max(1, asked.users // 10), asked.seconds / 3
    return [
        warm_up(asked, few),
        Phase(name="before", seconds=part, users=few),
        Phase(name="jump", seconds=1, users=asked.users),
        Phase(name="spike", seconds=part, users=asked.users),
        Phase(name="drop", seconds=1, users=few),
        Phase(name="after", seconds=part, users=few),
    ]


SCENARIO = Scenario(
    name="spike",
    claim="ten times the users within a second are served, and it is quiet again after them",
    phases=_phases,
    full_s=360,
    users=200,
    tps=500,
)
