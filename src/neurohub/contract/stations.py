"""Stations on the wire: as master data, and what they and the service tell each other beside events.

That is the briefing, all a station must know to work on its own, and the heartbeat. A station's secret goes out
once, when it is made. A badge is known by its hash alone.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from neurohub.contract.barcode import normalize
from neurohub.contract.commands import Command, ProcessNo
from neurohub.contract.enums import Locale, Role
from neurohub.contract.forms import Key, Label, LineCode
from neurohub.contract.master import DefectCodeView, EquipmentView, PrinterView, ProcessView
from neurohub.contract.views import View

Processes = Annotated[list[ProcessNo], Meta(min_length=1, max_length=8)]


def badge_sha256(code: str) -> str:
    """Return the hash that a badge is known by: of what is scanned, trimmed and upper-cased."""
    return hashlib.sha256(normalize(code).encode()).hexdigest()


class DeviceState(StrEnum):
    """How a device of a station is. `OFF`: this station has none. `SILENT`: connected, but it does not answer."""

    OK = "OK"
    OFF = "OFF"
    MISSING = "MISSING"
    SILENT = "SILENT"
    PAPER_OUT = "PAPER_OUT"
    RIBBON_OUT = "RIBBON_OUT"
    HEAD_OPEN = "HEAD_OPEN"
    PAUSED = "PAUSED"
    FULL = "FULL"
    READ_ONLY = "READ_ONLY"


class AddStation(Command, frozen=True, kw_only=True):
    code: Key
    name: Label
    line: LineCode
    processes: Processes


class ChangeStation(Command, frozen=True, kw_only=True):
    """`rotate_secret` ends the station's sign-ins and makes a new secret, answered once."""

    name: Label | UnsetType = UNSET
    line: LineCode | UnsetType = UNSET
    processes: Processes | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    rotate_secret: bool = False


class StationView(View, frozen=True, kw_only=True):
    """A station, and what its last heartbeat said: all null before the first."""

    code: str
    name: str
    line: str
    processes: list[int]
    signs_events: bool
    active: bool
    last_seen_at: datetime | None
    version: str | None
    queue_depth: int | None
    oldest_unsent_s: float | None
    scanner: DeviceState | None
    printer: DeviceState | None
    folder: DeviceState | None


class StationWithSecret(StationView, frozen=True, kw_only=True):
    """The only answer that ever holds the secret; absent where none was made."""

    secret: str | UnsetType = UNSET


class Heartbeat(Command, frozen=True, kw_only=True):
    """Sent every 30 s. `oldest_unsent_s` is the age of the oldest event not yet delivered, null without any."""

    version: Label
    queue_depth: Annotated[int, Meta(ge=0, le=10_000_000)]
    oldest_unsent_s: Annotated[float, Meta(ge=0, le=1e9)] | None
    scanner: DeviceState
    printer: DeviceState
    folder: DeviceState


class HeartbeatView(View, frozen=True, kw_only=True):
    """`newest_version` is the station program that belongs to this service."""

    server_time: datetime
    newest_version: str


class BriefedPerson(View, frozen=True, kw_only=True):
    """Somebody who may work on this line; see `badge_sha256` above. Null without a badge."""

    username: str
    name: str
    locale: Locale
    badge_sha256: str | None
    role: Role = Role.WORKER  # what a service of before this field did not say


class BriefedStation(View, frozen=True, kw_only=True):
    code: str
    name: str
    processes: list[int]


class BriefedLimit(View, frozen=True, kw_only=True):
    """The limits in force of one measurement of a process, by the name that `Judged` gives it. Null: no such side."""

    model: str
    process: int
    name: str
    unit: str
    low: float | None
    high: float | None


class Briefing(View, frozen=True, kw_only=True):
    """All a station needs to work on its own, kept on its disk: who, what, where. Answered with an ETag."""

    station: BriefedStation
    line: str
    timezone: str
    processes: list[ProcessView]
    defect_codes: list[DefectCodeView]
    people: list[BriefedPerson]
    equipment: list[EquipmentView]
    printers: list[PrinterView]
    stations: list[BriefedStation]
    newest_version: str
    limits: list[BriefedLimit] = field(
        default_factory=list
    )  # of the station's processes, to be shown: the service judges
