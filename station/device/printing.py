"""Printing: claims the jobs of this station's printers and brings each label out once, in its own thread.

Nothing is printed twice by itself. A job goes into the journal, then is `sent` at the service, and only then to the
printer (`job_reports`). What the printer does not confirm is `unknown`: a person says. Jobs wait while their printer
cannot print. Built by the app; the presenter calls `assign` with the briefing and `hurry` when a label was ordered.
"""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import structlog
from msgspec import Struct, UnsetType

from neurohub.contract.printing import JobStatus, PrintJobView
from neurohub.contract.stations import DeviceState
from station.device.job_reports import JobReports, Jobs
from station.device.journal import Entry, Journal
from station.device.printer import Printer
from station.device.said import Said
from station.flow.facts import Device, Post

POLL_S: Final = 2.0
SETTLE_MAX_S: Final = 10.0
SETTLE_EVERY_S: Final = 0.15
CLAIM_JOBS: Final = 10
HELD_S: Final = 45.0  # a claim holds for 60 s
CLOSE_MAX_S: Final = 1.0
NO_LABEL: Final = "NO_LABEL"
_WORST_FIRST: Final = (
    DeviceState.MISSING,
    DeviceState.SILENT,
    DeviceState.HEAD_OPEN,
    DeviceState.PAPER_OUT,
    DeviceState.RIBBON_OUT,
    DeviceState.PAUSED,
    DeviceState.FULL,
    DeviceState.OK,
)
_LOST: Final = {DeviceState.MISSING, DeviceState.SILENT}
_log = structlog.get_logger(__name__)


class Times(Struct, frozen=True, kw_only=True):
    """How often printers and service are asked, and how long a label may take to come out."""

    poll_s: float = POLL_S
    settle_every_s: float = SETTLE_EVERY_S
    settle_max_s: float = SETTLE_MAX_S


class _Held(Struct, frozen=True):
    """A job that is claimed and waits for its printer."""

    view: PrintJobView
    since_s: float


class _Ended(Struct, frozen=True):
    """What became of a label; `detail` is how the printer was where nobody knows."""

    status: JobStatus
    detail: str = ""


class Printing:
    """The printers of this station by code. `refused` is what `jobs` raises when the service says no."""

    def __init__(
        self,
        jobs: Jobs,
        refused: type[Exception],
        journal: Path,
        post: Post,
        *,
        baud: int = 9600,
        times: Times | None = None,
    ) -> None:
        self._jobs, self._baud, self._times = jobs, baud, times or Times()
        self._reports = JobReports(jobs, refused, Journal(journal), post)
        self._said = Said(Device.PRINTER, post)
        self._addresses: Mapping[str, str] | None = None  # nobody has named the printers yet
        self._printers: dict[str, Printer] = {}
        self._held: dict[int, _Held] = {}
        self._closing, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="printing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread; of a label that is at the printer just now nobody knows after the next start."""
        self._closing.set()
        self._wake.set()
        self._thread.join(CLOSE_MAX_S)

    def assign(self, printers: Mapping[str, str]) -> None:
        """Name the printers that this station drives: code -> `host:9100` or serial port. From any thread."""
        self._addresses = dict(printers)
        self._wake.set()

    def hurry(self) -> None:
        """A label was just ordered: do not wait for the next round. From any thread."""
        self._wake.set()

    # --- the thread

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            try:
                self._round()
            except OSError as error:  # service or disk are away
                _log.info("printing.waits", error=repr(error))
            except Exception:  # noqa: BLE001  (the edge of a thread: a bug is told, and the next round may do better)
                _log.exception("printing.failed")
            if not self._closing.is_set():
                self._wake.wait(self._times.poll_s)
        for printer in self._printers.values():
            printer.close()

    def _round(self) -> None:
        if self._addresses is None:
            return
        self._follow_addresses(self._addresses)
        ready = self._look()
        self._reports.report()
        if ready:
            self._claim()
        for held in sorted(self._held.values(), key=self._turn):
            if held.view.printer in ready and not self._closing.is_set():
                self._bring_out(held.view, self._printers[held.view.printer])

    def _follow_addresses(self, addresses: Mapping[str, str]) -> None:
        for code, printer in list(self._printers.items()):
            if addresses.get(code) != printer.address:
                printer.close()
                del self._printers[code]
        for code in addresses.keys() - self._printers.keys():
            self._printers[code] = Printer(addresses[code], self._baud)

    def _look(self) -> set[str]:
        """Return the printers that can print, and say how the worst is."""
        states = {code: printer.ask().state for code, printer in self._printers.items()}
        worst = min(states.values(), key=_WORST_FIRST.index, default=DeviceState.OFF)
        self._said.say(worst, ", ".join(sorted(code for code, state in states.items() if state is worst)))
        return {code for code, state in states.items() if state is DeviceState.OK}

    def _claim(self) -> None:
        now_s = time.monotonic()
        for job, held in list(self._held.items()):
            if now_s - held.since_s > HELD_S and not self._reports.is_unanswered(job):
                del self._held[job]
        for view in self._jobs.claim_jobs(CLAIM_JOBS):
            if not self._reports.has_begun(view.id):
                if view.id not in self._held:
                    self._reports.tell(_entry(view, JobStatus.QUEUED))
                self._held[view.id] = _Held(view, now_s)

    def _turn(self, held: _Held) -> tuple[bool, int]:
        """The oldest first, but what the service did not answer for must not keep the others waiting."""
        return self._reports.is_unanswered(held.view.id), held.view.id

    def _bring_out(self, view: PrintJobView, printer: Printer) -> None:
        """Take one job through. Asked again before each: the paper may have ended with the label before."""
        zpl = view.zpl
        if isinstance(zpl, UnsetType):
            del self._held[view.id]
            self._reports.end(_entry(view, JobStatus.FAILED, NO_LABEL))
        elif printer.ask().state is DeviceState.OK:
            may_print = self._reports.begin(_entry(view, JobStatus.SENT))
            del self._held[view.id]  # whatever happens from here, it is not begun again
            ended = self._print(printer, zpl) if may_print else None
            if ended is not None:
                self._reports.end(_entry(view, ended.status, ended.detail))

    def _print(self, printer: Printer, zpl: str) -> _Ended | None:
        """Send a label and wait until it is out; None when the program closes meanwhile."""
        try:
            printer.send(zpl)
        except OSError:
            return _Ended(JobStatus.UNKNOWN, DeviceState.MISSING)
        idle_answers, until_s = 0, time.monotonic() + self._times.settle_max_s
        while True:
            told = printer.ask()
            is_idle = told.status is not None and told.status.is_idle
            idle_answers = idle_answers + 1 if is_idle else 0
            if idle_answers == 2:  # one may have come before the printer took up the label
                return _Ended(JobStatus.PRINTED)
            if told.state in _LOST or time.monotonic() > until_s:
                return _Ended(JobStatus.UNKNOWN, told.state)
            if self._closing.wait(self._times.settle_every_s):
                return None


def _entry(view: PrintJobView, status: JobStatus, detail: str = "") -> Entry:
    return Entry(
        job=view.id, kind=view.kind, code=view.code, printer=view.printer or "", status=status, detail=detail
    )
