"""Exact samples of every request: when it ended, how long it took, what it was. No buckets, no rounding.

Who calls it: locust's request event fills it, the generator hands it over at the end of the run.
"""

import time
from array import array
from collections import Counter
from typing import Any

from msgspec import Struct


class Recording(Struct, frozen=True, kw_only=True):
    """A generator's samples as they travel; arrays as bytes (`d` epoch s, `d` ms, `B` index of name)."""

    names: list[str]
    ended_at: bytes
    duration_ms: bytes
    kind: bytes
    errors: dict[str, int]
    refusals: dict[str, int]
    bytes_in: int
    bytes_out: int


class Samples:
    """Samples of one generator, in the order the answers came."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.ended_at = array("d")
        self.duration_ms = array("d")
        self.kind = array("B")
        self.errors: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.bytes_in = 0
        self.bytes_out = 0
        self.total_ms = 0.0
        self._index: dict[str, int] = {}

    def add(self, *, name: str, response_time: float, response_length: int, exception: Any, **_: Any) -> None:
        """Take one request: the signature is that of locust's request event."""
        index = self._index.get(name)
        if index is None:
            index = self._index[name] = len(self.names)
            self.names.append(name)
        self.ended_at.append(time.time())
        self.duration_ms.append(response_time)
        self.kind.append(index)
        self.total_ms += response_time
        self.bytes_in += response_length
        if exception is not None:
            self.errors[f"{name}: {exception}"[:300]] += 1

    def add_bug(self, *, exception: BaseException, **_: Any) -> None:
        """Take an error of the bench itself: it spoils the run as much as one of the service."""
        self.errors[f"bug in the bench: {exception!r}"[:300]] += 1

    def recording(self) -> Recording:
        return Recording(
            names=self.names,
            ended_at=self.ended_at.tobytes(),
            duration_ms=self.duration_ms.tobytes(),
            kind=self.kind.tobytes(),
            errors=dict(self.errors),
            refusals=dict(self.refusals),
            bytes_in=self.bytes_in,
            bytes_out=self.bytes_out,
        )
