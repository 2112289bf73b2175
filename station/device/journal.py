"""The journal of labels: which jobs are at the printer, and which ended and are not yet reported. On disk before ink.

A crash between printing and reporting leaves a job here; nobody knows whether its label is out. One thread uses it.
"""

import os
from pathlib import Path
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from neurohub.contract.printing import JobStatus, LabelKind

_log = structlog.get_logger(__name__)


class Entry(Struct, frozen=True, kw_only=True):
    """A job that was begun. `SENT`: its label may be out; anything else is how it ended, and is to be reported."""

    job: int
    kind: LabelKind
    code: str
    printer: str
    status: JobStatus = JobStatus.SENT
    detail: str = ""


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(list[Entry]).decode


class Journal:
    """The file at `path`. What was at the printer when the last run ended is `UNKNOWN`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = {entry.job: _after_crash(entry) for entry in self._load()}

    def put(self, entry: Entry) -> None:
        """Write `entry` down, over what was said of its job; raise `OSError` when the disk does not take it."""
        before = self._entries.get(entry.job)
        self._entries[entry.job] = entry
        try:
            self._write()
        except OSError:
            if before is None:
                del self._entries[entry.job]
            raise

    def drop(self, job: int) -> None:
        self._entries.pop(job, None)
        self._write()

    def ended(self) -> list[Entry]:
        """Return what is to be reported, the oldest first."""
        return [entry for entry in self._entries.values() if entry.status is not JobStatus.SENT]

    def __contains__(self, job: int) -> bool:
        return job in self._entries

    def _load(self) -> list[Entry]:
        try:
            return _decode(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (
            msgspec.MsgspecError
        ):  # kept for whoever wants to know; the service calls its jobs unknown after 60 s
            _log.warning("journal.damaged", path=str(self._path))
            self._path.replace(self._path.with_suffix(".damaged"))
            return []

    def _write(self) -> None:
        unfinished = self._path.with_suffix(".tmp")
        with unfinished.open("wb") as stream:
            stream.write(_encode(list(self._entries.values())))
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(self._path)


def _after_crash(entry: Entry) -> Entry:
    return replace(entry, status=JobStatus.UNKNOWN) if entry.status is JobStatus.SENT else entry
