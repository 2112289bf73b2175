"""Print jobs in the database, and what a label says. The rules are in `sql/functions/35_print_jobs.sql`."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from neurohub.contract.printing import JobStatus, LabelKind, PrintJobView
from neurohub.domain.label_facts import LabelFacts
from neurohub.storage.pages import Page, page_of
from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("print_jobs")
_job: Final = msgspec.json.Decoder(PrintJobView)
_facts: Final = msgspec.json.Decoder(LabelFacts)


class Wanted(Struct, frozen=True, kw_only=True):
    """The label of a LOT, or of the unit `sequence` of it."""

    kind: LabelKind
    lot_number: str
    sequence: int | None


class Claimed(Struct, frozen=True):
    job: PrintJobView
    facts: LabelFacts
    dpi: int


async def order(
    connection: Connection,
    wanted: Wanted,
    *,
    printer: str | None,
    reason: str | None,
    actor: str,
    line: str | None,
    station: str | None,
) -> PrintJobView:
    """Queue a label; `line` restricts whose LOT it may be, `station` is where it is wanted."""
    asked = {"printer": printer, "reason": reason, "actor": actor, "line": line, "station": station}
    ((number,),) = await rows(connection, _SQL["order"], {**msgspec.structs.asdict(wanted), **asked})
    return await _read(connection, number)


async def claim(connection: Connection, station: str, limit: int) -> list[Claimed]:
    """Take the oldest jobs that the printers of `station` may print; each goes to one station only."""
    found = await rows(connection, _SQL["claim"], (station, limit))
    return [Claimed(_job.decode(job), _facts.decode(facts), dpi) for job, facts, dpi in found]


async def report(
    connection: Connection,
    number: int,
    status: JobStatus,
    detail: str,
    scanned: str | None,
    station: str | None,
) -> PrintJobView:
    """Say how a job went, as `station` or, without one, as a manager; return it as it is then."""
    await rows(connection, _SQL["report"], (number, status, detail, scanned, station))
    return await _read(connection, number)


async def page(
    database: Database, filters: dict[str, Any], limit: int, after: int | None
) -> Page[PrintJobView]:
    """Return print jobs, newest first; `filters` are status and line or None each."""
    found = await database.rows(_SQL["page"], {**filters, "after": after, "limit": limit + 1})
    return page_of(found, limit, _job)


async def facts(database: Database, wanted: Wanted) -> LabelFacts | None:
    """Return what a label says; None without such a LOT, unit or serial number."""
    found = await database.row(_SQL["facts"], msgspec.structs.asdict(wanted))
    return None if found is None else _facts.decode(found[0])


async def _read(connection: Connection, number: int) -> PrintJobView:
    ((view,),) = await rows(connection, _SQL["one"], (number,))
    return _job.decode(view)
