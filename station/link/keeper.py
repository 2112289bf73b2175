"""The thread that owns the outbox: it commits what was recorded, then says `Saved`, and runs what others ask.

Many records that wait together go into one commit. Who calls it: `Link` (never blocked) and the delivery.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from time import time
from typing import Any, Final, TypeVar

import apsw
from msgspec import Struct

from neurohub.contract.commands import StepEvent
from station.flow.effects import Record
from station.flow.facts import NotSaved, Post, QueueSaid, Saved
from station.link.disk import Disk
from station.link.opening import DAMAGED, open_outbox
from station.link.outbox import Counts, Outbox, unit_key

T = TypeVar("T")

DISK_FULL: Final = "disk_full"
DISK_FAILED: Final = "disk_failed"
COMMIT_MAX: Final = 100
REOPEN_S: Final = 1.0
_log = logging.getLogger(__name__)


class KeeperClosedError(Exception):
    """The station is closing; what was asked is not done."""


class OutboxError(Exception):
    """The disk or the file does not let the outbox do what was asked."""


class _Task(Struct):
    """Something to do with the outbox; the asker waits for `done`."""

    work: Callable[[Outbox], Any]
    done: Future[Any]


class Keeper:
    """Opens the outbox in its thread, and again after a second while it cannot."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        post: Post,
        disk: Disk | None = None,
        opened: Callable[[Path, bytes], tuple[Outbox, Path | None]] = open_outbox,
    ) -> None:
        self._path, self._key, self._post = path, key, post
        self._disk = disk or Disk(path.parent)
        self._open = opened
        self._inbox: queue.SimpleQueue[Record | _Task | None] = queue.SimpleQueue()
        self._outbox: Outbox | None = None
        self._moved_aside = ""
        self._said: QueueSaid | None = None
        self._closing = False
        self._committed: Callable[[Sequence[str]], None] = lambda _: None
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self, committed: Callable[[Sequence[str]], None]) -> None:
        """Begin; `committed` is told the units of each commit, in the keeper's thread."""
        self._committed = committed
        self._thread.start()

    def close(self) -> None:
        """Commit what was recorded until now, and close the file."""
        self._closing = True
        self._inbox.put(None)
        self._thread.join()

    def record(self, record: Record) -> None:
        """Commit `record` soon; `Saved` or `NotSaved` follows."""
        self._inbox.put(record)

    def tell(self, work: Callable[[Outbox], object]) -> None:
        """Run `work` in the keeper's thread, soon."""
        self._submit(work)

    def ask(self, work: Callable[[Outbox], T]) -> T:
        """Run `work` in the keeper's thread and return what it returns, or raise `OutboxError`."""
        return self._submit(work).result()

    def _submit(self, work: Callable[[Outbox], T]) -> "Future[T]":
        task = _Task(work, Future())
        if self._closing:
            task.done.set_exception(KeeperClosedError())
        else:
            self._inbox.put(task)
        return task.done

    def _run(self) -> None:
        self._reopen()
        ends = False
        while not ends:
            waiting = self._take()
            ends = None in waiting
            self._work_off([one for one in waiting if one is not None])
            if self._outbox is None and not ends:
                self._reopen()
            self._say_queue()
        if self._outbox is not None:
            self._outbox.close()

    def _take(self) -> list[Record | _Task | None]:
        """Return what waits, at least one; while there is no outbox, nothing after a second is an answer too."""
        try:
            found = [self._inbox.get(timeout=None if self._outbox is not None else REOPEN_S)]
        except queue.Empty:
            return []
        while not self._inbox.empty():
            found.append(self._inbox.get())
        return found

    def _work_off(self, waiting: Sequence[Record | _Task]) -> None:
        """Do everything in order, neighbouring records as one commit."""
        records: list[Record] = []
        for one in waiting:
            if isinstance(one, Record):
                records.append(one)
            if records and (not isinstance(one, Record) or len(records) == COMMIT_MAX):
                self._commit(records)
                records = []
            if isinstance(one, _Task):
                self._do(one)
        if records:
            self._commit(records)

    def _commit(self, records: Sequence[Record]) -> None:
        try:
            saved = self._saved(records)
        except Exception as error:  # noqa: BLE001  (whatever it was: it is said, and the thread goes on)
            reason = DISK_FULL if isinstance(error, apsw.FullError) else DISK_FAILED
            told = {"reason": reason, "error": str(error)}
            _log.warning("outbox.commit_failed", extra=told, exc_info=not isinstance(error, apsw.Error))
            saved = [reason] * len(records)
        for record, event in zip(records, saved, strict=True):
            if isinstance(event, str):
                self._post(NotSaved(event=record.event, reason=event))
            else:
                self._post(Saved(event=event, digest=record.digest))
        units = [unit_key(getattr(event, "unit", "")) for event in saved if not isinstance(event, str)]
        if units:
            self._committed(units)

    def _saved(self, records: Sequence[Record]) -> list[StepEvent | str]:
        """Return each event as it is on the disk now, or why it cannot be; raise when none is."""
        if self._disk.is_full:
            raise apsw.FullError("less than 50 MB are free")
        return self._repaired(lambda outbox: outbox.commit(records))

    def _do(self, task: _Task) -> None:
        try:
            try:
                done = self._repaired(task.work)
            except apsw.FullError:
                self._disk.drop_ballast()
                done = self._repaired(task.work)
        except apsw.Error as error:
            task.done.set_exception(OutboxError(str(error)))
            _log.warning("outbox.task_failed", extra={"error": str(error)})
        except Exception as error:  # noqa: BLE001  (the asker is told)
            task.done.set_exception(error)
            _log.exception("outbox.task_failed")
        else:
            task.done.set_result(done)

    def _repaired(self, work: Callable[[Outbox], T]) -> T:
        """Run `work`; when the file turns out to be damaged, move it aside and run it on what could be saved."""
        if self._outbox is None:
            raise apsw.CantOpenError("there is no outbox")
        try:
            return work(self._outbox)
        except DAMAGED:
            self._outbox.close()
            self._outbox = None
            self._reopen()
            if self._outbox is None:
                raise
            return work(self._outbox)

    def _reopen(self) -> None:
        try:
            self._outbox, aside = self._open(self._path, self._key)
            self._disk.take_ballast()
        except Exception as error:  # noqa: BLE001  (the outbox of a newer program, too: tried again)
            _log.warning("outbox.not_opened", extra={"error": str(error)})
            return
        if aside is not None:
            _log.error("outbox.moved_aside", extra={"file": str(aside)})
            self._moved_aside = aside.name

    def _say_queue(self) -> None:
        """Post what the outbox holds, when that is not what was said last."""
        try:
            counts = self._outbox.counts() if self._outbox is not None else Counts(0, None, 0)
            disk_low = self._disk.is_low
        except (apsw.Error, OSError) as error:
            _log.warning("outbox.counts_failed", extra={"error": str(error)})
            return
        age = None if counts.oldest_at is None else max(0.0, round(time() - counts.oldest_at))
        said = QueueSaid(
            depth=counts.depth,
            oldest_s=age,
            refused=counts.refused,
            disk_low=disk_low,
            moved_aside=self._moved_aside,
        )
        if said != self._said:
            self._said = said
            self._post(said)
