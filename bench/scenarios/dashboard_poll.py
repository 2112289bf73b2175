"""50 managers look at the board every 10 s while 50 operators work, and the cache carries the looking."""

from bench.plan import Phase
from bench.scenarios.shape import Asked, Scenario, warm_up


def _phases(asked: Asked) -> list[Phase]:
    return [warm_up(asked, asked.users), Phase(name="polling", seconds=asked.seconds, users=asked.users)]


SCENARIO = Scenario(
    name="dashboard-poll",
    claim="50 managers poll the board every 10 s beside 50 stations at work; more than 80 % come from the cache",
    phases=_phases,
    roles={"operator": 1, "onlooker": 1},
    full_s=1800,
    users=100,
    tps=100,
)
