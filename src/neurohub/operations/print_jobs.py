"""Verbs of print jobs: order, claim, report. Each one is a transaction."""

import asyncio
from pathlib import Path
from typing import Final

import msgspec
import structlog

from neurohub.auth.caller import Caller
from neurohub.contract.barcode import normalize
from neurohub.contract.enums import Role
from neurohub.contract.printing import ClaimJobs, JobStatus, OrderLabel, PrintJobView, ReportJob
from neurohub.contract.problems import Code, ProblemError
from neurohub.operations.idempotency import Created, once
from neurohub.operations.labels import as_zpl, wanted
from neurohub.storage import print_jobs as storage
from neurohub.storage.pool import Connection, Database
from neurohub.storage.print_jobs import Claimed

_encode: Final = msgspec.json.Encoder().encode
_canonical: Final = msgspec.json.Encoder(order="deterministic").encode
log = structlog.get_logger()


async def order(database: Database, caller: Caller, command: OrderLabel, key: str | None) -> Created:
    """Queue a label. A station always says why, and orders for its own line and its own printer."""
    asked = wanted(command.kind, command.code)
    if caller.role is Role.STATION and command.reason is None:
        raise ProblemError(Code.INVALID_REQUEST, "A label that a station orders needs a `reason`")
    own_line = caller.line if caller.role is Role.STATION else None

    async def work(connection: Connection) -> bytes:
        job = await storage.order(
            connection,
            asked,
            printer=command.printer,
            reason=command.reason,
            actor=caller.credential,
            line=own_line,
            station=caller.station,
        )
        return _encode(job)

    return await once(database, caller.credential, key, b"POST /print-jobs" + _canonical(command), work)


async def claim(
    database: Database, caller: Caller, command: ClaimJobs, directory: Path | None
) -> list[PrintJobView]:
    """Take jobs for the printers of the calling station, each with its ZPL.

    A label that cannot be made fails its own job, in words, and keeps nobody waiting.
    """
    station = caller.station or ""
    async with database.transaction() as connection:
        claimed = await storage.claim(connection, station, command.limit)
    made: list[PrintJobView] = []
    for item in claimed:
        try:
            made.append(await _with_zpl(item, directory))
        except ProblemError as error:
            log.warning("label.not_made", job=item.job.id, why=error.problem.detail)
            await _report(database, station, item.job.id, JobStatus.FAILED, error.problem.detail[:500])
    return made


async def report(database: Database, caller: Caller, number: int, command: ReportJob) -> PrintJobView:
    """Say how a job went: a station of what it has claimed, a manager of any; only a manager voids."""
    if caller.role is Role.STATION and command.status is JobStatus.VOID:
        raise ProblemError(Code.FORBIDDEN, "Only a manager voids a print job")
    scanned = normalize(command.verified_code) if isinstance(command.verified_code, str) else None
    return await _report(database, caller.station, number, command.status, command.detail, scanned)


async def _report(
    database: Database,
    station: str | None,
    number: int,
    status: JobStatus,
    detail: str,
    scanned: str | None = None,
) -> PrintJobView:
    async with database.transaction() as connection:
        return await storage.report(connection, number, status, detail, scanned, station)


async def _with_zpl(item: Claimed, directory: Path | None) -> PrintJobView:
    # Milliseconds of drawing: in a thread, so that scans are answered meanwhile.
    text = await asyncio.to_thread(as_zpl, item.job.kind, item.facts, item.dpi, directory)
    return msgspec.structs.replace(item.job, zpl=text, dpi=item.dpi)
