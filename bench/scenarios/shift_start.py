"""Shift start: 50 users become 200, stay, and go down to 100. The plant's own length is 5 + 30 + 5 minutes."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, warm_up


def _phases(asked: Asked) -> list[Phase]:
    minute, most = asked.seconds / 40, asked.users
    return [
        warm_up(asked, most // 4),
        Phase(name="arrive", seconds=5 * minute, users=most),
        Phase(name="full shift", seconds=30 * minute, users=most),
        Phase(name="leave", seconds=5 * minute, users=most // 2),
    ]


SCENARIO = Scenario(
    name="shift-start",
    claim="50 -> 200 -> 100 users; nobody waits while the others arrive",
    phases=_phases,
    seconds=120,
    full_s=2400,
    users=200,
    tps=500,
)
