"""Starting with the PC: an entry of this user's desktop that starts the program. Linux and Windows; nothing else.

Linux: a file in the folder that every desktop reads at sign-in. Windows: a value of the registry key `Run`.
Who calls it: the set-up.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import platformdirs

from station.settings import data_folder

NAME: Final = "NeuroHub Station"
FILE: Final = "neurohub-station.desktop"
_RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"


def command(folder: Path) -> list[str]:
    """Return what starts this program on `folder`: itself where it is frozen, else its command, else the module."""
    if getattr(sys, "frozen", False):
        program = [sys.executable]
    else:
        beside = shutil.which("neurohub-station", path=str(Path(sys.executable).parent))
        program = [beside] if beside else [sys.executable, "-m", "station"]
    return program if folder == data_folder() else [*program, "--data-dir", str(folder)]


def is_on() -> bool:
    """Tell whether the program starts with the PC."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415  (a module of Windows)

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
                winreg.QueryValueEx(key, NAME)
        except OSError:
            return False
        return True
    return entry_path().exists()


def turn(folder: Path, *, on: bool, place: Path | None = None) -> None:
    """Let the program start with the PC on `folder`, or no more. `place`: of the desktop entry, else this user's."""
    place = place or entry_path()
    if sys.platform == "win32":
        _turn_on_windows(subprocess.list2cmdline(command(folder)) if on else "")
    elif on:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(entry(command(folder)), encoding="utf-8")
    else:
        place.unlink(missing_ok=True)


def entry(words: list[str]) -> str:
    """Return the desktop entry that runs `words`."""
    quoted = " ".join(_quoted(word) for word in words)
    return f"[Desktop Entry]\nType=Application\nName={NAME}\nExec={quoted}\nTerminal=false\n"


def _quoted(word: str) -> str:
    """Return an argument as the Desktop Entry Specification wants it in `Exec`; `%` would be a field code."""
    inside = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word.replace("%", "%%"))
    return '"' + inside.replace("\\", "\\\\") + '"'


def entry_path() -> Path:
    return platformdirs.user_config_path("autostart") / FILE


def _turn_on_windows(line: str) -> None:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415  (a module of Windows)

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
            if line:
                winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, line)
            elif is_on():
                winreg.DeleteValue(key, NAME)
