"""A manager who has the board on the wall: it asks every ten seconds and is never touched.

Who calls it: the roles of a plan.
"""

import random
from typing import ClassVar, Final

import msgspec
from locust import FastHttpUser, task

from bench.users.call import LostAnswerError, Request, WrongAnswerError, call, expect, spread
from bench.users.floor import Floor
from neurohub.contract.views import DashboardSummary

_summary: Final = msgspec.json.Decoder(DashboardSummary).decode


class Onlooker(FastHttpUser):
    """One task run is one look."""

    floor: ClassVar[Floor]
    rate: ClassVar[float]
    network_timeout = 15.0
    connection_timeout = 5.0
    insecure = False

    def on_start(self) -> None:
        number = self.floor.next_number()
        keys = self.floor.plan.managers
        self.headers = self.floor.headers[keys[number % len(keys)].name]
        spread(random.Random(self.floor.plan.seed * 3000 + number), self.rate)

    @task
    def look(self) -> None:
        def read(status: int, content: bytes) -> None:
            expect(status == 200, "200", status)
            view = _summary(content)
            expect(len(view.processes) == 8, "eight processes", len(view.processes))
            expect(view.completed <= view.started, "not more completed than started", view.completed)

        request = Request("poll the board", "GET", "/api/v1/dashboard/summary", self.headers)
        try:
            call(self, request, read)
        except (LostAnswerError, WrongAnswerError):
            return  # counted as an error by the call
