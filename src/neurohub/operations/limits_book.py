"""The limits in force, kept by each worker.

The state machine refuses a judgement by old ones (`LIMITS_CHANGED`), so a stale book is never wrong, only
read again.
"""

from typing import Final

import msgspec

from neurohub.domain.limits import Limits
from neurohub.storage.pool import Database
from neurohub.storage.statements import load

_SQL: Final = load("limits_now")
_decoder: Final = msgspec.json.Decoder(Limits)


class LimitsBook:
    """Limits by model with their version."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pages: dict[str, tuple[int, Limits]] = {}

    def of(self, model: str) -> tuple[int | None, Limits | None]:
        """Return version and limits of `model`, both None when it has none."""
        return self._pages.get(model, (None, None))

    async def reload(self) -> None:
        """Read the limits in force of every model."""
        found = await self._database.rows(_SQL["current"])
        self._pages = {model: (version, _decoder.decode(limits)) for model, version, limits in found}
