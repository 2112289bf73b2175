"""Look up a unit or a LOT: always as it was after the last write that was acknowledged before.

Concurrent look-ups share one statement, which makes each cheaper than a cache over the network would be.
"""

from typing import Final

from neurohub.coalesce.coalescer import Coalescer, TooLateError, Tracing
from neurohub.coalesce.waiting import QueueFullError
from neurohub.contract.barcode import UnitCode
from neurohub.contract.problems import Code, ProblemError
from neurohub.operations.record_events import fate_of
from neurohub.storage.lookups import WHOLE_LOT, Found, Lookups, Wanted
from neurohub.storage.pool import Database
from neurohub.telemetry import metrics

LANES: Final = 2
Reader = Coalescer[Wanted, Found | None]


def make_reader(database: Database, tracing: Tracing | None = None) -> Reader:
    """Return the read lanes on connections of `database`, not yet open."""
    return Coalescer([Lookups(database) for _ in range(LANES)], fate_of, metrics.lookups, tracing=tracing)


async def look_up_unit(reader: Reader, code: UnitCode) -> Found | None:
    """Return a unit, None when there is none or its serial is not issued yet."""
    found = await _look_up(reader, Wanted(code.lot_number, code.sequence))
    if found is None or found.unit is None or (code.is_serial and found.unit.serial_number is None):
        return None
    return found


async def look_up_lot(reader: Reader, lot_number: str) -> Found | None:
    """Return line and revision of a LOT, None when there is none."""
    return await _look_up(reader, Wanted(lot_number, WHOLE_LOT))


async def _look_up(reader: Reader, wanted: Wanted) -> Found | None:
    try:
        return await reader.submit(wanted, ())
    except QueueFullError:
        raise ProblemError(Code.OVERLOADED, "Too many are asking; try again", retry_after_s=1) from None
    except TooLateError:
        raise ProblemError(
            Code.DATABASE_UNAVAILABLE, "The database does not answer; try again", retry_after_s=1
        ) from None
