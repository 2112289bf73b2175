"""Makes requests as bytes from parts encoded once: what changes from one to the next is only filled in.

Who calls it: `walk`, `race`, `replay`, `read`, for every request; so each costs a few microseconds.
"""

import random
import time
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec
from uuid_utils import uuid7

from bench.plan import Key, Plan, WorkUnit
from bench.users.measurements import Facts, passing
from neurohub.contract.barcode import parse_unit

VARIANTS: Final = 8  # of the measurements of each process
CLOCK_STEP_S: Final = 0.05
_encode: Final = msgspec.json.Encoder().encode
_START: Final = (
    b'{"kind":"start","event_id":"%b","unit":"%b","process":%d,"operator":"%b","occurred_at":"%b"}'
)
_COMPLETE: Final = (
    b'{"kind":"complete","event_id":"%b","unit":"%b","process":%d,"result":"PASS","process_data":%b,'
    b'"start_event_id":"%b","operator":"%b","occurred_at":"%b"}'
)
_UNDO: Final = b'{"kind":"undo","event_id":"%b","undo":"%b","operator":"%b","occurred_at":"%b"}'


class Walker:
    """A unit on its way, as the last answer showed it. `number` picks its stations."""

    __slots__ = ("fields", "line", "lot_number", "number", "passed", "serial", "started", "wip_id")

    def __init__(self, unit: WorkUnit, number: int) -> None:
        code = parse_unit(unit.wip_id)
        self.wip_id, self.serial, self.line = code.wip_id.encode(), code.serial_number.encode(), unit.line
        self.lot_number = code.lot_number
        self.number = number
        self.passed = 0
        self.started = b""  # the event id of the open step
        self.fields = {
            b"lot": code.lot_number.encode(),
            b"tail": code.wip_id[4:].encode(),
            b"serial": self.serial,
        }


class Tape:
    """The parts, for the credentials of one generator."""

    def __init__(self, plan: Plan, headers: dict[str, dict[str, str]]) -> None:
        self._host = urlsplit(plan.host).netloc
        self._headers = headers
        self._heads: dict[tuple[str, str], bytes] = {}
        self._sections: dict[str, list[tuple[Key, ...]]] = {}
        for section in plan.sections:
            self._sections.setdefault(section.line, []).append(section.stations)
        self._operators = [name.encode() for name in plan.workers]
        dice = random.Random(plan.seed)
        self._data = {n: [_data(plan, n, dice) for _ in range(VARIANTS)] for n in range(1, 9)}
        self._now, self._now_until = b"", 0.0

    def forget_heads(self) -> None:
        """Make the heads anew, as the tokens have changed."""
        self._heads.clear()

    def station(self, walker: Walker, process: int) -> str:
        sections = self._sections[walker.line]
        return sections[walker.number % len(sections)][process - 1].name

    def start(self, walker: Walker, process: int, event_id: bytes) -> bytes:
        return _START % (
            event_id,
            walker.wip_id if process < 8 else walker.serial,
            process,
            *self._who(walker),
        )

    def complete(self, walker: Walker, event_id: bytes) -> bytes:
        process = walker.passed + 1
        data = self._data[process][walker.number % VARIANTS] % walker.fields
        unit = walker.wip_id if process < 7 else walker.serial
        return _COMPLETE % (event_id, unit, process, data, walker.started, *self._who(walker))

    def undo(self, walker: Walker, event_id: bytes) -> bytes:
        return _UNDO % (event_id, walker.started, *self._who(walker))

    def post(self, path: str, credential: str, body: bytes) -> bytes:
        """Return the whole request, ready for the wire."""
        return b"%b%d\r\n\r\n%b" % (self._head("POST", path, credential), len(body), body)

    def get(self, path: str, credential: str) -> bytes:
        return self._head("GET", path, credential) + b"\r\n"

    def _head(self, method: str, path: str, credential: str) -> bytes:
        head = self._heads.get((path, credential))
        if head is None:
            ends = "Content-Type: application/json\r\nContent-Length: " if method == "POST" else ""
            told = self._headers[credential]["Authorization"]
            text = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: {told}\r\n{ends}"
            head = self._heads[path, credential] = text.encode()
        return head

    def _who(self, walker: Walker) -> tuple[bytes, bytes]:
        if (now := time.monotonic()) > self._now_until:
            self._now = datetime.now(UTC).isoformat().encode()
            self._now_until = now + CLOCK_STEP_S
        return self._operators[walker.number % len(self._operators)], self._now


def new_id() -> bytes:
    return str(uuid7()).encode()


def _data(plan: Plan, process: int, dice: random.Random) -> bytes:
    """Return measurements with places to fill in: of the LOT, the end of the WIP id, the serial."""
    marked = Facts("{lot}", "WIP-{tail}", "{serial}", plan.firmware, dice)
    text = _encode(passing(process, marked)).replace(b"%", b"%%")
    for name in (b"lot", b"tail", b"serial"):
        text = text.replace(b"{%b}" % name, b"%%(%b)b" % name)
    return text
