"""The result folder: `pending/ -> processing/ -> completed/ | error/`, polled each second by its own thread.

A file that lies in `processing/` is offered as a `RigResult` until it is answered: `settle(digest)` once the outbox
has it, `reject(digest, reason)` when it cannot count. Without an answer it is offered again after 30 s and after a
restart, so the same digest may come twice: the outbox counts it once. Refused files go to `error/` with a reason.
"""

import hashlib
import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import structlog
from msgspec import Struct

from neurohub.contract.stations import DeviceState
from station.device import folder_reason
from station.device.folder_disk import Disk, Seen, state_of
from station.device.folder_sightings import UNFINISHED_S, Sightings, is_result
from station.flow.facts import Device, DeviceSaid, Post, RigFileRefused, RigResult
from station.rig import file, words
from station.rig.file import CompletionFile
from station.rig.passing import Problem
from station.rig.reading import read

FOLDERS: Final = ("pending", "processing", "completed", "error")
POLL_S: Final = 1.0
OFFER_AGAIN_S: Final = 30.0
PROBE_S: Final = 10.0
STUCK_S: Final = 30.0
SWEEP_S: Final = 3600.0
KEPT_S: Final = 90 * 86_400
CLOSE_MAX_S: Final = 1.0
_TAIL_BYTES: Final = 64  # blanks after the last brace
_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class _Offer(Struct, frozen=True):
    """A file in `processing/` that waits for its answer."""

    name: str
    since_s: float


class _Answer(Struct, frozen=True):
    """What the station made of a file: `problem` is None when the outbox has it."""

    digest: str
    problem: Problem | None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ResultFolder:
    """The folder at `root`. Files wait until `assign` has named this station's processes."""

    def __init__(
        self,
        root: Path,
        post: Post,
        *,
        disk: Disk | None = None,
        poll_s: float = POLL_S,
        unfinished_s: float = UNFINISHED_S,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._root, self._post, self._poll_s, self._now = root, post, poll_s, now
        self._disk = disk or Disk()
        self._pending, self._processing, self._completed, self._error = (root / name for name in FOLDERS)
        self._processes: frozenset[int] = frozenset()
        self._inbox: queue.SimpleQueue[_Answer | None] = queue.SimpleQueue()
        self._answers: dict[str, _Answer] = {}
        self._offers: dict[str, _Offer] = {}
        self._sightings = Sightings(unfinished_s)
        self._trouble: OSError | None = None
        self._well_s = time.monotonic()
        self._state: DeviceState | None = None
        self._next_s = dict.fromkeys((PROBE_S, SWEEP_S), 0.0)
        self._thread = threading.Thread(target=self._run, name="result-folder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread; what is unanswered stays in `processing/` for the next start."""
        self._inbox.put(None)
        self._thread.join(CLOSE_MAX_S)

    def assign(self, processes: Iterable[int]) -> None:
        """Name the processes of this station; files of others are refused."""
        self._processes = frozenset(processes)

    def settle(self, digest: str) -> None:
        """The outbox has the result: its file may go to `completed/`. From any thread, never waits."""
        self._inbox.put(_Answer(digest, None))

    def reject(self, digest: str, reason: str, detail: str = "") -> None:
        """The result cannot count: its file goes to `error/`; `reason` is a key of `text.rig`."""
        self._inbox.put(_Answer(digest, Problem(reason, detail=detail)))

    # --- the thread

    def _run(self) -> None:
        while True:
            due_s = time.monotonic() + self._poll_s
            try:
                self._round()
                self._say(DeviceState.OK)
            except OSError as error:
                self._say(state_of(error), str(error))
            if not self._listen(due_s):
                return

    def _listen(self, until_s: float) -> bool:
        """Carry out answers until the next round is due; return whether there is to be one."""
        while True:
            try:
                answer = self._inbox.get(timeout=max(0.0, until_s - time.monotonic()))
            except queue.Empty:
                return True
            if answer is None:
                return False
            self._answers[answer.digest] = answer
            self._attempt(self._carry_out, answer)

    def _round(self) -> None:
        """Do all there is to do once; raise `OSError` when the folder, not just one file, is in trouble."""
        self._trouble = None
        self._make()
        for answer in list(self._answers.values()):
            self._attempt(self._carry_out, answer)
        if self._processes:
            for seen in self._ripe():
                self._attempt(self._claim, seen)
            for seen in self._unoffered():
                self._attempt(self._judge, seen)
        if self._is_due(SWEEP_S):
            for path in self._old():
                self._attempt(self._disk.remove, path)
        self._look_for_trouble()

    def _attempt(self, operation: Callable[[_T], None], subject: _T) -> None:
        """Do one thing; a file in trouble (locked, just gone) does not keep the others waiting."""
        try:
            operation(subject)
        except OSError as error:
            self._trouble = error

    def _look_for_trouble(self) -> None:
        """Raise what is wrong with the folder, or with a file that stays in trouble for half a minute."""
        now_s = time.monotonic()
        if self._trouble is None:
            self._well_s = now_s
        if self._trouble or self._state is not DeviceState.OK or self._is_due(PROBE_S):
            for folder in (self._processing, self._completed, self._error):
                self._disk.probe(folder)
        if self._trouble and now_s - self._well_s > STUCK_S:
            raise self._trouble

    def _make(self) -> None:
        if self._disk.make(self._root) and self._state is not None:
            self._say(DeviceState.MISSING, f"{self._root} was made again")
        for name in FOLDERS:
            self._disk.make(self._root / name)

    def _is_due(self, every_s: float) -> bool:
        now_s = time.monotonic()
        if now_s < self._next_s[every_s]:
            return False
        self._next_s[every_s] = now_s + every_s
        return True

    def _say(self, state: DeviceState, detail: str = "") -> None:
        if state is not self._state:
            self._state = state
            _log.info("folder.changed", state=state, detail=detail)
            self._post(DeviceSaid(device=Device.FOLDER, state=state, detail=detail))

    # --- pending -> processing

    def _ripe(self) -> list[Seen]:
        def is_whole(name: str) -> bool:
            try:
                return file.looks_whole(self._disk.tail(self._pending / name, _TAIL_BYTES))
            except OSError:
                return False  # its writer holds it, or it is gone

        return self._sightings.ripe(self._disk.scan(self._pending), time.monotonic(), is_whole)

    def _claim(self, seen: Seen) -> None:
        """Take a file; while one of the same name is being handled it waits."""
        said = file.parse_name(seen.name)
        target = self._processing / (said.text() if said else seen.name)
        if not self._disk.exists(target):
            self._disk.move(self._pending / seen.name, target)

    # --- what lies in processing/

    def _unoffered(self) -> list[Seen]:
        """Return what was never offered, or not answered for long; also after a crash of this program."""
        present = [seen for seen in self._disk.scan(self._processing) if is_result(seen.name)]
        names = {seen.name for seen in present}
        self._offers = {digest: offer for digest, offer in self._offers.items() if offer.name in names}
        recent_s = time.monotonic() - OFFER_AGAIN_S
        offered = {offer.name for offer in self._offers.values() if offer.since_s > recent_s}
        waiting = (seen for seen in present if seen.name not in offered)
        return sorted(waiting, key=lambda seen: (seen.mtime_ns, seen.name))

    def _judge(self, seen: Seen) -> None:
        content = self._disk.read(self._processing / seen.name, file.FILE_MAX_BYTES + 1)
        digest = hashlib.sha256(content).hexdigest()
        reading = read(seen.name, content, self._now())
        made = reading.completion
        if made is None:
            self._refuse(seen.name, reading.problems)
        elif file.process_number(made.process) not in self._processes:
            self._refuse(seen.name, [Problem("foreign_process", "process", str(made.process))])
        elif self._is_duplicate(seen.name, digest):
            self._refuse(seen.name, [Problem("duplicate")])
        else:
            self._offers[digest] = _Offer(seen.name, time.monotonic())
            self._post(_result(seen.name, digest, made))

    def _is_duplicate(self, name: str, digest: str) -> bool:
        """Look where an equal file would be: the name is made from the content."""
        for path in _numbered(self._completed / name):
            if not self._disk.exists(path):
                return False
            if hashlib.sha256(self._disk.read(path)).hexdigest() == digest:
                return True
        return False

    def _carry_out(self, answer: _Answer) -> None:
        offer = self._offers.get(answer.digest)
        if offer is not None:
            if answer.problem is None:
                self._put(offer.name, self._free(self._completed / offer.name))
            else:
                self._refuse(offer.name, [answer.problem])
            del self._offers[answer.digest]
        del self._answers[answer.digest]

    def _refuse(self, name: str, problems: Sequence[Problem]) -> None:
        """Move a file to `error/`, its reason first: whoever sees the file sees why."""
        target = self._free(self._error / name)
        reason = folder_reason.encode(name, problems, self._now())
        self._disk.write(target.with_name(target.stem + folder_reason.ENDING), reason)
        self._put(name, target)
        self._post(RigFileRefused(file=name, reason=problems[0].reason, detail=words.details(problems)))

    def _put(self, name: str, target: Path) -> None:
        self._disk.touch(self._processing / name)
        self._disk.move(self._processing / name, target)
        _log.info("rig_file.moved", file=name, to=target.parent.name)

    def _free(self, path: Path) -> Path:
        return next(candidate for candidate in _numbered(path) if not self._disk.exists(candidate))

    def _old(self) -> list[Path]:
        oldest_ns = int((self._now().timestamp() - KEPT_S) * 1e9)
        kept = (
            (folder, seen) for folder in (self._completed, self._error) for seen in self._disk.scan(folder)
        )
        return [folder / seen.name for folder, seen in kept if seen.mtime_ns < oldest_ns]


def _result(name: str, digest: str, made: CompletionFile) -> RigResult:
    return RigResult(
        file=name,
        digest=digest,
        unit=made.unit,
        process=file.process_number(made.process),
        result=made.result,
        process_data=made.process_data,
        defect=made.defect,
        occurred_at=made.completed_at,
    )


def _numbered(path: Path) -> Iterator[Path]:
    """Yield `path`, then the same with _2, _3 .. before its ending."""
    yield path
    yield from (path.with_stem(f"{path.stem}_{number}") for number in itertools.count(2))
