"""Print jobs at the service: order, claim, report. Raises `RefusedError` where the service says no.

Blocks; called by the errands and, through `Link`, by the printing loop.
"""

from typing import Final, TypeVar

import msgspec

from neurohub.contract.printing import ClaimJobs, JobsClaimed, OrderLabel, PrintJobView, ReportJob
from station.link.service import Answer, Service, UnreachableError

T = TypeVar("T")

_encode: Final = msgspec.json.Encoder().encode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError)


class RefusedError(Exception):
    """The service refuses for cause: sending it again would not help. `code` is a problem code."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class _Problem(msgspec.Struct):
    code: str
    detail: str = ""


def claim_jobs(service: Service, limit: int = 10) -> list[PrintJobView]:
    """Return jobs for the printers of this station, each with its ZPL; a claim holds for 60 s."""
    answer = service.request("POST", "/print-jobs/claim", _encode(ClaimJobs(limit=limit)))
    return read(answer, JobsClaimed).items


def report_job(service: Service, job: int, report: ReportJob) -> PrintJobView:
    return read(service.request("POST", f"/print-jobs/{job}/result", _encode(report)), PrintJobView)


def order_label(service: Service, order: OrderLabel) -> PrintJobView:
    return read(service.request("POST", "/print-jobs", _encode(order)), PrintJobView)


def read(answer: Answer, kind: type[T]) -> T:
    """Return the body of `answer` as a `kind`, or raise what it is instead."""
    try:
        if 200 <= answer.status < 300:
            return msgspec.json.decode(answer.body, type=kind)
        if 400 <= answer.status < 500 and answer.status not in (401, 408, 425, 429):
            problem = msgspec.json.decode(answer.body, type=_Problem)
            raise RefusedError(problem.code, problem.detail)
    except _UNREADABLE:
        pass
    raise UnreachableError(f"status {answer.status}", connected=True, retry_after_s=answer.retry_after_s)
