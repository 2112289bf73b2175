"""The set-up as a reducer: `advance(state, fact) -> (state, effects)`, `show(state) -> Sheet`. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from neurohub.contract.stations import DeviceState
from station.device.addresses import Port
from station.flow.facts import Device, DeviceSaid, Entered, Fact, GaugeRead, Pressed, Scanned
from station.flow.state import Line
from station.screen import Button, Choice, Field, FieldKind, Sheet, Tone
from station.settings import Settings
from station.setup.entries import (
    ENTRIES,
    PICKED,
    PORTS,
    Draft,
    Entry,
    Page,
    draft_of,
    problems,
    values_of,
)
from station.text import known, say

PAGES: Final = tuple(Page)
_WORDS: Final = {"language": "button.language", "leave": "button.cancel"}  # as at work


class Finding(Struct, frozen=True):
    """What is said below a field: that it is wrong, what to do for its trial, or that all is well."""

    tone: Tone
    line: Line


class Tried(Fact, frozen=True, kw_only=True):
    """What the trial `number` says of the field `name`; one of before something else was entered says nothing."""

    name: str
    finding: Finding
    number: int = 0


class Picked(Fact, frozen=True, kw_only=True):
    """A file or folder was chosen for the field `name`."""

    name: str
    path: str


class NotKept(Fact, frozen=True, kw_only=True):
    """The settings file could not be written; `why` is what the system says."""

    why: str


class Try(Struct, frozen=True):
    """Try the parts of a page as they are entered."""

    page: Page
    settings: Settings
    number: int = 0


class Pick(Struct, frozen=True):
    """Let a file, or a folder, be chosen."""

    name: str
    folder: bool


class Save(Struct, frozen=True):
    """Keep the draft, and close."""

    draft: Draft


class Leave(Struct, frozen=True):
    """Close without keeping anything."""


Effect = Try | Pick | Save | Leave


class SetUp(Struct, frozen=True, kw_only=True):
    """What is entered so far, on which page, and what was found of it. `ports` are those plugged in at the start."""

    before: Settings
    values: dict[str, str]
    ports: tuple[Port, ...] = ()
    trial: int = 0  # the one whose findings count
    undelivered: int = 0  # events of the station that it is now
    page: Page = Page.SERVER
    findings: dict[str, Finding] = {}
    failure: str = ""


Step = tuple[SetUp, tuple[Effect, ...]]


def begin(draft: Draft, ports: tuple[Port, ...] = (), undelivered: int = 0) -> SetUp:
    return SetUp(before=draft.settings, values=values_of(draft), ports=ports, undelivered=undelivered)


def advance(state: SetUp, fact: Fact) -> Step:
    """Return the state after `fact`, and what is to be done for it."""
    match fact:
        case Entered(name=name, text=text) | Picked(name=name, path=text):
            findings = {of: found for of, found in state.findings.items() if of != name}
            values = {**state.values, name: text}
            return replace(state, values=values, findings=findings, trial=state.trial + 1), ()
        case Pressed(key=key):
            return _press(state, key)
        case NotKept(why=why):
            return replace(state, failure=why), ()
        case Tried(name=name, finding=finding, number=number):
            return (_found(state, name, finding) if number == state.trial else state), ()
        case Scanned(text=text, doubtful=doubtful):
            tone, end = (Tone.WARN, "doubtful") if doubtful else (Tone.GOOD, "read")
            return _found(state, "scanner", Finding(tone, Line(f"trial.scanner.{end}", {"text": text}))), ()
        case GaugeRead(value=value, unit=unit):
            line = Line("trial.gauge.read", {"text": f"{value:g} {unit}".strip()})
            return _found(state, "gauge", Finding(Tone.GOOD, line)), ()
        case DeviceSaid(device=Device.SCANNER | Device.GAUGE as device, state=said):
            tone, end = (Tone.WORK, "waits") if said is DeviceState.OK else (Tone.BAD, "missing")
            return _found(state, device, Finding(tone, Line(f"trial.{device}.{end}"))), ()
    return state, ()


def _found(state: SetUp, name: str, finding: Finding) -> SetUp:
    return replace(state, findings={**state.findings, name: finding})


def _press(state: SetUp, key: str) -> Step:
    at = PAGES.index(state.page)
    name, _, value = key.partition(":")
    if name == "pick":
        return state, (Pick(value, PICKED[value]),)
    if key == "back":
        return replace(state, page=PAGES[max(0, at - 1)]), ()
    if key == "leave":
        return state, (Leave(),)
    if key == "language":
        other = "en" if state.values["language"] == "ko" else "ko"
        return replace(state, values={**state.values, "language": other}), ()
    if wrong := problems(state.values, PAGES[: at + 1]) | _stranded(state):
        return _marked(state, wrong), ()
    if key == "try":
        settings, trial = draft_of(state.values, state.before).settings, state.trial + 1
        return replace(state, findings={}, trial=trial), (Try(state.page, settings, trial),)
    if key == "next" and state.page is not PAGES[-1]:
        return replace(state, page=PAGES[at + 1]), ()
    return state, (Save(draft_of(state.values, state.before)),) if key in {"next", "save"} else ()


def _stranded(state: SetUp) -> dict[str, Line]:
    """Say that work of the old station is still here: sent under another code it would be refused."""
    old = state.before.station
    if not state.undelivered or not old or state.values["station"].strip() == old:
        return {}
    return {"station": Line("set_up.undelivered", {"count": state.undelivered, "station": old})}


def _marked(state: SetUp, wrong: Mapping[str, Line]) -> SetUp:
    """Say what is wrong where it was entered, and go to that page."""
    page = next(entry.page for entry in ENTRIES if entry.name in wrong)
    return replace(state, page=page, findings={n: Finding(Tone.BAD, line) for n, line in wrong.items()})


def show(state: SetUp) -> Sheet:
    """Return the page as it is drawn."""
    number = PAGES.index(state.page) + 1
    page = _word(state, f"set_up.page.{state.page}")
    return Sheet(
        key=f"set-up-{state.page}",
        title=f"{_word(state, 'button.set-up')} · {number}/{len(PAGES)} {page}",
        note=_word(state, f"set_up.page.{state.page}.do")
        if not state.failure
        else say(state.values["language"], "set_up.not_kept", why=state.failure),
        fields=tuple(_field(state, entry) for entry in ENTRIES if entry.page is state.page),
        buttons=tuple(_buttons(state)),
        is_typed=True,
    )


def _field(state: SetUp, entry: Entry) -> Field:
    finding = state.findings.get(entry.name)
    return Field(
        name=entry.name,
        word=_word(state, f"set_up.{entry.name}"),
        kind=entry.kind,
        text=state.values[entry.name],
        choices=_choices(state, entry),
        required=entry.required,
        problem=_said(state, finding.line) if finding else "",
        tone=finding.tone if finding else Tone.BAD,
    )


def _choices(state: SetUp, entry: Entry) -> tuple[Choice, ...]:
    if entry.kind is not FieldKind.CHOICE:
        return ()
    if entry.name not in PORTS:
        words = {value: f"setting.{entry.name}.{value}" for value in entry.choices}
        return tuple(Choice(value=value, word=_word(state, key)) for value, key in words.items())
    names = {"": _word(state, f"set_up.{entry.name}.none")} | {
        port.address: port.name for port in state.ports
    }
    names.setdefault(state.values[entry.name], state.values[entry.name])  # set before, not plugged in now
    return tuple(Choice(value=value, word=word) for value, word in names.items())


def _buttons(state: SetUp) -> list[Button]:
    first, last = state.page is PAGES[0], state.page is PAGES[-1]
    picks = [entry.name for entry in ENTRIES if entry.page is state.page and entry.name in PICKED]
    keys = (
        [("leave", "Esc", Tone.IDLE), ("language", "F8", Tone.IDLE)] if first else [("back", "F9", Tone.IDLE)]
    )
    keys += [(f"pick:{name}", f"F{at}", Tone.IDLE) for at, name in enumerate(picks, start=6)]
    keys += [("try", "F5", Tone.WORK)]
    keys += [("save", "Return", Tone.GOOD) if last else ("next", "Return", Tone.IDLE)]
    return [
        Button(key=key, word=_word(state, _WORDS.get(key, f"set_up.button.{key}")), tone=tone, hotkey=hotkey)
        for key, hotkey, tone in keys
    ]


def _word(state: SetUp, key: str) -> str:
    return say(state.values["language"], key)


def _said(state: SetUp, line: Line) -> str:
    facts = {name: _word(state, text) if known(str(text)) else text for name, text in line.facts.items()}
    return say(state.values["language"], line.key, **facts)
