"""What becomes of print jobs, told to the journal, to the service and to the flow, in that order.

The service is the lock: a job that it has as `sent` is handed to nobody else, and never printed again by itself.
Used by the printing thread alone.
"""

from typing import Final, Protocol

import structlog
from msgspec.structs import replace

from neurohub.contract.printing import JobStatus, PrintJobView, ReportJob
from station.device.journal import Entry, Journal
from station.flow.facts import JobSaid, Post

NOT_SENT: Final = "NOT_SENT"
_log = structlog.get_logger(__name__)


class Jobs(Protocol):
    """The service's print jobs. Raises `refused` for cause, an `OSError` when the service is not reachable."""

    def claim_jobs(self, limit: int, /) -> list[PrintJobView]: ...

    def report_job(self, job: int, report: ReportJob, /) -> object: ...


class JobReports:
    """`refused` is what `jobs` raises when the service says no: asking again would not help."""

    def __init__(self, jobs: Jobs, refused: type[Exception], journal: Journal, post: Post) -> None:
        self._jobs, self._refused, self._journal, self._post = jobs, refused, journal, post
        self._unanswered: set[int] = set()
        self._told: set[int] = set()

    def has_begun(self, job: int) -> bool:
        """Return whether the label of a job may be out: it is not to be begun again."""
        return job in self._journal and job not in self._unanswered

    def is_unanswered(self, job: int) -> bool:
        """Return whether the service did not answer when it was told that a job is sent; it was not."""
        return job in self._unanswered

    def begin(self, entry: Entry) -> bool:
        """Write down and tell the service that a job goes to the printer; return whether it may.

        Raises when the service does not answer: try again later, nothing is printed.
        """
        may_be_sent = entry.job in self._unanswered
        self._journal.put(entry)
        self._unanswered.add(entry.job)
        try:
            self._jobs.report_job(entry.job, ReportJob(status=JobStatus.SENT))
        except self._refused as refusal:  # somebody else has it, or it is void
            _log.info("print_job.refused", job=entry.job, code=entry.code, refusal=str(refusal))
            self._unanswered.discard(entry.job)
            if may_be_sent:  # a try before did arrive, and that is too long ago by now
                self._journal.put(replace(entry, status=JobStatus.FAILED, detail=NOT_SENT))
            else:
                self._journal.drop(entry.job)
            return False
        self._unanswered.discard(entry.job)
        self.tell(entry)
        return True

    def end(self, entry: Entry) -> None:
        """A job has ended: the operator knows at once, the service when it is reachable."""
        self._told.add(entry.job)
        self.tell(entry)
        self._journal.put(entry)
        self.report()

    def report(self) -> None:
        """Tell the service what has ended; what it does not answer is told again in the next round."""
        for entry in self._journal.ended():
            try:
                self._jobs.report_job(entry.job, ReportJob(status=entry.status, detail=entry.detail))
            except self._refused as refusal:  # somebody has seen the label meanwhile, or it was never sent
                _log.info("print_job.settled", job=entry.job, code=entry.code, refusal=str(refusal))
            except OSError as error:
                _log.info("print_job.unreported", job=entry.job, code=entry.code, error=repr(error))
                return
            else:
                if entry.job not in self._told:
                    self.tell(entry)
            self._told.discard(entry.job)
            self._journal.drop(entry.job)

    def tell(self, entry: Entry) -> None:
        _log.info("print_job.changed", job=entry.job, code=entry.code, status=entry.status)
        self._post(
            JobSaid(
                job=entry.job,
                kind=entry.kind,
                code=entry.code,
                printer=entry.printer,
                status=entry.status,
                detail=entry.detail,
            )
        )
