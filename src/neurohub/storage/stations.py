"""What stations say of themselves and what they must know, in the database.

Stations as master data are in `storage.master`. Who calls it: `http.stations`.
"""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct, structs

from neurohub.contract.stations import Briefing, Heartbeat
from neurohub.domain.limits import Limits, told
from neurohub.storage.pool import Database
from neurohub.storage.statements import load


class _LimitSet(Struct, frozen=True):
    """A model and its limits in force."""

    model: str
    limits: Limits


_SQL: Final = load("stations")
_briefing: Final = msgspec.json.Decoder(Briefing)
_limit_sets: Final = msgspec.json.Decoder(list[_LimitSet])


async def keep_beat(database: Database, station: str, beat: Heartbeat) -> datetime:
    """Keep the last heartbeat of `station`; return when it arrived."""
    ((at,),) = await database.rows(_SQL["beat"], {"station": station, **structs.asdict(beat)})
    found: datetime = at
    return found


async def briefing(database: Database, station: str, newest_version: str) -> Briefing | None:
    """Return all that `station` must know to work on its own."""
    found = await database.row(_SQL["briefing"], {"station": station, "newest_version": newest_version})
    if found is None:
        return None
    briefing, sets = _briefing.decode(found[0]), _limit_sets.decode(found[1])
    here = briefing.station.processes
    return structs.replace(
        briefing, limits=[limit for one in sets for limit in told(one.model, one.limits, here)]
    )
