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
from msgspec.structs import force_setattr

from neurohub.contract import forms
from neurohub.contract.barcode import normalize
from neurohub.contract.enums import Result, Shift
from neurohub.contract.forms import LineCode, ModelCode, Written

Instant = Annotated[datetime, Meta(tz=True)]
# A wrong scan is for the state machine to name (`INVALID_BARCODE`, `EQUIPMENT_NOT_FOUND` ..): any text, as long
# as a body may be.
Scanned = str
Reason = Annotated[Written, Meta(min_length=1, max_length=500)]
Remark = Annotated[str, Meta(max_length=500)]
Password = Annotated[str, Meta(min_length=1, max_length=128)]
ProcessNo = Annotated[int, Meta(ge=1, le=8)]
Sequence = Annotated[int, Meta(ge=1, le=2**53)]
Mac = Annotated[str, forms.of(forms.whole(r"[0-9a-f]{64}"), "64 hexadecimal digits")]

EVENT_MAX_BYTES: Final = 64 * 1024
BATCH_MAX_BYTES: Final = 1024 * 1024
BATCH_MAX_EVENTS: Final = 500
# Fields of the process data that come from a scanner, by process.
SCANNED: Final[dict[int, tuple[str, ...]]] = {
    1: ("lot_number_engraved",),
    2: ("sma_spring_lot", "busbar_lot"),
    4: ("board_serial",),
    5: ("link_lot",),
    7: ("verified_code",),
}
_SAFE_INTEGER: Final = 2**53


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything a client may send as a JSON body."""


class DefectReport(Command, frozen=True, kw_only=True):
    """What the operator saw. `code` must be one of the process's defect codes."""

    code: Scanned
    description: Remark = ""


class _Event(Command, frozen=True, kw_only=True):
    """`event_id` is a UUID of version 7, `operator` a username in any case, as at the sign-in."""

    event_id: Annotated[UUID, Meta(description="UUID of version 7, made by the sender")]
    operator: Scanned | UnsetType = UNSET
    occurred_at: Instant | UnsetType = UNSET
    station_seq: Sequence | UnsetType = UNSET
    mac: Mac | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.event_id.int >> 76 & 0xF != 7:
            raise ValueError("`event_id` must be a UUID of version 7")
        if self.operator is not UNSET and (name := self.operator.strip().lower()) != self.operator:
            force_setattr(self, "operator", name)


class StartStep(_Event, tag_field="kind", tag="start", frozen=True, kw_only=True):
    """Scan a unit into a process (착공)."""

    unit: Scanned
    process: ProcessNo
    equipment: Scanned | UnsetType = UNSET


class CompleteStep(_Event, tag_field="kind", tag="complete", frozen=True, kw_only=True):
    """Report the result of the open step of a unit (완공). `process_data` depends on the process.

    Scanned codes in it are trimmed and upper-cased here, before they are judged, compared, signed and stored.
    """

    unit: Scanned
    process: ProcessNo
    result: Result
    process_data: dict[str, Any]
    defect: DefectReport | None = None
    start_event_id: UUID | UnsetType = UNSET
    equipment: Scanned | UnsetType = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        data = self.process_data
        scanned = {
            name: normalize(data[name])
            for name in SCANNED.get(self.process, ())
            if isinstance(data.get(name), str)
        }
        if scanned:
            force_setattr(self, "process_data", data | scanned)


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
    """`quantity` is bounded by what the LOT still takes, which only the database knows."""

    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]
    print_labels: bool = False


class CloseLot(Command, frozen=True, kw_only=True):
    reason: Reason | None = None


class Decide(Command, frozen=True, kw_only=True):
    """A manager's decision on a unit: rework, scrap or reopen, always with a reason."""

    reason: Reason


_canonical = msgspec.json.Encoder(order="deterministic")


def canonical(event: StepEvent) -> bytes:
    """Return the normal form of `event`; equal bytes mean the same command.

    Unit trimmed and upper-cased, instants in UTC, keys sorted, absent fields absent, `mac` left out, and one
    spelling for each number (60.0 is 60).
    """
    changes: dict[str, Any] = {"mac": UNSET}
    if not isinstance(event, UndoStart):
        changes["unit"] = normalize(event.unit)
    if event.occurred_at is not UNSET:
        changes["occurred_at"] = event.occurred_at.astimezone(UTC)
    text = _canonical.encode(msgspec.structs.replace(event, **changes))
    if b".0" not in text or not isinstance(event, CompleteStep):
        return text
    changes["process_data"] = _spelled(event.process_data)
    return _canonical.encode(msgspec.structs.replace(event, **changes))


def _spelled(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < _SAFE_INTEGER:
        return int(value)
    if isinstance(value, dict):
        return {key: _spelled(item) for key, item in value.items()}
    return [_spelled(item) for item in value] if isinstance(value, list) else value


def sign(event: StepEvent, key: bytes) -> str:
    """Return the HMAC-SHA-256 of `event` under a station's key as 64 hex digits."""
    return hmac.new(key, canonical(event), hashlib.sha256).hexdigest()


def station_key(secret: str) -> bytes:
    """Return the 32-byte signing key that belongs to a station's secret."""
    return hmac.new(secret.encode(), b"neurohub event signature v1", hashlib.sha256).digest()
