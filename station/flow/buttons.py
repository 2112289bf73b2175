"""Buttons: word, key of the keyboard and command barcode of each deed, the same wherever it is offered."""

from collections.abc import Mapping
from typing import Final

from station.flow import plant, reading
from station.flow.state import State
from station.flow.words import word
from station.screen import Button, Tone

# Function keys work while a form is being typed into; digits only where nothing is typed.
HOTKEYS: Final[Mapping[str, str]] = {
    "ok": "Return",
    "enter": "Return",
    "cancel": "Esc",
    "yes": "F1",
    "no": "F2",
    "clear": "F4",
    "pass": "F5",
    "fail": "F6",
    "rework": "F7",
    "error": "F8",
    "undo": "F9",
    "menu": "F10",
    "reprint": "F11",
    "sign-in": "F12",
    "history": "1",
    "refused": "2",
    "settings": "3",
    "diagnostics": "4",
    "help": "5",
    "sign-out": "6",
    "language": "1",
    "theme": "2",
    "sound": "3",
    "text": "4",
    "set-up": "7",
    "card": "7",
    "prev-day": "Left",
    "next-day": "Right",
    "filter": "F2",
    "next": "Down",
    "retry": "F5",
    "settle": "F6",
    "correct": "F7",
    "label-yes": "F5",
    "label-no": "F6",
}
BANNER_HOTKEY: Final = "F3"  # whatever the banner leads to
TONES: Final = {"pass": Tone.GOOD, "fail": Tone.BAD, "rework": Tone.WARN, "undo": Tone.SAVED}


def button(state: State, key: str, *, hotkey: str = "", left_s: float | None = None) -> Button:
    """Return the button of a deed."""
    name, _, value = key.partition(":")
    words = (
        word(state, "button.process", process=value) if name == "process" else word(state, f"button.{key}")
    )
    return Button(
        key=key,
        word=words,
        tone=TONES.get(key, Tone.IDLE),
        hotkey=hotkey or HOTKEYS.get(key, ""),
        barcode=reading.barcode_of(key),
        left_s=left_s,
    )


def choose_process(state: State) -> tuple[Button, ...]:
    return tuple(button(state, f"process:{n}", hotkey=f"Ctrl+{n}") for n in plant.processes(state))
