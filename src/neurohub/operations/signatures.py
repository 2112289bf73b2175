"""Signatures of events: a `mac` that is present must be right.

That a station must sign once it has is the state machine's check: it sees the station's row anyway.
"""

import hmac
import time
from typing import Final

from msgspec import UNSET

from neurohub.auth.caller import Caller
from neurohub.contract.commands import StepEvent, sign
from neurohub.contract.problems import Code, Problem
from neurohub.storage.events import station_key
from neurohub.storage.pool import Database

KEY_MAX_AGE_S: Final = 5.0
_WRONG: Final = Problem(Code.FORBIDDEN, "The signature (`mac`) of this event is wrong")


class SignatureCheck:
    """Checks `mac` against the key of the calling station; keys are looked up anew after 5 s."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys: dict[str, tuple[float, bytes | None]] = {}

    async def problem(self, caller: Caller, event: StepEvent) -> Problem | None:
        """Return what is wrong with the signature of `event`; None when it is right or absent."""
        if event.mac is UNSET:
            return None
        key = await self._key(caller.station) if caller.station else None
        right = key is not None and hmac.compare_digest(sign(event, key), event.mac)
        return None if right else _WRONG

    async def _key(self, station: str) -> bytes | None:
        read_at, key = self._keys.get(station, (float("-inf"), None))
        if time.monotonic() - read_at > KEY_MAX_AGE_S:
            key = await station_key(self._database, station)
            self._keys[station] = (time.monotonic(), key)
        return key
