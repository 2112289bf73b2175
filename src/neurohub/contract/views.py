"""Views: what the service answers. Instants are UTC, durations seconds; absent facts are null."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from neurohub.contract.enums import (
    DefectStatus,
    EventKind,
    LotStatus,
    ProcessState,
    Result,
    Shift,
    StepResult,
    UnitStatus,
)


class View(Struct, frozen=True, kw_only=True):
    """Base of everything the service answers."""


class UnitView(View, frozen=True, kw_only=True):
    wip_id: str
    serial_number: str | None
    lot_number: str
    sequence: int
    status: UnitStatus
    passed_process: int
    open_process: int | None
    due_process: int | None
    rework_count: int
    attempt: int
    updated_at: datetime


class UnitsMade(View, frozen=True, kw_only=True):
    """The units that were just generated: all of them, not a page."""

    items: list[UnitView]


class Judged(View, frozen=True, kw_only=True):
    """One measurement against the limits of that day; `low`/`high` null where a side is open."""

    name: str
    value: float | bool | str
    unit: str
    low: float | None
    high: float | None
    ok: bool


class StepView(View, frozen=True, kw_only=True):
    """A step right after its start or completion; the last four fields come with a completion.

    `judged` is the JSON of a list of `Judged`, kept as the bytes that were first answered.
    """

    event_id: UUID
    unit: UnitView
    process: int
    step_id: int
    attempt: int
    started_at: datetime
    result: Result | UnsetType = UNSET
    completed_at: datetime | UnsetType = UNSET
    duration_s: float | UnsetType = UNSET
    judged: msgspec.Raw | UnsetType = UNSET


class UndoneView(View, frozen=True, kw_only=True):
    event_id: UUID
    unit: UnitView


class EventResult(View, frozen=True, kw_only=True):
    event_id: UUID | None
    status: int
    body: msgspec.Raw


class EventResults(View, frozen=True, kw_only=True):
    results: list[EventResult]


class ProcessCount(View, frozen=True, kw_only=True):
    process: int
    waiting: int
    open: int
    passed: int


class LotView(View, frozen=True, kw_only=True):
    lot_number: str
    line: str
    model: str
    shift: Shift
    target_quantity: int
    status: LotStatus
    unit_count: int
    passed: int
    defected: int
    scrapped: int
    in_progress: int
    by_process: list[ProcessCount]
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None


class DefectView(View, frozen=True, kw_only=True):
    id: int
    unit: UnitView
    process: int
    code: str
    description: str
    status: DefectStatus
    reported_at: datetime
    reported_by: str
    station: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


class TracedDefect(View, frozen=True, kw_only=True):
    code: str
    description: str
    status: DefectStatus
    decided_by: str | None
    reason: str | None


class TracedStep(View, frozen=True, kw_only=True):
    process: int
    attempt: int
    result: StepResult | None
    voided: bool
    is_rework: bool
    operator: str
    station: str | None
    equipment: str | None
    started_at: datetime
    completed_at: datetime | None
    occurred_at: datetime
    duration_s: float | None
    measurements: list[Judged]
    limits_version: int | None
    components: dict[str, str]
    defect: TracedDefect | None


class TracedLabel(View, frozen=True, kw_only=True):
    kind: str
    code: str
    status: str
    is_reprint: bool
    created_at: datetime


class TracedEvent(View, frozen=True, kw_only=True):
    """One row of the append-only history. `flags` names what was accepted but is worth a look."""

    event_id: UUID
    kind: EventKind
    process: int
    result: StepResult | None
    operator: str
    station: str | None
    equipment: str | None
    occurred_at: datetime
    received_at: datetime
    station_seq: int | None
    flags: list[str]
    reason: str | None
    process_data: dict[str, Any] | None


class TraceView(UnitView, frozen=True, kw_only=True):
    steps: list[TracedStep]
    defects: list[DefectView]
    labels: list[TracedLabel]
    events: list[TracedEvent]


class ComponentHolder(View, frozen=True, kw_only=True):
    """A unit that holds a component lot, as what, since when first, and where that unit is now."""

    unit: UnitView
    kinds: list[str]
    process: int
    installed_at: datetime
    line: str


class ProcessSummary(View, frozen=True, kw_only=True):
    process: int
    waiting: int
    open: int
    done_today: int
    p50_s: float | None
    p95_s: float | None
    standard_s: int
    oldest_wait_s: float | None
    state: ProcessState


class DashboardSummary(View, frozen=True, kw_only=True):
    """`fpy` is today's first-pass yield 0..1 over first attempts with a verdict, null without any."""

    date: date
    started: int
    completed: int
    defects: int
    fpy: float | None
    lots: list[LotView]
    processes: list[ProcessSummary]
    alerts_unread: int


class Health(View, frozen=True, kw_only=True):
    status: str
    database: str
    redis: str
    version: str
