"""Prepares a service for a run, over HTTP: lines, people and stations of its own, LOTs full of units.

What is there already stays; only the secrets of our own people and stations (`ld-..`, `LD-..`) are made anew.
One unit is walked through all eight processes first, so that a wrong preparation shows before the load.
"""

import random
import secrets
import sys
from itertools import cycle
from typing import Final, Literal

import msgspec
from msgspec import Struct
from uuid_utils.compat import uuid7

from bench.api import Api, Page, RefusedError
from bench.plan import Key, Place, Plan, Queue, Section, WorkUnit
from bench.users.floor import LOT_TARGET
from bench.users.measurements import Facts, passing
from neurohub.contract import master, stations
from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import CompleteStep, GenerateUnits, OpenLot, StartStep
from neurohub.contract.enums import Result, Shift
from neurohub.contract.problems import Code
from neurohub.contract.views import LotView, StepView, UnitView

LINES: Final = ("KR01", "KR02")
MODELS: Final = ("PSA", "WFO")
SECTIONS_PER_LINE: Final = 2
PEOPLE: Final = 8
UNITS_PER_LOT: Final = 100
UNITS_MAX: Final = 4000  # of users: longer runs live on what the managers generate
EMPTY_LOTS: Final = 24


class Needs(Struct, frozen=True, kw_only=True):
    """What a run uses up: units, stations that were cut off with units of their own, LOTs to be filled."""

    units: int
    queues: int = 0
    units_per_queue: int = 0
    empty_lots: bool = True


def prepare(host: str, admin: Key, plan: Plan, needs: Needs) -> Plan:
    """Return `plan` with credentials and units that exist on the service at `host`."""
    with Api(host) as api:
        tell("signing in as", admin.name)
        api.sign_in(admin.name, admin.secret)
        _ensure_plant(api)
        tell("people", "ld-manager-..", "ld-worker-..")
        managers = [_person(api, f"ld-manager-{n:02d}", "manager", None) for n in range(1, PEOPLE + 1)]
        workers = [_person(api, f"ld-worker-{n:02d}", "worker", LINES[n % 2]) for n in range(1, PEOPLE + 1)]
        sections = [_section(api, line, number) for line in LINES for number in range(SECTIONS_PER_LINE)]
        cut_off = [_cut_off(api, number) for number in range(needs.queues)]
        # The stock belongs to a manager: an admin could do it, but that is not who does it on the floor.
        api.sign_in(managers[0].name, managers[0].secret)
        plan = msgspec.structs.replace(
            plan,
            managers=managers,
            workers=[w.name for w in workers],
            sections=sections,
            places=[Place(line, model) for line in LINES for model in MODELS],
        )
        return _stock(api, plan, needs, cut_off)


def tell(*words: object) -> None:
    """Show progress on the terminal."""
    print("seed:", *words, file=sys.stderr, flush=True)


def _ensure_plant(api: Api) -> None:
    for line in LINES:
        _add_or_keep(api, "/api/v1/lines", master.AddLine(code=line, name=f"Line {line}"))
    for model in MODELS:
        _add_or_keep(api, "/api/v1/models", master.AddModel(code=model, name=f"Model {model}"))


def _add_or_keep(api: Api, path: str, command: object) -> bool:
    """Create something; return False when it was there."""
    try:
        api.call("POST", path, command, dict, expect=201)
    except RefusedError as error:
        if error.status != 409:
            raise
        return False
    return True


def _person(api: Api, username: str, role: Literal["worker", "manager"], line: str | None) -> Key:
    password = f"Ld-{secrets.token_urlsafe(18)}"
    command = master.AddUser(username=username, name=username, role=role, line=line, password=password)
    if not _add_or_keep(api, "/api/v1/users", command):
        change = master.ChangeUser(role=role, line=line, password=password, active=True)
        api.call("PATCH", f"/api/v1/users/{username}", change, dict)
    return Key(username, password)


def _section(api: Api, line: str, number: int) -> Section:
    tell("eight stations of", line)
    first = 1 + 8 * (number + SECTIONS_PER_LINE * LINES.index(line))
    return Section(line, tuple(_station(api, f"LD-{first + i:02d}", line, [i + 1]) for i in range(8)))


def _station(api: Api, code: str, line: str, processes: list[int]) -> Key:
    command = stations.AddStation(code=code, name=f"Load {code}", line=line, processes=processes)
    try:
        made = api.call("POST", "/api/v1/stations", command, stations.StationWithSecret, expect=201)
    except RefusedError as error:
        if error.status != 409:
            raise
        change = stations.ChangeStation(line=line, processes=processes, active=True, rotate_secret=True)
        made = api.call("PATCH", f"/api/v1/stations/{code}", change, stations.StationWithSecret)
    return Key(code, str(made.secret))


def _cut_off(api: Api, number: int) -> tuple[str, Key]:
    """Return a line and a station of it that may do all processes: there are more of them than sections."""
    if number % 20 == 0:
        tell(f"stations that were cut off, from number {number}")
    line = LINES[number % len(LINES)]
    return line, _station(api, f"LQ-{number + 1:03d}", line, list(range(1, 9)))


def _stock(api: Api, plan: Plan, needs: Needs, cut_off: list[tuple[str, Key]]) -> Plan:
    """Open LOTs over all lines and models and fill them; places without LOT numbers left drop out."""
    places = [place for place in plan.places if _pilot(api, plan, place)]
    if not places:
        raise SystemExit("All 999 LOT numbers of this month are used: run against another database")
    turns = cycle(places)
    units: list[WorkUnit] = []
    while len(units) < needs.units:
        units += _filled_lot(api, next(turns), UNITS_PER_LOT)
        if len(units) % 1000 == 0:
            tell(f"{len(units)} of {needs.units} units")
    # Neighbours work in different LOTs, as on a floor with many trolleys.
    random.Random(plan.seed).shuffle(units)
    empty = [_open_lot(api, next(turns), LOT_TARGET) for _ in range(EMPTY_LOTS if needs.empty_lots else 0)]
    queues = [Queue(key, _of_line(api, places, line, needs.units_per_queue)) for line, key in cut_off]
    return msgspec.structs.replace(plan, units=units, empty_lots=empty, places=places, queues=queues)


def _of_line(api: Api, places: list[Place], line: str, quantity: int) -> tuple[WorkUnit, ...]:
    place = next(place for place in places if place.line == line)
    return tuple(_filled_lot(api, place, quantity))


def _open_lot(api: Api, place: Place, target: int) -> str:
    command = OpenLot(line=place.line, model=place.model, target_quantity=target, shift=Shift.DAY)
    return api.call("POST", "/api/v1/lots", command, LotView, expect=201).lot_number


def _filled_lot(api: Api, place: Place, quantity: int) -> list[WorkUnit]:
    path = f"/api/v1/lots/{_open_lot(api, place, quantity)}/units"
    made = api.call("POST", path, GenerateUnits(quantity=quantity), Page[UnitView], expect=201)
    return [WorkUnit(place.line, view.wip_id) for view in made.items]


def _pilot(api: Api, plan: Plan, place: Place) -> bool:
    """Walk one unit of the place through all processes; False when the place has no LOT numbers left."""
    try:
        (unit,) = _filled_lot(api, place, 1)
    except RefusedError as error:
        if Code.LOT_SEQUENCE_EXHAUSTED.encode() not in error.body:
            raise
        tell(place.line, place.model, "has no LOT numbers left this month")
        return False
    section = next(section for section in plan.sections if section.line == place.line)
    with Api(plan.host) as station_api:
        for process, station in enumerate(section.stations, 1):
            station_api.sign_in_station(station.name, station.secret)
            _pass(station_api, plan, unit, process)
    tell(unit.wip_id, "went through all eight processes")
    return True


def _pass(api: Api, plan: Plan, unit: WorkUnit, process: int) -> None:
    code = parse_unit(unit.wip_id)
    facts = Facts(
        code.lot_number, code.wip_id, code.serial_number, plan.firmware, random.Random(plan.seed + process)
    )
    start = StartStep(
        event_id=uuid7(),
        unit=code.serial_number if process == 8 else code.wip_id,
        process=process,
        operator=plan.workers[0],
    )
    complete = CompleteStep(
        event_id=uuid7(),
        unit=code.serial_number if process >= 7 else code.wip_id,
        process=process,
        result=Result.PASS,
        process_data=passing(process, facts),
        start_event_id=start.event_id,
        operator=plan.workers[0],
    )
    api.call("POST", "/api/v1/process/start", start, StepView, expect=201)
    done = api.call("POST", "/api/v1/process/complete", complete, StepView)
    if done.unit.passed_process != process:
        raise SystemExit(f"{unit.wip_id} has passed {done.unit.passed_process} after process {process}")
