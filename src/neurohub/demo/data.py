"""The demo data as a whole: the plant, then three LOTs in different states, made by the real operations.

Idempotent: a second call changes nothing. Who calls it: `neurohub up` and `neurohub seed`.
"""

import random
from typing import Final
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from neurohub.auth.caller import Caller
from neurohub.contract.commands import (
    CompleteStep,
    DefectReport,
    GenerateUnits,
    OpenLot,
    StartStep,
    StepEvent,
)
from neurohub.contract.enums import Locale, Result, Role, Shift
from neurohub.contract.firmware import ReleaseFirmware
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import LotView
from neurohub.demo.plant import ACTOR, EQUIPMENT_AT, LINE, MODELS, firmware_image, seed_plant
from neurohub.demo.reports import DEFECTS, FIRMWARE_VERSION, DemoUnit, passing
from neurohub.firmware.images import Images, Upload
from neurohub.operations.firmware import release
from neurohub.operations.lots import generate_units, open_lot
from neurohub.operations.record_events import Recorder, make_recorder, record_events
from neurohub.settings import Settings
from neurohub.storage import setup
from neurohub.storage.pool import Database

# Of the LOT on the line: how many processes each unit has passed; the rest of its units are waiting.
ON_THE_LINE: Final = (7, 6, 6, 5, 4, 4, 2, 2, 1)
OPEN_NOW: Final = {4: 6, 6: 5}  # unit -> open process


class DemoError(Exception):
    """An operation refused what the demo did: a bug of the demo, told with the refusal."""


async def seed(configured: Settings, password: str) -> None:
    """Write the demo data into the database of `configured`, and the firmware where its images are kept."""
    url = configured.database_url
    database = Database(url, 2, application="neurohub demo")
    await database.pool.open(wait=True, timeout=10)
    try:
        await seed_plant(database, password)
        for model, _ in MODELS:
            await _release(database, Images(configured), model)
        if not await setup.has_lots(database):
            recorder = make_recorder(database, url, lanes=1)
            await recorder.lanes.open()
            await _seed_lots(database, recorder)
            await recorder.lanes.close()
    finally:
        await database.pool.close()


async def _release(database: Database, images: Images, model: str) -> None:
    """Release the model's firmware; where it is released, mend its image; where another one is, leave it."""

    async def fill(upload: Upload) -> ReleaseFirmware:
        await upload.write(firmware_image(model))
        return ReleaseFirmware(model=model, version=FIRMWARE_VERSION)

    try:
        await release(database, images, _caller(ACTOR, Role.ADMIN), fill, None)
    except ProblemError as error:
        if error.problem.code is not Code.CONFLICT:
            raise


async def _seed_lots(database: Database, recorder: Recorder) -> None:
    await recorder.limits.reload()
    await _open(database, "WFO", 20, 0)
    on_the_line = await _open(database, "PSA", 20, 12)
    for sequence, passed in enumerate(ON_THE_LINE, 1):
        await _pass_until(recorder, DemoUnit(on_the_line, sequence), passed)
    for sequence, process in OPEN_NOW.items():
        await _record(recorder, process, [_start(DemoUnit(on_the_line, sequence), process)])
    await _fail(recorder, DemoUnit(on_the_line, 9), 2)
    done = await _open(database, "PSA", 3, 3)
    for sequence in range(1, 4):
        await _pass_until(recorder, DemoUnit(done, sequence), 8)


async def _open(database: Database, model: str, target: int, units: int) -> str:
    manager = _caller("user:manager", Role.MANAGER, username="manager")
    command = OpenLot(line=LINE, model=model, target_quantity=target, shift=Shift.DAY)
    opened = await open_lot(database, manager, command, None)
    number = msgspec.json.decode(opened.body, type=LotView).lot_number
    if units:
        await generate_units(database, manager, number, GenerateUnits(quantity=units), None)
    return number


async def _pass_until(recorder: Recorder, unit: DemoUnit, last: int) -> None:
    # The scatter of the demo is drawn from the unit's name, so that two demos look alike.
    draw = random.Random(unit.wip_id)  # noqa: S311
    for process in range(1, last + 1):
        start = _start(unit, process)
        complete = CompleteStep(
            event_id=_event_id(),
            unit=unit.code(process),
            process=process,
            result=Result.PASS,
            process_data=passing(unit, process, draw),
            start_event_id=start.event_id,
            operator="worker",
        )
        await _record(recorder, process, [start, complete])


async def _fail(recorder: Recorder, unit: DemoUnit, process: int) -> None:
    start = _start(unit, process)
    complete = CompleteStep(
        event_id=_event_id(),
        unit=unit.code(process),
        process=process,
        result=Result.FAIL,
        process_data={},
        defect=DefectReport(code=DEFECTS[process], description="케이블 배선 오류"),
        start_event_id=start.event_id,
        operator="worker",
    )
    await _record(recorder, process, [start, complete])


def _start(unit: DemoUnit, process: int) -> StartStep:
    # Process 7 issues the serial, so its start scans the WIP id like those before it.
    return StartStep(
        event_id=_event_id(),
        unit=unit.code(process),
        process=process,
        operator="worker",
        equipment=EQUIPMENT_AT[process],
    )


async def _record(recorder: Recorder, process: int, events: list[StepEvent]) -> None:
    code = f"ST-{process:02d}"
    station = _caller(f"station:{code}", Role.STATION, station=code, line=LINE, processes=(process,))
    for found in await record_events(recorder, station, events):
        if found.problem is not None:
            raise DemoError(f"process {process}: {found.body.decode()}")


def _caller(
    credential: str,
    role: Role,
    *,
    username: str | None = None,
    station: str | None = None,
    line: str | None = None,
    processes: tuple[int, ...] = (),
) -> Caller:
    return Caller(credential, role, username, station, line, processes, credential, Locale.KOREAN, uuid7())


def _event_id() -> UUID:
    return uuid7()
