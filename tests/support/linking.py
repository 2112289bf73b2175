"""The station's link in a test: what it posts, waited for, and the parts of it with a clock of the test's own."""

import threading
import time
from contextlib import contextmanager
from uuid import UUID

from neurohub.contract.commands import CompleteStep, StartStep, station_key
from neurohub.contract.enums import Result
from station.flow.effects import Record
from station.link.delivery import Delivery
from station.link.keeper import Keeper
from station.link.service import Service
from support.floor import new_id

SECRET = "the secret of a station"
WAIT_S = 30


def unit(number, lot="KR01PSA2511001"):
    return f"WIP-{lot}-{number:03d}"


def start(code, process=1, **more):
    return StartStep(event_id=UUID(new_id()), unit=code, process=process, operator="worker", **more)


def complete(code, process=1, data=None, **more):
    return CompleteStep(
        event_id=UUID(new_id()),
        unit=code,
        process=process,
        operator="worker",
        result=Result.PASS,
        process_data=data or {},
        **more,
    )


class Posted(list):
    """Facts in the order they were posted, from any thread."""

    def __init__(self):
        super().__init__()
        self._more = threading.Condition()

    def __call__(self, fact):
        with self._more:
            self.append(fact)
            self._more.notify_all()

    def of(self, *kinds):
        with self._more:
            return [fact for fact in self if isinstance(fact, kinds)]

    def wait(self, *kinds, count=1, for_s=WAIT_S):
        """Return the first `count` facts of `kinds`, once they are there."""
        deadline = time.monotonic() + for_s
        with self._more:
            while True:
                found = [fact for fact in self if isinstance(fact, kinds)]
                if len(found) >= count:
                    return found[:count]
                is_late = not self._more.wait(deadline - time.monotonic())
                assert not is_late, f"{len(found)} of {count} {kinds}: {self[-5:]}"


class Linked:
    """Keeper, service and delivery, put together as `Link` does, with short pauses."""

    def __init__(
        self,
        folder,
        server,
        station="ST-01",
        secret=SECRET,
        *,
        clock=time.monotonic,
        draw=lambda: 0.001,
        **keeper,
    ):
        self.posted = Posted()
        self.states = []
        self.service = Service(server, station, secret, lambda *said: self.states.append(said), timeout_s=0.5)
        self.keeper = Keeper(folder / "outbox.db", station_key(secret), self.posted, **keeper)
        self.delivery = Delivery(self.keeper, self.service, self.posted, clock, draw)

    def record(self, *events):
        for event in events:
            self.keeper.record(Record(event=event))


@contextmanager
def linked(folder, server, *, delivering=True, **more):
    one = Linked(folder, server, **more)
    one.keeper.start(one.delivery.committed)
    if delivering:
        one.delivery.start()
    try:
        yield one
    finally:
        if delivering:
            one.delivery.close()
        one.keeper.close()
        one.service.close()
