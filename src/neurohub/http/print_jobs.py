"""Print jobs: managers order, list and void; stations claim for their printers and report how it went."""

from typing import Final

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from neurohub.contract.printing import ClaimJobs, JobsClaimed, JobStatus, OrderLabel, PrintJobView, ReportJob
from neurohub.contract.problems import Code, ProblemError
from neurohub.http.answers import Asked, created, idempotency_key
from neurohub.http.master import LineFilter
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import parts_of
from neurohub.http.who import MANAGER, STATION
from neurohub.operations import print_jobs as verbs
from neurohub.storage import print_jobs

_ID_MAX: Final = 2**62


@post("/", opt={"who": MANAGER | STATION})
async def order_label(request: Asked, data: JSONBody[OrderLabel]) -> Response[PrintJobView]:
    """Queue a label. One that was ordered before needs a reason and is marked a reprint; a station always says why."""
    answer = await verbs.order(parts_of(request).database, request.user, data, idempotency_key(request))
    return created(answer)  # type: ignore[return-value]  # encoded inside the transaction


@get("/", opt={"who": MANAGER})
async def list_print_jobs(
    request: Asked,
    status: FromQuery[JobStatus | None] = None,
    line: LineFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[PrintJobView]:
    """Print jobs, newest first."""
    filters = {"status": status, "line": line}
    return listed(await print_jobs.page(parts_of(request).database, filters, limit, number_after(cursor)))


@post("/claim", opt={"who": STATION}, status_code=200)
async def claim_print_jobs(request: Asked, data: JSONBody[ClaimJobs | None] = None) -> JobsClaimed:
    """Take the oldest queued jobs of the calling station's printers, with their ZPL.

    A claim holds for 60 s. Report `sent` before the first byte goes to the printer: it is refused when the job was
    taken or voided meanwhile, and from then on the job is nobody else's. Of a job that was sent, and of which nothing
    is heard for 60 s, nobody knows: it is `unknown` and is never printed by itself again.
    """
    parts = parts_of(request)
    directory = parts.settings.label_dir
    return JobsClaimed(items=await verbs.claim(parts.database, request.user, data or ClaimJobs(), directory))


@post("/{number:int}/result", opt={"who": MANAGER | STATION, "may_refuse": {"422"}}, status_code=200)
async def report_print_job(request: Asked, number: FromPath[int], data: JSONBody[ReportJob]) -> PrintJobView:
    """Say how a job went: queued -> sent -> printed -> verified, or failed, unknown, void. Twice is once.

    `verified` carries what was scanned back from the label. A manager settles what is unknown, and voids.
    """
    if not 0 < number < _ID_MAX:
        raise ProblemError(Code.NOT_FOUND, f"There is no print job {number}")
    return await verbs.report(parts_of(request).database, request.user, number, data)


router: Final = Router(
    "/print-jobs",
    route_handlers=[order_label, list_print_jobs, claim_print_jobs, report_print_job],
    tags=["Labels"],
)
