"""The settings file `station.toml`: where the service is, who this station is, which devices it has. Read once.

Made with comments at the first start, changed by the set-up or by hand. What an operator chooses (language, theme ..)
is not here but in the outbox.
"""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final

import msgspec
import platformdirs
import tomlkit
from msgspec import Struct

from station.device.settings import DeviceSettings

NAME: Final = "station.toml"
TEMPLATE: Final = Path(__file__).parent / "settings_template.toml"


class SettingsError(Exception):
    """The file cannot be used; the message names file, key and value for whoever edits it."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty texts in the first three: not set up yet. `certificate`: of a service with one of the plant's own."""

    server: str = ""
    station: str = ""
    secret: str = ""
    certificate: str = ""
    devices: DeviceSettings = DeviceSettings()

    @property
    def is_complete(self) -> bool:
        return bool(self.server and self.station and self.secret)


def data_folder() -> Path:
    """Return where this system keeps a program's data of this user."""
    return platformdirs.user_data_path("NeuroHub Station", appauthor=False)


def read(folder: Path) -> Settings:
    """Return the settings in `folder`; make the file when there is none. Raises `SettingsError`."""
    path = folder / NAME
    if not path.exists():
        write(folder, TEMPLATE.read_text(encoding="utf-8"))
    try:
        return _decode(path.read_bytes(), path)
    except OSError as error:
        raise SettingsError(f"{path}: {error}") from error


def save(folder: Path, settings: Settings) -> None:
    """Put `settings` into the file; the comments in it stay where they are. Raises `SettingsError`."""
    path = folder / NAME
    text = (path if path.exists() else TEMPLATE).read_text(encoding="utf-8")
    document = tomlkit.parse(text)
    _put(document, msgspec.to_builtins(settings))
    changed = tomlkit.dumps(document)
    _decode(changed.encode(), path)
    write(folder, changed)


def _decode(text: bytes, path: Path) -> Settings:
    try:
        return msgspec.toml.decode(text, type=Settings)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _put(table: MutableMapping[str, Any], values: Mapping[str, Any]) -> None:
    for name in [name for name in table if name not in values]:
        del table[name]
    for name, value in values.items():
        inner = table.get(name)
        if isinstance(value, dict) and isinstance(inner, MutableMapping):
            _put(inner, value)
        elif inner != value:
            table[name] = value


def write(folder: Path, text: str) -> None:
    """Replace the file at once or not at all; only this user may read it, for the secret is in it."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{NAME}.tmp"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
