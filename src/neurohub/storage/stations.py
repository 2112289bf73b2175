"""What stations say of themselves and what they must know, in the database.

Stations as master data are in `storage.master`. Who calls it: `http.stations`.
"""

from datetime import datetime
from typing import Final

from msgspec import structs

from neurohub.contract.stations import Briefing, Heartbeat
from neurohub.storage.pool import Database
from neurohub.storage.statements import load

_SQL: Final = load("stations")


async def keep_beat(database: Database, station: str, beat: Heartbeat) -> datetime:
    """Keep the last heartbeat of `station`; return when it arrived."""
    ((at,),) = await database.rows(_SQL["beat"], {"station": station, **structs.asdict(beat)})
    found: datetime = at
    return found


async def briefing(database: Database, station: str, newest_version: str) -> Briefing | None:
    """Return all that `station` must know to work on its own."""
    return await database.view(
        _SQL["briefing"], {"station": station, "newest_version": newest_version}, Briefing
    )
