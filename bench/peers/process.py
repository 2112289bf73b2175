"""Start and complete of a step: one request, one transaction, the unit locked by SELECT FOR UPDATE."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bench.peers.bodies import (
    DATA_OF_PROCESS,
    CompletedOut,
    CompleteStep,
    Event,
    In,
    Judged,
    LmaAssembly,
    SensorTest,
    StartedOut,
    StartStep,
    UnitOut,
)
from bench.peers.database import Session
from bench.peers.sign_in import CurrentStation
from bench.peers.tables import Component, History, LimitSet, Lot, Person, Station, Unit

router = APIRouter(prefix="/api/v1/process")
ACTIVE = ("CREATED", "IN_PROGRESS", "REWORK")


def refusal(status_code: int, code: str, **facts: Any) -> HTTPException:
    """Return a refusal with its code and what the operator must see."""
    return HTTPException(status_code, {"code": code, **facts})


@router.post("/start", status_code=201)
async def start(
    event: StartStep, session: Session, station: CurrentStation, response: Response
) -> StartedOut:
    """Open a step."""
    unit, lot = await locked_unit(session, event)
    if (known := await recorded(session, event, station)) is not None:
        response.headers["Idempotent-Replay"] = "true"
        return StartedOut(**step_facts(known, unit, lot))
    await check(session, event, station, lot)
    if unit.status not in ACTIVE:
        raise refusal(409, "UNIT_NOT_ACTIVE")
    if unit.open_process is not None:
        raise refusal(409, "ALREADY_STARTED", open_station=unit.open_station)
    if event.process <= unit.passed_process:
        raise refusal(409, "PROCESS_ALREADY_PASSED", due_process=unit.passed_process + 1)
    if event.process > unit.passed_process + 1:
        raise refusal(409, "PREVIOUS_PROCESS_NOT_COMPLETED", due_process=unit.passed_process + 1)

    now = datetime.now(UTC)
    unit.status = "IN_PROGRESS"
    unit.attempt = unit.attempt + 1 if unit.attempt_process == event.process else 1
    unit.attempt_process = event.process
    unit.open_process = event.process
    unit.open_station = station.code
    unit.open_occurred_at = event.occurred_at or now
    row = history_of(event, station, unit, now)
    session.add(row)
    await save(session, event, session.flush)  # the row's id is the step's
    unit.open_step_id = row.id
    await save(session, event, session.commit)
    return StartedOut(**step_facts(row, unit, lot))


@router.post("/complete")
async def complete(
    event: CompleteStep, session: Session, station: CurrentStation, response: Response
) -> CompletedOut:
    """Close the open step with its verdict."""
    unit, lot = await locked_unit(session, event)
    if (known := await recorded(session, event, station)) is not None:
        response.headers["Idempotent-Replay"] = "true"
        return completed(known, unit, lot)
    await check(session, event, station, lot)
    if unit.status not in ACTIVE:
        raise refusal(409, "UNIT_NOT_ACTIVE")
    if unit.open_process != event.process or unit.open_station != station.code:
        raise refusal(409, "PROCESS_NOT_STARTED")
    data = process_data(event, lot)
    limits_version, judged = await judge(session, data, lot)

    row = history_of(event, station, unit, datetime.now(UTC))
    row.limits_version = limits_version
    row.judged = judged
    close_step(unit, event)
    row.status_after, row.passed_after, row.open_after = unit.status, unit.passed_process, unit.open_process
    session.add(row)
    install(session, unit, data, row)
    await save(session, event, session.commit)
    return completed(row, unit, lot)


async def locked_unit(session: Session, event: Event) -> tuple[Unit, Lot]:
    """Return the unit, locked until the end of the transaction, and its LOT."""
    query = (
        select(Unit, Lot)
        .join(Lot, Unit.lot_id == Lot.id)
        .where(Unit.wip_id == event.unit.strip().upper())
        .with_for_update(of=Unit, key_share=True)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise refusal(404, "UNIT_NOT_FOUND")
    return found.Unit, found.Lot


async def recorded(session: Session, event: Event, station: Station) -> History | None:
    """Return the row of this event when it has been recorded before; None when it is new."""
    known = await session.scalar(select(History).where(History.event_id == event.event_id))
    if known is None:
        return None
    if known.credential != station.code or known.command != event.model_dump(mode="json"):
        raise refusal(422, "EVENT_ID_REUSED")
    return known


async def check(session: Session, event: Event, station: Station, lot: Lot) -> None:
    """Refuse what start and complete have in common."""
    person = await session.get(Person, event.operator)
    if person is None or person.role == "viewer":
        raise refusal(404, "OPERATOR_NOT_FOUND")
    if station.line != lot.line or event.process not in station.processes:
        raise refusal(403, "FORBIDDEN")
    if lot.status == "CLOSED":
        raise refusal(409, "LOT_NOT_ACTIVE")


def history_of(event: Event, station: Station, unit: Unit, now: datetime) -> History:
    is_start = isinstance(event, StartStep)
    return History(
        event_id=event.event_id,
        credential=station.code,
        command=event.model_dump(mode="json"),
        kind="START" if is_start else "COMPLETE",
        unit_id=unit.id,
        process=event.process,
        attempt=unit.attempt,
        step_id=None if is_start else unit.open_step_id,
        started_at=unit.open_occurred_at,
        result=None if is_start else event.result,
        operator=event.operator,
        station=station.code,
        occurred_at=event.occurred_at or now,
        received_at=now,
        status_after=unit.status,
        passed_after=unit.passed_process,
        open_after=unit.open_process,
    )


def process_data(event: CompleteStep, lot: Lot) -> In | None:
    """Return the data of a PASS, checked; other results need none."""
    if event.result != "PASS":
        return None
    try:
        data = DATA_OF_PROCESS[event.process].model_validate(event.process_data)
    except ValidationError as error:
        problems = [{"name": ".".join(map(str, e["loc"])), "problem": e["msg"]} for e in error.errors()]
        raise refusal(422, "INVALID_PROCESS_DATA", fields=problems) from None
    engraved = getattr(data, "lot_number_engraved", lot.lot_number)
    if engraved.strip().upper() != lot.lot_number:
        problem = {"name": "lot_number_engraved", "problem": f"must be {lot.lot_number}"}
        raise refusal(422, "INVALID_PROCESS_DATA", fields=[problem])
    return data


async def judge(
    session: Session, data: In | None, lot: Lot
) -> tuple[int | None, list[dict[str, Any]] | None]:
    """Judge the measurements by the newest limits of the model; return the limits' id and the judgements."""
    if not isinstance(data, SensorTest):
        return None, None
    newest = select(LimitSet).where(LimitSet.model == lot.model).order_by(LimitSet.id.desc()).limit(1)
    limits = (await session.scalars(newest)).one()
    value, low, high = data.temp_sensor.measured_temp, limits.measured_temp_low, limits.measured_temp_high
    if not low <= value <= high:
        problem = {"name": "temp_sensor.measured_temp", "problem": f"{value} degC is outside {low}..{high}"}
        raise refusal(422, "INVALID_PROCESS_DATA", fields=[problem])
    judged = [
        Judged(name="temp_sensor.measured_temp", value=value, unit="degC", low=low, high=high, ok=True),
        Judged(name="tof_sensor.i2c_communication", value=True, unit="", low=None, high=None, ok=True),
    ]
    return limits.id, [one.model_dump() for one in judged]


def close_step(unit: Unit, event: CompleteStep) -> None:
    if event.result == "PASS":
        unit.passed_process = event.process
    unit.open_process = None
    unit.open_step_id = None
    unit.open_station = None
    unit.open_occurred_at = None


def install(session: Session, unit: Unit, data: In | None, row: History) -> None:
    """Keep which component lots the unit holds now."""
    if isinstance(data, LmaAssembly):
        for kind, lot in (("sma_spring", data.sma_spring_lot), ("busbar", data.busbar_lot)):
            part = Component(unit_id=unit.id, kind=kind, component_lot=lot, installed_at=row.occurred_at)
            session.add(part)


def step_facts(row: History, unit: Unit, lot: Lot) -> dict[str, Any]:
    """Return what start and complete answer, from the row of the event: a replay equals the first answer."""
    out = UnitOut(
        wip_id=unit.wip_id,
        serial_number=None,
        lot_number=lot.lot_number,
        sequence=unit.sequence,
        status=row.status_after,
        passed_process=row.passed_after,
        open_process=row.open_after,
        due_process=row.passed_after + 1 if row.status_after in ACTIVE else None,
        rework_count=unit.rework_count,
        attempt=row.attempt,
        updated_at=row.received_at,
    )
    return {
        "event_id": row.event_id,
        "unit": out,
        "process": row.process,
        "step_id": row.step_id or row.id,
        "attempt": row.attempt,
        "started_at": row.started_at,
    }


def completed(row: History, unit: Unit, lot: Lot) -> CompletedOut:
    return CompletedOut(
        **step_facts(row, unit, lot),
        result=row.result,
        completed_at=row.occurred_at,
        duration_s=(row.occurred_at - row.started_at).total_seconds(),
        judged=row.judged or [],
    )


async def save(session: Session, event: Event, how: Callable[[], Awaitable[None]]) -> None:
    """Flush or commit; the same event id on another unit at the same moment is told apart by its constraint."""
    try:
        await how()
    except IntegrityError:
        await session.rollback()
        raise refusal(422, "EVENT_ID_REUSED", event_id=str(event.event_id)) from None
