"""What a generator of the raw driver keeps of its answers: kinds, sizes, fates; and the narrow reading of them.

Memory only, written at the end: a generator that dies fails the run anyway. Who calls it: the kinds of work.
"""

import time
from array import array
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from bench.driver import Answer, Request
from bench.driver import Samples as Answered
from bench.ledger import Effect, Entry, Fate
from bench.users.samples import FAILED, REFUSED, Samples
from bench.words import Spread

OVERLOADED: Final = 503
# Statuses that leave open whether the effect happened, or that ask to come again.
AGAIN: Final = frozenset({0, 408, 425, 429, 500, 502, 504})
_encode: Final = msgspec.json.Encoder().encode


class ShownUnit(Struct, frozen=True, gc=False):
    wip_id: str
    status: str
    passed_process: int
    open_process: int | None


class Shown(Struct, frozen=True, gc=False):
    """What of an answer tells its effect; an undo's has no process."""

    event_id: str
    unit: ShownUnit
    process: int = 0
    result: str | None = None


read: Final = msgspec.json.Decoder(Shown).decode


class _Coded(Struct, frozen=True):
    code: str = "no code"


_code: Final = msgspec.json.Decoder(_Coded).decode


class Record:
    """Counts of one generator, and what became of each event."""

    def __init__(self) -> None:
        self.samples = Samples()
        self.requests = 0
        self.refused = 0
        self.spread = Spread()
        self.fates: dict[bytes, tuple[Fate, Effect | None]] = {}

    def acknowledge(self, event_id: bytes, effect: Effect, expected: Effect) -> None:
        self.fates[event_id] = ("acknowledged", effect)
        if effect != expected:
            self.error(f"expected {expected}, got {effect}")

    def refuse(self, event_id: bytes) -> None:
        self.fates[event_id] = ("refused", None)

    def doubt(self, event_id: bytes) -> None:
        self.fates[event_id] = ("sent", None)

    def error(self, text: str) -> None:
        self.samples.errors[text[:300]] += 1

    def write_ledger(self, path: Path) -> None:
        """Write each event with its fate."""
        with path.open("wb") as file:
            for event_id, (fate, effect) in self.fates.items():
                entry = Entry(event_id=UUID(event_id.decode()), fate=fate, effect=effect)
                file.write(_encode(entry) + b"\n")


class Notes:
    """What one stretch of work notes of each answer, in the order of the driver's samples."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.kinds: list[str] = []
        self.received = array("I")
        self.sent = array("I")

    def note(self, kind: str, request: Request, answer: Answer, sent_at: float) -> None:
        """Note one answer; `sent_at` is of `time.monotonic`."""
        self.kinds.append(kind)
        self.received.append(len(answer.body))
        self.sent.append(len(request.wire))
        self.record.requests += 1
        self.record.spread.add((time.monotonic() - sent_at) * 1e3)

    def unlike(
        self, request: Request, answer: Answer, event_id: bytes, sent_at: float, overloaded: str = REFUSED
    ) -> bool:
        """Note an answer that is no success; return whether the same may be sent again.

        `overloaded` is what a 503 is counted as.
        """
        if answer.status == OVERLOADED:
            self.record.refused += 1
            self.record.samples.refused_wire_ms.append((time.monotonic() - sent_at) * 1e3)
            self.record.refuse(event_id)
            self.note(overloaded, request, answer, sent_at)
            return True
        self.note(FAILED, request, answer, sent_at)
        self.record.error(f"{request.name}: {answer.status} {code_of(answer)}")
        if answer.status in AGAIN:
            self.record.doubt(event_id)
            return True
        self.record.refuse(event_id)
        return False

    def hand_over(self, answered: Answered) -> None:
        """Put the driver's times to what was noted since the last time."""
        begun = time.time() - (time.monotonic() - answered.begun_at)
        samples = self.record.samples
        noted = zip(self.kinds, self.received, self.sent, strict=True)
        timed = zip(answered.answered_s, answered.latency_s, strict=True)
        for (kind, received, sent), (at, took) in zip(noted, timed, strict=True):
            samples.take(kind, begun + at, took * 1e3, received, sent)
        samples.unsent += answered.unsent
        self.kinds.clear()
        del self.received[:]
        self.sent = array("I")


def code_of(answer: Answer) -> str:
    try:
        return _code(answer.body).code
    except msgspec.MsgspecError:
        return "no answer" if answer.status == 0 else "not JSON"
