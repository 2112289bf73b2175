"""What is entered when a PC is set up: the fields of each page, and the settings that they make. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from station.flow.state import Line
from station.screen import FieldKind
from station.settings import Settings


class Page(StrEnum):
    SERVER = "server"
    DEVICES = "devices"
    PROGRAM = "program"


class Entry(Struct, frozen=True, kw_only=True):
    """One field. `choices` empty for a port: those that are plugged in."""

    page: Page
    name: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False


class Draft(Struct, frozen=True, kw_only=True):
    """What is to be kept: the settings, the looks (as the flow keeps them), and whether it starts with the PC."""

    settings: Settings
    looks: dict[str, str]
    autostart: bool


LOOKS: Final = ("language", "theme", "text", "sound")
PORTS: Final = frozenset({"scanner", "gauge"})
_WHO: Final = ("server", "certificate", "station", "secret")
_FOLDERS: Final = ("result_folder", "firmware_folder")
PICKED: Final = {"certificate": False, "result_folder": True, "firmware_folder": True}  # is it a folder?
ENTRIES: Final = (
    Entry(page=Page.SERVER, name="server", required=True),
    Entry(page=Page.SERVER, name="certificate"),
    Entry(page=Page.SERVER, name="station", required=True),
    Entry(page=Page.SERVER, name="secret", kind=FieldKind.PASSWORD, required=True),
    Entry(page=Page.DEVICES, name="scanner", kind=FieldKind.CHOICE),
    Entry(page=Page.DEVICES, name="gauge", kind=FieldKind.CHOICE),
    Entry(page=Page.DEVICES, name="result_folder"),
    Entry(page=Page.DEVICES, name="firmware_folder"),
    Entry(page=Page.DEVICES, name="printer_code"),
    Entry(page=Page.DEVICES, name="printer"),
    Entry(page=Page.PROGRAM, name="language", kind=FieldKind.CHOICE, choices=("ko", "en")),
    Entry(page=Page.PROGRAM, name="theme", kind=FieldKind.CHOICE, choices=("dark", "light")),
    Entry(page=Page.PROGRAM, name="text", kind=FieldKind.CHOICE, choices=("normal", "large")),
    Entry(page=Page.PROGRAM, name="sound", kind=FieldKind.CHOICE, choices=("on", "off")),
    Entry(page=Page.PROGRAM, name="autostart", kind=FieldKind.CHOICE, choices=("true", "false")),
)


def values_of(draft: Draft) -> dict[str, str]:
    """Return the texts of the form that would make `draft`."""
    settings, devices = draft.settings, draft.settings.devices
    found = {name: getattr(settings, name) for name in _WHO}
    found |= {name: getattr(devices, name) for name in (*PORTS, *_FOLDERS)}
    code, address = next(iter(devices.printers.items()), ("", ""))
    found |= {"printer_code": code, "printer": address, "autostart": str(draft.autostart).lower()}
    return found | draft.looks


def draft_of(values: Mapping[str, str], before: Settings) -> Draft:
    """Return what `values` say; what the form does not ask for stays as it was `before`."""
    first = next(iter(before.devices.printers), "")
    others = {code: at for code, at in before.devices.printers.items() if code != first}
    code, address = values["printer_code"].strip(), values["printer"].strip()
    devices = replace(
        before.devices,
        **{name: values[name].strip() for name in (*PORTS, *_FOLDERS)},
        printers={code: address, **others} if address else others,
    )
    return Draft(
        settings=replace(before, **{name: values[name].strip() for name in _WHO}, devices=devices),
        looks={name: values[name] for name in LOOKS},
        autostart=values["autostart"] == "true",
    )


def problems(values: Mapping[str, str], pages: Sequence[Page] = tuple(Page)) -> dict[str, Line]:
    """Return what is wrong on `pages` that needs no trial, by field."""
    asked = [entry for entry in ENTRIES if entry.page in pages]
    found = {e.name: Line("bad.required") for e in asked if e.required and not values[e.name].strip()}
    if Page.SERVER in pages and "server" not in found and not _is_address(values["server"].strip()):
        found["server"] = Line("trial.server.address")
    if Page.DEVICES in pages and values["printer"].strip() and not values["printer_code"].strip():
        found["printer_code"] = Line("bad.required")
    return found


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
