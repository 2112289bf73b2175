"""Printing under test, and a service that has print jobs alone, by the rules of `35_print_jobs.sql`, in memory."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import UNSET
from msgspec.structs import replace

from neurohub.contract.printing import JobStatus, LabelKind, PrintJobView, ReportJob
from station.device.printing import Printing, Times
from station.device.simulate.printer import VirtualPrinter
from station.flow.facts import JobSaid
from support.devices import Facts

QUICK = Times(poll_s=0.02, settle_every_s=0.01, settle_max_s=0.5)
T0 = datetime(2025, 11, 17, 9, 30, tzinfo=UTC)
_MAY_BECOME = {
    JobStatus.QUEUED: {JobStatus.SENT, JobStatus.FAILED, JobStatus.VOID},
    JobStatus.SENT: {JobStatus.PRINTED, JobStatus.VERIFIED, JobStatus.FAILED, JobStatus.UNKNOWN},
    JobStatus.UNKNOWN: {JobStatus.PRINTED, JobStatus.VERIFIED, JobStatus.FAILED},
    JobStatus.PRINTED: {JobStatus.VERIFIED, JobStatus.FAILED},
}


class Refused(Exception):  # noqa: N818
    """The service says no."""


class Unreachable(ConnectionError):  # noqa: N818
    """The service says nothing."""


class PrintJobs:
    """`away`: it is not reachable. `lost_answers`: so many reports are taken, and their answers lost."""

    def __init__(self) -> None:
        self.away = False
        self.lost_answers = 0
        self.claims = 0
        self.jobs: dict[int, PrintJobView] = {}
        self._claimed: set[int] = set()
        self.changed = threading.Condition()

    def order(self, code: str, printer: str = "P1", zpl: str | None = "^XA^FD{}^FS^XZ") -> int:
        with self.changed:
            job = len(self.jobs) + 1
            self.jobs[job] = PrintJobView(
                id=job,
                kind=LabelKind.SERIAL,
                code=code,
                line="KR01",
                printer=printer,
                station="ST-7",
                status=JobStatus.QUEUED,
                is_reprint=False,
                reason=None,
                detail="",
                requested_by="ST-7",
                created_at=T0,
                claimed_by=None,
                changed_at=T0,
                dpi=203,
                zpl=UNSET if zpl is None else zpl.format(code),
            )
            return job

    def lapse_claims(self) -> None:
        """A minute goes by."""
        with self.changed:
            self._claimed.clear()

    def void(self, job: int) -> None:
        with self.changed:
            self._become(job, JobStatus.VOID, "")

    def claim_jobs(self, limit: int) -> list[PrintJobView]:
        with self.changed:
            self.claims += 1
            self.changed.notify_all()
            if self.away:
                raise Unreachable
            free = [
                view
                for view in self.jobs.values()
                if view.status is JobStatus.QUEUED and view.id not in self._claimed
            ]
            self._claimed |= {view.id for view in free[:limit]}
            return free[:limit]

    def report_job(self, job: int, report: ReportJob) -> PrintJobView:
        with self.changed:
            if self.away:
                raise Unreachable
            self._become(job, report.status, report.detail)
            if self.lost_answers:
                self.lost_answers -= 1
                raise Unreachable
            return self.jobs[job]

    def _become(self, job: int, status: JobStatus, detail: str) -> None:
        view = self.jobs[job]
        if status is not view.status and status not in _MAY_BECOME.get(view.status, set()):
            raise Refused(f"A job that is {view.status} cannot be {status}")
        self.jobs[job] = replace(view, status=status, detail=detail)
        self.changed.notify_all()

    def status(self, job: int) -> JobStatus:
        return self.jobs[job].status

    def wait_for(self, job: int, status: JobStatus) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.jobs[job].status is status, 10), self.jobs[job]

    def wait_for_claims(self, more: int) -> None:
        """Wait until the station has asked `more` times from now."""
        with self.changed:
            until = self.claims + more
            assert self.changed.wait_for(lambda: self.claims >= until, 10)


@contextlib.contextmanager
def printing(
    jobs: PrintJobs, journal: Path, facts: Facts, times: Times = QUICK, **printers: VirtualPrinter
) -> Iterator[Printing]:
    """Run the printing thread with these virtual printers, by code."""
    running = Printing(jobs, Refused, journal, facts, times=times)
    running.assign({code: printer.address for code, printer in printers.items()})
    running.start()
    try:
        yield running
    finally:
        running.close()


def said_of(facts: Facts, job: int) -> list[JobStatus]:
    """Return what was said of a job up to its end, in order."""
    statuses: list[JobStatus] = []
    while not statuses or statuses[-1] in {JobStatus.QUEUED, JobStatus.SENT}:
        fact = facts.next(JobSaid)
        assert fact.job == job
        statuses.append(fact.status)
    return statuses
