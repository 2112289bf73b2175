"""Master data on the wire: what an admin may add and change, and what is answered.

A change names only the fields it changes. `active: false` is what deactivating does; `true` undoes it.
Passwords and badges go in and never out. Stations, with their secrets, are in `contract.stations`.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from neurohub.contract import forms
from neurohub.contract.commands import Command, Password, ProcessNo
from neurohub.contract.enums import Locale, Role
from neurohub.contract.forms import Badge, Key, Label, LineCode, ModelCode, Username
from neurohub.contract.printing import LabelKind
from neurohub.contract.views import View

DailyTarget = Annotated[int, Meta(ge=1, le=100_000)]
Seconds = Annotated[int, Meta(ge=1, le=864_000)]
Dpi = Literal[203, 300]
LabelKinds = Annotated[list[LabelKind], Meta(min_length=1, max_length=3)]
DefectCodeKey = Annotated[
    str, forms.of(forms.whole(r"[A-Z][A-Z0-9_]{0,39}"), "1..40 capital letters, digits and _")
]
PersonRole = Literal["viewer", "worker", "manager", "admin"]  # every role but the station


class AddLine(Command, frozen=True, kw_only=True):
    code: LineCode
    name: Label
    daily_target: DailyTarget = 100


class ChangeLine(Command, frozen=True, kw_only=True):
    name: Label | UnsetType = UNSET
    daily_target: DailyTarget | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class LineView(View, frozen=True, kw_only=True):
    code: str
    name: str
    daily_target: int
    active: bool


class AddModel(Command, frozen=True, kw_only=True):
    code: ModelCode
    name: Label


class ChangeModel(Command, frozen=True, kw_only=True):
    name: Label | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class ModelView(View, frozen=True, kw_only=True):
    code: str
    name: str
    active: bool


class ChangeProcess(Command, frozen=True, kw_only=True):
    """With `model` only that model's route changes: its standard time and whether rework is possible."""

    model: ModelCode | UnsetType = UNSET
    standard_s: Seconds | UnsetType = UNSET
    rework: bool | UnsetType = UNSET
    name_ko: Label | UnsetType = UNSET
    name_en: Label | UnsetType = UNSET


class ProcessView(View, frozen=True, kw_only=True):
    """A process as it stands, or as it is for `model`."""

    process: int
    code: str
    name_ko: str
    name_en: str
    scan: str
    standard_s: int
    rework: bool
    model: str | None


class SetLimits(Command, frozen=True, kw_only=True):
    """A new version of a model's limits. `limits` has the shape of `LimitSetView.limits`, all of it."""

    model: ModelCode
    limits: dict[str, Any]


class LimitSetView(View, frozen=True, kw_only=True):
    version: int
    model: str
    limits: dict[str, Any]
    current: bool
    created_at: datetime
    created_by: str


class AddDefectCode(Command, frozen=True, kw_only=True):
    process: ProcessNo
    code: DefectCodeKey
    name_ko: Label
    name_en: Label


class ChangeDefectCode(Command, frozen=True, kw_only=True):
    name_ko: Label | UnsetType = UNSET
    name_en: Label | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DefectCodeView(View, frozen=True, kw_only=True):
    process: int
    code: str
    name_ko: str
    name_en: str
    active: bool


class AddEquipment(Command, frozen=True, kw_only=True):
    code: Key
    name: Label
    line: LineCode | None = None
    process: ProcessNo | None = None
    maintenance_due: date | None = None


class ChangeEquipment(Command, frozen=True, kw_only=True):
    name: Label | UnsetType = UNSET
    line: LineCode | UnsetType | None = UNSET
    process: ProcessNo | UnsetType | None = UNSET
    maintenance_due: date | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class EquipmentView(View, frozen=True, kw_only=True):
    """`maintenance_is_due`: within 7 days of plant time, or overdue."""

    code: str
    name: str
    line: str | None
    process: int | None
    maintenance_due: date | None
    maintenance_is_due: bool
    active: bool


class AddPrinter(Command, frozen=True, kw_only=True):
    """`address` is where the printer listens, as `host:port` or the name of a local queue.

    `kinds` are the labels it is loaded with, `station` is the PC that drives it: without one nobody prints.
    """

    code: Key
    name: Label
    line: LineCode | None = None
    address: Label
    dpi: Dpi = 203
    kinds: LabelKinds = field(default_factory=lambda: list(LabelKind))
    station: Key | None = None


class ChangePrinter(Command, frozen=True, kw_only=True):
    name: Label | UnsetType = UNSET
    line: LineCode | UnsetType | None = UNSET
    address: Label | UnsetType = UNSET
    dpi: Dpi | UnsetType = UNSET
    kinds: LabelKinds | UnsetType = UNSET
    station: Key | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class PrinterView(View, frozen=True, kw_only=True):
    code: str
    name: str
    line: str | None
    address: str
    dpi: int
    kinds: list[LabelKind]
    station: str | None
    active: bool


class AddUser(Command, frozen=True, kw_only=True):
    """A worker needs a line: it is where a worker's rights end. The badge is what a station scans."""

    username: Username
    name: Label
    role: PersonRole
    locale: Locale = Locale.KOREAN
    line: LineCode | None = None
    password: Password
    badge: Badge | None = None


class ChangeUser(Command, frozen=True, kw_only=True):
    """A new password and deactivating end all sign-ins of the person. `badge: null` takes the badge back."""

    name: Label | UnsetType = UNSET
    role: PersonRole | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    line: LineCode | UnsetType | None = UNSET
    password: Password | UnsetType = UNSET
    badge: Badge | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class UserView(View, frozen=True, kw_only=True):
    username: str
    name: str
    role: Role
    locale: Locale
    line: str | None
    has_badge: bool
    active: bool
    created_at: datetime
