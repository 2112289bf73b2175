"""Whose turn it is: which events go into the next request, and what happens after its answer. No I/O but the outbox.

A unit is in one request at a time, its events in order; one that is stuck waits by itself (full jitter, 0.5 s
doubled up to 30 s). What was scanned just now may overtake other units. Used in the keeper's thread alone.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from neurohub.contract.commands import BATCH_MAX_BYTES
from station.flow.facts import Accepted, Refused
from station.link.answers import Verdict
from station.link.outbox import Mark, Outbox, Waiting

PAUSE_S: Final = 0.5
PAUSE_MAX_S: Final = 30.0
MAY_PASS_S: Final = 600.0
SCANS_MAX: Final = 20  # events of the request for what was scanned just now
_ROOM_BYTES: Final = BATCH_MAX_BYTES - 1000

Draw = Callable[[], float]  # 0..1


class _Held(Struct):
    """A unit that waits by itself, until when, and since when its refusal is one that may pass."""

    until: float
    tries: int = 0
    refused_since: float | None = None


class Claim(NamedTuple):
    """What goes into one request; without any, `wait_s` until something may (None: when something happens)."""

    events: tuple[Waiting, ...] = ()
    wait_s: float | None = None


class Turns:
    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._flying = set[str]()
        self._held = dict[str, _Held]()
        self._fresh = dict[str, None]()  # units scanned just now, the newest last

    def scanned(self, units: Sequence[str]) -> None:
        """Give `units` their chance to go at once, even if they were held."""
        for unit in units:
            self._fresh.pop(unit, None)
            self._fresh[unit] = None
            if unit in self._held:
                self._held[unit].until = 0.0

    def claim_scans(self, outbox: Outbox) -> Claim:
        """Return what was scanned just now, whole units, the newest first; what is too much goes with the rest."""
        taken: list[Waiting] = []
        for unit in [unit for unit in reversed(self._fresh) if unit not in self._flying]:
            room = SCANS_MAX - len(taken)
            events = list(islice(outbox.waiting(unit), room + 1))
            del self._fresh[unit]
            if len(events) <= room and _fits([*taken, *events]):
                taken += events
        return self._take(taken)

    def claim_rest(self, outbox: Outbox, size: int, now: float) -> Claim:
        """Return up to `size` events in the order they happened; a unit that was stuck goes last, and alone."""
        taken: list[Waiting] = []
        room = _ROOM_BYTES
        stuck: Waiting | None = None
        wait_s: float | None = None
        for one in outbox.waiting():
            if (held := self._held.get(one.unit)) is not None:
                if held.until > now:
                    wait_s = min(wait_s or PAUSE_MAX_S, held.until - now)
                elif one.unit not in self._flying:
                    stuck = stuck or one
            elif one.unit not in self._flying:
                room -= len(one.body) + 1
                if taken and room < 0:
                    break
                taken.append(one)
                if len(taken) == size:
                    break
        if not taken and stuck is not None:
            taken = [stuck]
        return self._take(taken) if taken else Claim(wait_s=wait_s)

    def _take(self, taken: Sequence[Waiting]) -> Claim:
        self._flying.update(one.unit for one in taken)
        return Claim(tuple(taken))

    def failed(self, events: Sequence[Waiting], now: float, *, hold: bool) -> None:
        """Take `events` back: their request had no answer. With `hold` a unit alone in it waits by itself."""
        units = {one.unit for one in events}
        self._flying -= units
        if hold and len(units) == 1:
            self._hold(units.pop(), now)

    def landed(
        self, outbox: Outbox, events: Sequence[Waiting], verdicts: Sequence[Verdict], now: float
    ) -> list[Refused]:
        """Write down what became of `events`; return the refusals that became known by it."""
        marks: list[Mark] = []
        refusals: list[Refused] = []
        waits = set[str]()
        for one, verdict in zip(events, verdicts, strict=True):
            refusal = None
            if isinstance(verdict, Accepted):
                marks.append(Mark(one.seq, "accepted"))
            elif isinstance(verdict, Refused):
                refusal = verdict
            elif one.unit not in waits:
                refusal = self._again(one.unit, verdict.refusal, now)
                if refusal is None or not refusal.final:
                    waits.add(one.unit)
            if refusal is not None:
                refusals.append(refusal)
                state = "refused" if refusal.final else "waiting"
                marks.append(Mark(one.seq, state, refusal.code, refusal.detail))
        for unit in {one.unit for one in events} - waits:
            self._held.pop(unit, None)
        try:
            outbox.mark(marks)
        finally:
            self._flying -= {one.unit for one in events}
        return refusals

    def _again(self, unit: str, refusal: Refused | None, now: float) -> Refused | None:
        """Hold `unit`; return the refusal behind that when it is new, or final when it did not pass in 10 min."""
        held = self._hold(unit, now)
        if refusal is not None and held.refused_since is None:
            held.refused_since = now
            return refusal
        if refusal is None or held.refused_since is None or now - held.refused_since < MAY_PASS_S:
            return None
        del self._held[unit]
        return msgspec.structs.replace(refusal, final=True)

    def _hold(self, unit: str, now: float) -> _Held:
        held = self._held.setdefault(unit, _Held(until=now))
        held.until = now + pause_s(held.tries, self._draw)
        held.tries += 1
        return held


def pause_s(tries: int, draw: Draw) -> float:
    """Return how long to wait after `tries` + 1 failures: full jitter."""
    return draw() * min(PAUSE_MAX_S, PAUSE_S * 2.0 ** min(tries, 10))


def _fits(events: Sequence[Waiting]) -> bool:
    return sum(len(one.body) + 1 for one in events) <= _ROOM_BYTES or len(events) == 1
