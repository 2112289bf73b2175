"""A normal hour of the plant at the customer's floor: 200 users, 500 transactions a second."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, warm_up


def _phases(asked: Asked) -> list[Phase]:
    return [warm_up(asked, asked.users), Phase(name="hour", seconds=asked.seconds, users=asked.users)]


SCENARIO = Scenario(
    name="normal-hour",
    claim="200 users at 500 transactions a second are answered in 100 ms in the mean",
    phases=_phases,
    full_s=3600,
    users=200,
    tps=500,
)
