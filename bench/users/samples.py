"""Exact samples of every request: when it ended, how long it took, what it was. No buckets, no rounding.

Who calls it: locust's request event fills it, the generator hands it over at the end of the run.
"""

import time
from array import array
from collections import Counter
from typing import Any, Final

from msgspec import Struct

from bench.words import Spread

REFUSED: Final = "refused (503)"
FAILED: Final = "failed"
PUT_OFF: Final = "queue told to come again (503)"
EVENTS_A_BATCH: Final = 50
HAND_IN: Final = f"hand in {EVENTS_A_BATCH} queued events"


class Recording(Struct, frozen=True, kw_only=True):
    """A generator's samples as they travel; arrays as bytes (`d` epoch s, `d` ms, `B` index of name, `I` bytes)."""

    names: list[str]
    ended_at: bytes
    duration_ms: bytes
    kind: bytes
    received: bytes
    errors: dict[str, int]
    refusals: dict[str, int]
    sent: bytes
    unsent: int = 0
    queued_left: int = 0
    refused_wire_ms: list[float] = []


class Samples:
    """Samples of one generator, in the order the answers came."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.ended_at = array("d")
        self.duration_ms = array("d")
        self.kind = array("B")
        self.received = array("I")
        self.errors: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.sent = array("I")
        self.unsent = 0  # arrivals by the clock that found no connection
        self.refused_wire_ms: list[float] = []  # of refusals, from the wire and not from the intended time
        self.queued_left = 0  # events of a storm that are not in
        self.spread = Spread()
        self._index: dict[str, int] = {}

    def add(
        self,
        *,
        name: str,
        response_time: float,
        response_length: int,
        exception: Any,
        context: dict[str, Any],
        **_: Any,
    ) -> None:
        """Take one request as locust's request event tells it; the call put `sent` in its context."""
        self.take(name, time.time(), response_time, response_length, context.get("sent", 0))
        if exception is not None:
            self.errors[f"{name}: {exception}"[:300]] += 1

    def take(self, name: str, ended_at: float, took_ms: float, received: int, sent: int) -> None:
        """Take one answer: when it came (epoch s), how long it took, bytes of it and of its request."""
        index = self._index.get(name)
        if index is None:
            index = self._index[name] = len(self.names)
            self.names.append(name)
        self.ended_at.append(ended_at)
        self.duration_ms.append(took_ms)
        self.kind.append(index)
        self.received.append(received)
        self.sent.append(sent)
        self.spread.add(took_ms)

    def add_bug(self, *, exception: BaseException, **_: Any) -> None:
        """Take an error of the bench itself: it spoils the run as much as one of the service."""
        self.errors[f"bug in the bench: {exception!r}"[:300]] += 1

    def recording(self) -> Recording:
        return Recording(
            names=self.names,
            ended_at=self.ended_at.tobytes(),
            duration_ms=self.duration_ms.tobytes(),
            kind=self.kind.tobytes(),
            received=self.received.tobytes(),
            errors=dict(self.errors),
            refusals=dict(self.refusals),
            sent=self.sent.tobytes(),
            unsent=self.unsent,
            queued_left=self.queued_left,
            refused_wire_ms=self.refused_wire_ms,
        )
