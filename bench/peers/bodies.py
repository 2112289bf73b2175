"""Bodies of the peer, in and out: the contract of start and complete for the processes 1 to 3."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

ComponentLot = Annotated[str, Field(pattern=r"^[A-Z0-9\-]{1,40}$")]
Key = Annotated[str, Field(min_length=1, max_length=40)]
PassFail = Literal["PASS", "FAIL"]


class In(BaseModel):
    """Base of what comes in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class StationLogin(In):
    station: Key
    secret: Annotated[str, Field(min_length=1, max_length=128)]


class SignedIn(BaseModel):
    access_token: str
    token_type: str = "bearer"  # noqa: S105 (the kind of token, of OAuth2)
    expires_in: int
    refresh_token: str | None = None


class Event(In):
    event_id: UUID
    unit: Annotated[str, Field(min_length=1, max_length=128)]
    process: Annotated[int, Field(ge=1, le=3)]
    operator: Key
    equipment: Key | None = None
    occurred_at: AwareDatetime | None = None
    station_seq: Annotated[int, Field(ge=1)] | None = None


class StartStep(Event):
    pass


class CompleteStep(Event):
    result: Literal["PASS", "ERROR"]
    process_data: dict[str, Any]


class LaserMarking(In):
    lot_number_engraved: Annotated[str, Field(min_length=1, max_length=80)]
    marking_result: Literal["PASS"]


class LmaAssembly(In):
    sma_spring_lot: ComponentLot
    busbar_lot: ComponentLot
    assembly_time: Annotated[float, Field(gt=0, le=100_000)]
    visual_inspection: Literal["PASS"]


class TempSensor(In):
    measured_temp: float
    target_temp: float | None = None
    tolerance: float | None = None
    result: PassFail | None = None


class TofSensor(In):
    i2c_communication: Literal[True]
    result: PassFail | None = None


class SensorTest(In):
    temp_sensor: TempSensor
    tof_sensor: TofSensor


DATA_OF_PROCESS: dict[int, type[In]] = {1: LaserMarking, 2: LmaAssembly, 3: SensorTest}


class UnitOut(BaseModel):
    wip_id: str
    serial_number: str | None
    lot_number: str
    sequence: int
    status: str
    passed_process: int
    open_process: int | None
    due_process: int | None
    rework_count: int
    attempt: int
    updated_at: datetime


class Judged(BaseModel):
    name: str
    value: float | bool
    unit: str
    low: float | None
    high: float | None
    ok: bool


class StartedOut(BaseModel):
    event_id: UUID
    unit: UnitOut
    process: int
    step_id: int
    attempt: int
    started_at: datetime


class CompletedOut(StartedOut):
    result: str
    completed_at: datetime
    duration_s: float
    judged: list[Judged]
