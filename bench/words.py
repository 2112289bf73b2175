"""What generators and `conduct` say to each other, a line of JSON each. Apart: it imports no sockets.

`conduct` sends the number of the phase to run, or nothing more (end of input) to stop. A generator answers.
"""

from typing import Final

import msgspec
from msgspec import Struct


class Ready(Struct, frozen=True, tag="ready"):
    """Signed in, units in hand: a phase may begin."""


class Tick(Struct, frozen=True, kw_only=True, tag="tick"):
    """What has been so far: totals since the start of the generator. `at` is its clock (epoch s)."""

    at: float
    users: int = 0
    requests: int = 0
    refused: int = 0
    errors: int = 0
    total_ms: float = 0.0


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """A phase ran from `begin` to `end` (epoch s)."""

    phase: int
    begin: float
    end: float


Word = Ready | Tick | Done
encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Word).decode
