"""PostgreSQL's programs of the right major version: where they are, and how one is run with its progress shown.

Debian's first, then the wheel's. A backup of 15 is neither copied nor restored by another version's programs.
"""

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from neurohub.backup.problem import BackupError
from neurohub.embedded import binaries
from neurohub.embedded.account import Account
from neurohub.embedded.child import clean_environment
from neurohub.embedded.problem import EmbeddedError

Say = Callable[[str], None]
DEBIAN: Final = "/usr/lib/postgresql/{}/bin"
LINES_SHOWN: Final = 8
_PERCENT: Final = re.compile(r"\((\d+)%\)")
_STEP: Final = 10


def find(version: int, copies: Path, account: Account | None = None) -> Path:
    """Return the folder of the programs of `version` that `account` can start."""
    debian = Path(DEBIAN.format(version))
    if (debian / "pg_basebackup").exists():
        return debian
    try:
        wheel = binaries.postgres(copies, account)
    except EmbeddedError:
        wheel = None
    if wheel is not None and _major(wheel) == version:
        return wheel
    raise BackupError(
        f"PostgreSQL {version}'s programs are not here; install the package postgresql-{version}"
    )


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(re.findall(r"(\d+)[.\d]*", said.stdout)[0])


def run(command: Sequence[str | Path], say: Say) -> str:
    """Run a program to its end; say its progress in steps of 10 %. `BackupError` has its last words."""
    words = [str(part) for part in command]
    said: list[str] = []
    shown = 0
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean_environment()
    ) as process:
        assert process.stdout is not None  # noqa: S101 (asked for above)
        for line in process.stdout:
            if percent := _PERCENT.search(line):
                if (now := int(percent[1])) >= shown + _STEP:
                    shown = now - now % _STEP
                    say(f"  {shown} %")
            else:
                said.append(line.rstrip())
    if process.returncode != 0:
        words_of_it = "\n".join(said[-LINES_SHOWN:])
        raise BackupError(f"{Path(words[0]).name} failed:\n{words_of_it}")
    return "\n".join(said)
