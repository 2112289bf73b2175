"""What generators and `conduct` say to each other, a line of JSON each. Apart: it imports no sockets.

`conduct` sends the number of the phase to run, or nothing more (end of input) to stop. A generator answers.
"""

from bisect import bisect_left
from typing import Final

import msgspec
from msgspec import Struct

# The bounds of the service's own buckets, so that both ends of the wire are drawn alike.
BOUNDS_S: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30,
)  # fmt: skip
_BOUNDS_MS: Final = tuple(1000 * bound for bound in BOUNDS_S)


class Spread(Struct):
    """How long answers took: how many in each bucket, the last without a bound, and all together."""

    counts: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    total_ms: float = 0.0

    def add(self, took_ms: float) -> None:
        self.counts[bisect_left(_BOUNDS_MS, took_ms)] += 1
        self.total_ms += took_ms


class Ready(Struct, frozen=True, tag="ready"):
    """Signed in, units in hand: a phase may begin."""


class Tick(Struct, frozen=True, kw_only=True, tag="tick"):
    """What has been so far: totals since the start of the generator. `at` is its clock (epoch s).

    `offered` is what the plan asks for, requests a second; 0 in a closed loop.
    """

    at: float
    users: int = 0
    requests: int = 0
    refused: int = 0
    errors: int = 0
    offered: float = 0.0
    spread: Spread = msgspec.field(default_factory=Spread)


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """A phase ran from `begin` to `end` (epoch s)."""

    phase: int
    begin: float
    end: float


Word = Ready | Tick | Done
encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Word).decode
