"""The roles of a plan as locust knows them: classes with weight and pace. Who calls it: generator, locustfile."""

from typing import Any, Final

from locust import constant_throughput

from bench.plan import Plan, Role
from bench.users.floor import Floor
from bench.users.manager import Manager
from bench.users.onlooker import Onlooker
from bench.users.operator import Operator

CLASSES: Final[dict[Role, Any]] = {"operator": Operator, "manager": Manager, "onlooker": Onlooker}


def user_classes(plan: Plan, floor: Floor) -> list[Any]:
    """Return the classes of the plan's roles. Locust mixes them by weight at any number of users."""
    chosen = []
    for role, weight in plan.roles.items():
        user = CLASSES[role]
        user.floor, user.weight = floor, weight
        user.rate = plan.rate_of(role)
        user.wait_time = constant_throughput(user.rate)
        chosen.append(user)
    return chosen
