"""One service of the comparison: what is asked of it, and how long each answer took. One request at a time.

The same kinds of things are asked whatever the tables hold: a unit of a LOT in work to scan, a finished unit drawn
by chance to look up. Who calls it: `growth`.
"""

import random
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import psycopg
from msgspec import Struct
from uuid_utils.compat import uuid7

from bench import seed
from bench.api import Api
from bench.grow import LINES
from bench.plan import Plan, WorkUnit
from bench.service import Target
from bench.users.measurements import Facts, passing
from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import CompleteStep, GenerateUnits, OpenLot, StartStep, UndoStart
from neurohub.contract.enums import Result, Shift
from neurohub.contract.master import AddModel
from neurohub.contract.views import LotView

NEW_MODEL: Final = "ZZZ"  # a model of which there is no LOT yet
UNITS_ON_THE_LINE: Final = 20
BOARD_MAX_AGE_S: Final = 1.1
WAIT_S: Final = 30.0
_encode: Final = msgspec.json.Encoder().encode
Ask = tuple[str, float]  # what was asked, seconds


class WrongAnswerError(Exception):
    """An answer had another status than it must have."""


class Wire:
    """A keep-alive connection of the plainest kind: some 30 us a request, so that the service is what is seen."""

    def __init__(self, host: str) -> None:
        parts = urlsplit(host)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), WAIT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self._socket.close()

    def ask(self, method: str, path: str, token: str, body: object, expect: int) -> tuple[bytes, float]:
        """Return the body of the answer and the seconds it took."""
        content = b"" if body is None else _encode(body)
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        wire = f"{head}\r\n".encode() + content
        began_at = time.perf_counter()
        self._socket.sendall(wire)
        status, answered = self._answer()
        took_s = time.perf_counter() - began_at
        if status != expect:
            raise WrongAnswerError(f"{method} {path} was answered {status}: {answered[:300]!r}")
        return answered, took_s

    def _answer(self) -> tuple[int, bytes]:
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[:end].lower()
        _, _, length = head.partition(b"\r\ncontent-length:")
        size = end + 4 + int(length.partition(b"\r\n")[0])
        while len(got) < size:
            got += self._more()
        return int(head[9:12]), got[end + 4 : size]

    def _more(self) -> bytes:
        more = self._socket.recv(262_144)
        if not more:
            raise WrongAnswerError("The service closed the connection")
        return more


class Grown(Struct, frozen=True):
    """What the past left: closed LOTs with their number of units, and component lots of 500 units."""

    lots: list[tuple[str, int]]
    component_lots: list[str]


class Floor:
    """One service with its past, its LOTs in work, and everybody signed in."""

    def __init__(self, target: Target, rounds: int, dice: random.Random) -> None:
        self._target, self._dice = target, dice
        self._plan = _prepare(target, rounds)
        self._past = _past(target.database_url)
        self._stations = {
            (section.line, process): _station_token(target.host, key.name, key.secret)
            for section in self._plan.sections
            for process, key in enumerate(section.stations, 1)
        }
        self._boards_seen: dict[str, float] = {}
        self._wire: Wire
        self._manager = ""

    def connect(self) -> None:
        """Open the connection and sign the manager in."""
        self._wire = Wire(self._target.host)
        self._login()

    def close(self) -> None:
        self._wire.close()

    def round(self, number: int) -> Iterator[Callable[[], list[Ask]]]:
        """Yield what is done in one round, piece by piece, so that two services can take turns."""
        unit = self._plan.units[number // 8]
        lot, units = self._dice.choice(self._past.lots)
        old = f"WIP-{lot}-{self._dice.randint(1, units):03d}"
        parts = self._dice.choice(self._past.component_lots)
        yield lambda: self._scans(unit, number % 8 + 1)
        yield lambda: self._lot_twice(parse_unit(unit.wip_id).lot_number)
        yield lambda: [
            self._get("unit", f"/units/{old}"),
            self._get("trace of a unit", f"/units/{old}/trace"),
        ]
        yield lambda: self._units_of(lot)
        for name, path in LISTS.items():
            yield lambda name=name, path=path: [self._get(name, path)]  # type: ignore[misc]
        yield lambda: [self._get("units of a component lot", f"/components/{parts}/units")]
        yield lambda: self._board(number)
        yield lambda: [self._login()]

    def _scans(self, unit: WorkUnit, process: int) -> list[Ask]:
        code, token = parse_unit(unit.wip_id), self._stations[unit.line, process]
        scanned = code.serial_number if process == 8 else code.wip_id
        operator = self._plan.workers[0]
        facts = Facts(code.lot_number, code.wip_id, code.serial_number, self._plan.firmware, self._dice)
        mistaken, start = (
            StartStep(event_id=uuid7(), unit=scanned, process=process, operator=operator) for _ in range(2)
        )
        undo = UndoStart(event_id=uuid7(), undo=mistaken.event_id, operator=operator)
        complete = CompleteStep(
            event_id=uuid7(),
            unit=code.serial_number if process >= 7 else code.wip_id,
            process=process,
            result=Result.PASS,
            process_data=passing(process, facts),
            start_event_id=start.event_id,
            operator=operator,
        )
        events = (
            ("start", mistaken, 201),
            ("undo", undo, 200),
            ("start", start, 201),
            ("complete", complete, 200),
        )
        return [
            (name, self._wire.ask("POST", f"/api/v1/process/{name}", token, event, status)[1])
            for name, event, status in events
        ]

    def _lot_twice(self, lot: str) -> list[Ask]:
        """A unit of the LOT has just changed, so the first look misses the cache and the second hits it."""
        return [self._get("LOT, changed", f"/lots/{lot}"), self._get("LOT, cached", f"/lots/{lot}")]

    def _units_of(self, lot: str) -> list[Ask]:
        path = f"/lots/{lot}/units?limit=25"
        body, took_s = self._wire.ask("GET", f"/api/v1{path}", self._manager, None, 200)
        cursor = msgspec.json.decode(body)["next"]
        return [("LOT's units", took_s), self._get("LOT's units, page 2", f"{path}&cursor={cursor}")]

    def _board(self, number: int) -> list[Ask]:
        """Boards take turns, so that each is computed anew; only those that surely were count as such."""
        line = LINES[number % len(LINES)]
        path = f"/dashboard/summary?line={line}"
        age_s = time.monotonic() - self._boards_seen.get(line, 0.0)
        self._boards_seen[line] = time.monotonic()
        first, second = self._get("board, computed", path), self._get("board, cached", path)
        return [first, second] if age_s > BOARD_MAX_AGE_S else [second]

    def _login(self) -> Ask:
        key = self._plan.managers[0]
        body = {"username": key.name, "password": key.secret}
        answered, took_s = self._wire.ask("POST", "/api/v1/auth/login", "", body, 200)
        self._manager = msgspec.json.decode(answered)["access_token"]
        return "login", took_s

    def _get(self, name: str, path: str) -> Ask:
        return name, self._wire.ask("GET", f"/api/v1{path}", self._manager, None, 200)[1]


# Pages that 10,000 steps fill too; and lists in which there is less than a page to find, however much there is.
LISTS: Final = {
    "LOTs": "/lots?limit=20",
    "LOTs in work": "/lots?status=IN_PROGRESS",
    "LOTs closed": "/lots?status=CLOSED&limit=10",
    "LOTs of a line": "/lots?line=VN04&limit=2",
    "LOTs of a new model": f"/lots?model={NEW_MODEL}",
    "defects": "/defects?limit=20",
    "defects that are open": "/defects?status=OPEN",
    "defects of a process": "/defects?process=8",
}


def _prepare(target: Target, rounds: int) -> Plan:
    """Fill LOTs to work in on two lines, and put a LOT on each other line for its board."""
    plan = Plan(host=target.host, users=1, tps=1.0, seed=1, roles={}, phases=[])
    plan = seed.prepare(target.host, target.admin, plan, seed.Needs(units=rounds // 8 + 1, empty_lots=False))
    with Api(target.host) as api:
        api.sign_in(target.admin.name, target.admin.secret)
        api.call("POST", "/api/v1/models", AddModel(code=NEW_MODEL, name="A model to come"), dict, expect=201)
        for line in LINES:
            command = OpenLot(line=line, model="PSA", target_quantity=UNITS_ON_THE_LINE, shift=Shift.DAY)
            lot = api.call("POST", "/api/v1/lots", command, LotView, expect=201).lot_number
            units = GenerateUnits(quantity=UNITS_ON_THE_LINE)
            api.call("POST", f"/api/v1/lots/{lot}/units", units, dict, expect=201)
    return plan


def _past(database_url: str) -> Grown:
    options = "-c role=neurohub_owner -c search_path=neurohub"
    with psycopg.connect(database_url, options=options) as connection:
        lots: list[Any] = connection.execute(
            "select lot_number, unit_count from lot where closed_by = 'user:grow' order by id"
        ).fetchall()
        parts: list[Any] = connection.execute(
            "select component_lot from component where component_lot like 'GR-%' "
            "group by 1 having count(*) = 500 order by 1"
        ).fetchall()
    return Grown(lots, [name for (name,) in parts])


def _station_token(host: str, code: str, secret: str) -> str:
    with Api(host) as api:
        return api.sign_in_station(code, secret).access_token
