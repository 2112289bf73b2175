"""What a station and the service tell each other beside events: its briefing and its heartbeat."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from neurohub.contract.commands import Command
from neurohub.contract.enums import Locale
from neurohub.contract.forms import Label
from neurohub.contract.master import DefectCodeView, EquipmentView, PrinterView, ProcessView
from neurohub.contract.views import View


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


class Heartbeat(Command, frozen=True, kw_only=True):
    """Sent every 30 s. `oldest_unsent_s` is the age of the oldest event not yet delivered, null without any."""

    version: Label
    queue_depth: Annotated[int, Meta(ge=0, le=10_000_000)]
    oldest_unsent_s: Annotated[float, Meta(ge=0, le=1e9)] | None
    scanner: DeviceState
    printer: DeviceState
    folder: DeviceState


class HeartbeatView(View, frozen=True, kw_only=True):
    server_time: datetime
    newest_version: str


class BriefedPerson(View, frozen=True, kw_only=True):
    """Somebody who may work on this line. `badge_sha256` is the hash of the badge's code, null without one."""

    username: str
    name: str
    locale: Locale
    badge_sha256: str | None


class BriefedStation(View, frozen=True, kw_only=True):
    code: str
    name: str
    processes: list[int]


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
