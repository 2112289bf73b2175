"""Event ids without chance: a UUID of version 7 out of the clock, the seed of this run and a counter.

The flow stays a function of what it was given, so that a test can name the id it expects. `app` draws the seed
from the system once per start; 74 bits of its hash make the ids of two runs or two stations differ.
"""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

_VERSION: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62


class Ids(Struct, frozen=True):
    """Where the ids of this run come from: `seed` is 16 random bytes or more, `count` the ids already given."""

    seed: bytes
    count: int = 0


def new_id(ids: Ids, now: datetime) -> tuple[Ids, UUID]:
    """Return the next id at `now`, and the `Ids` that will give the one after it."""
    drawn = int.from_bytes(hashlib.sha256(ids.seed + ids.count.to_bytes(8, "big")).digest()[:10], "big")
    millis = max(0, int(now.timestamp() * 1000)) & ((1 << 48) - 1)
    high, low = (drawn >> 62) & 0xFFF, drawn & ((1 << 62) - 1)
    value = millis << 80 | _VERSION | high << 64 | _VARIANT | low
    return Ids(ids.seed, ids.count + 1), UUID(int=value)
