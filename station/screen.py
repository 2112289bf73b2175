"""The screen as data: what `flow.show` says and the views draw. Texts are in the operator's language already.

No widget, no decision. Every state is a tone (colour), an icon and a word, so that colour is never alone.
"""

from enum import StrEnum

from msgspec import Struct


class Tone(StrEnum):
    """What a state means; the theme gives each its colours. `SAVED`: on disk here, the service has yet to answer."""

    IDLE = "idle"
    WORK = "work"
    SAVED = "saved"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Icon(StrEnum):
    SCAN = "scan"
    BADGE = "badge"
    WORK = "work"
    SAVED = "saved"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    ARROW = "arrow"
    REPAIR = "repair"
    SERVER = "server"
    QUEUE = "queue"
    SCANNER = "scanner"
    PRINTER = "printer"
    GAUGE = "gauge"
    FOLDER = "folder"
    CLOCK = "clock"
    LIST = "list"
    UNDO = "undo"


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    REMARK = "remark"  # the only field that takes Hangul
    PASSWORD = "password"  # noqa: S105


class Part(Struct, frozen=True, kw_only=True):
    """Base of what a screen is made of."""


class Chip(Part, frozen=True, kw_only=True):
    """A device or the server, always in sight: icon + word (+ number)."""

    key: str
    icon: Icon
    word: str
    tone: Tone


class Button(Part, frozen=True, kw_only=True):
    """Posts `Pressed(key)`. `hotkey` is a Qt key sequence, `barcode` the command barcode that does the same."""

    key: str
    word: str
    tone: Tone = Tone.IDLE
    hotkey: str = ""
    barcode: str = ""
    enabled: bool = True
    left_s: float | None = None  # counts down where the offer ends by itself (undo)


class Choice(Part, frozen=True, kw_only=True):
    value: str
    word: str


class Field(Part, frozen=True, kw_only=True):
    """One input of the form; posts `Entered(name, text)` on each change. `problem` says what is wrong, or nothing."""

    name: str
    word: str
    kind: FieldKind
    text: str = ""
    unit: str = ""
    range: str = ""  # the limits of a measurement, where they are known
    choices: tuple[Choice, ...] = ()
    required: bool = False
    problem: str = ""
    tone: Tone = Tone.BAD  # of `problem`: in the set-up it may also be that all is well


class Limit(Part, frozen=True, kw_only=True):
    """A measurement beside its limits, for the result: `text` is the value with unit, `range` the limits."""

    word: str
    text: str
    range: str
    tone: Tone


class Banner(Part, frozen=True, kw_only=True):
    """What somebody must know while something else goes on (a late refusal, no paper); stays until acknowledged."""

    tone: Tone
    icon: Icon
    word: str
    detail: str
    button: Button | None = None


class Row(Part, frozen=True, kw_only=True):
    """A line of a list (history, refused, defect codes): posts `Pressed(key)` where it has one, as `hotkey` does."""

    key: str = ""
    hotkey: str = ""
    chosen: bool = False
    tone: Tone
    icon: Icon
    cells: tuple[str, ...]


class Sheet(Part, frozen=True, kw_only=True):
    """A list or form over the job: history, refused events, choice of a defect, settings, diagnostics, help."""

    key: str
    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    note: str = ""
    is_typed: bool = False  # its first empty field has the focus


class Screen(Part, frozen=True, kw_only=True):
    """All that is drawn. `headline` is the one thing to read from three metres, `code` the unit in the other."""

    station: str
    process: str
    operator: str
    clock: str
    language: str  # ko | en
    theme: str  # dark | light
    text: str = "normal"  # | large
    tone: Tone
    icon: Icon
    headline: str
    code: str = ""
    detail: tuple[str, ...] = ()
    arrow: str = ""  # where the unit should go instead
    progress: float | None = None  # of the standard time; over 1 when it is over
    elapsed: str = ""
    limits: tuple[Limit, ...] = ()
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    chips: tuple[Chip, ...] = ()
    banner: Banner | None = None
    recent: tuple[Row, ...] = ()
    counts: tuple[Choice, ...] = ()  # word + number of today: done, failed, reworked
    sheet: Sheet | None = None
