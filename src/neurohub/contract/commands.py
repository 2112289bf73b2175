"""Commands: what clients send. Unknown fields are refused, numbers and texts carry their ranges.

The three events of a step (start, complete, undo) are the hot commands. `canonical` is their normal form:
what an `event_id` is compared by and what a station signs.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from neurohub.contract.barcode import normalize
from neurohub.contract.enums import Result, Shift

Instant = Annotated[datetime, Meta(tz=True)]
ScannedCode = Annotated[str, Meta(min_length=1, max_length=128)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Key = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*(?!\n)$")]
LineCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}[0-9]{2}(?!\n)$")]
ModelCode = Annotated[str, Meta(pattern=r"^[A-Z]{3}(?!\n)$")]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Remark = Annotated[str, Meta(max_length=500)]
Password = Annotated[str, Meta(min_length=1, max_length=128)]
ProcessNo = Annotated[int, Meta(ge=1, le=8)]
Sequence = Annotated[int, Meta(ge=1, le=2**53)]
Mac = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]

EVENT_MAX_BYTES: Final = 64 * 1024
BATCH_MAX_BYTES: Final = 1024 * 1024
BATCH_MAX_EVENTS: Final = 500


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything a client may send as a JSON body."""


class DefectReport(Command, frozen=True, kw_only=True):
    """What the operator saw. `code` must be one of the process's defect codes."""

    code: Key
    description: Remark = ""


class _Event(Command, frozen=True, kw_only=True):
    event_id: UUID
    operator: Key | UnsetType = UNSET
    occurred_at: Instant | UnsetType = UNSET
    station_seq: Sequence | UnsetType = UNSET
    mac: Mac | UnsetType = UNSET


class StartStep(_Event, tag_field="kind", tag="start", frozen=True, kw_only=True):
    """Scan a unit into a process (착공)."""

    unit: ScannedCode
    process: ProcessNo
    equipment: Key | UnsetType = UNSET


class CompleteStep(_Event, tag_field="kind", tag="complete", frozen=True, kw_only=True):
    """Report the result of the open step of a unit (완공). `process_data` depends on the process."""

    unit: ScannedCode
    process: ProcessNo
    result: Result
    process_data: dict[str, Any]
    defect: DefectReport | None = None
    start_event_id: UUID | UnsetType = UNSET
    equipment: Key | UnsetType = UNSET


class UndoStart(_Event, tag_field="kind", tag="undo", frozen=True, kw_only=True):
    """Take back a start within 10 s. `undo` is the event id of that start."""

    undo: UUID


StepEvent = StartStep | CompleteStep | UndoStart


class EventBatch(Command, frozen=True, kw_only=True):
    """1..500 events of one station in the order they happened, each a `StepEvent` with its `kind`.

    They are decoded one by one, so that a malformed one is refused alone.
    """

    events: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=BATCH_MAX_EVENTS)]


class Login(Command, frozen=True, kw_only=True):
    username: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Password
    cookie: bool = False


class StationLogin(Command, frozen=True, kw_only=True):
    station: Annotated[str, Meta(min_length=1, max_length=40)]
    secret: Password


class Refresh(Command, frozen=True, kw_only=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class OpenLot(Command, frozen=True, kw_only=True):
    line: LineCode
    model: ModelCode
    target_quantity: Annotated[int, Meta(ge=1, le=100)]
    shift: Shift
    print_labels: bool = False


class GenerateUnits(Command, frozen=True, kw_only=True):
    quantity: Annotated[int, Meta(ge=1, le=100)]
    print_labels: bool = False


class CloseLot(Command, frozen=True, kw_only=True):
    reason: Reason | None = None


class Decide(Command, frozen=True, kw_only=True):
    """A manager's decision on a unit: rework, scrap or reopen, always with a reason."""

    reason: Reason


_canonical = msgspec.json.Encoder(order="deterministic")


def canonical(event: StepEvent) -> bytes:
    """Return the normal form of `event`; equal bytes mean the same command.

    Unit trimmed and upper-cased, instants in UTC, keys sorted, absent fields absent, `mac` left out.
    """
    changes: dict[str, Any] = {"mac": UNSET}
    if not isinstance(event, UndoStart):
        changes["unit"] = normalize(event.unit)
    if event.occurred_at is not UNSET:
        changes["occurred_at"] = event.occurred_at.astimezone(UTC)
    return _canonical.encode(msgspec.structs.replace(event, **changes))


def sign(event: StepEvent, key: bytes) -> str:
    """Return the HMAC-SHA-256 of `event` under a station's key as 64 hex digits."""
    return hmac.new(key, canonical(event), hashlib.sha256).hexdigest()


def station_key(secret: str) -> bytes:
    """Return the 32-byte signing key that belongs to a station's secret."""
    return hmac.new(secret.encode(), b"neurohub event signature v1", hashlib.sha256).digest()
