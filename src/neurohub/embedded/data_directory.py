"""The data directory of a local service: its layout, its lock, its secrets and what may be wrong with it.

lock          pid of the `up` that uses it      run.json      how to reach that `up` (0600)
secrets/      0600, made once                   firmware/     uploaded firmware
postgres/     the cluster, see `postgres`       programs/     copies of servers, see `binaries`
run/ logs/    sockets; logs of the servers      demo          yes or no, as chosen last
"""

import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec
import platformdirs
import psutil
from msgspec import Struct

from neurohub.embedded import home
from neurohub.embedded.problem import EmbeddedError
from neurohub.embedded.sockets import socket_folder

DISK_MIN_BYTES: Final = 500 * 1024 * 1024
STOP_TIMEOUT_S: Final = 60.0
POLL_S: Final = 0.05
# What `reset` deletes: all of it but the lock, which keeps an `up` out meanwhile.
_OWN: Final = (
    "run.json",
    "secrets",
    "firmware",
    "postgres",
    "postgres.new",
    "programs",
    "run",
    "logs",
    "demo",
)


class Running(Struct, frozen=True, kw_only=True):
    """How to reach the service that `up` runs from this directory."""

    pid: int
    database_url: str
    redis_url: str | None
    address: str


def default_folder() -> Path:
    """Return the user's data directory; for root the site's, as /root is closed to PostgreSQL's account."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/neurohub")
    return Path(platformdirs.user_data_dir("neurohub", appauthor=False))


def prepare(folder: Path) -> None:
    """Make `folder` and check that it can be written and has room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise EmbeddedError(
            f"{folder} cannot be written ({error.strerror}); set NEUROHUB_DATA_DIR to a folder that is yours"
        ) from None
    check_disk(folder, shutil.disk_usage(folder).free)


def check_disk(folder: Path, free_bytes: int) -> None:
    """Refuse to start where a database would soon have no room."""
    if free_bytes < DISK_MIN_BYTES:
        raise EmbeddedError(
            f"The disk of {folder} has {free_bytes >> 20} MB left and {DISK_MIN_BYTES >> 20} MB are needed; "
            "make room, or set NEUROHUB_DATA_DIR to another disk"
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process; the kernel lets go of it whatever ends us."""
    with (folder / "lock").open("a+", encoding="ascii") as file:
        if not _lock_soon(file):
            raise EmbeddedError(
                f"A service is already running from {folder} (pid {holder(folder) or 'unknown'}); "
                "stop it with `neurohub down`, or set NEUROHUB_DATA_DIR to another folder"
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            (folder / "run.json").unlink(missing_ok=True)
            file.truncate(0)


def _lock_soon(file: IO[str]) -> bool:
    """Try for a moment: `holder` of another command holds the lock for the blink of its look."""
    for _ in range(5):
        if _try_lock(file):
            return True
        time.sleep(POLL_S)
    return False


def holder(folder: Path) -> int | None:
    """Return the pid of the process that holds `folder`, or None."""
    path = folder / "lock"
    try:
        with path.open("r+", encoding="ascii") as file:
            if _try_lock(file):
                return None
            file.seek(0)
            return int(file.read() or 0) or None
    except (FileNotFoundError, ValueError):
        return None


def stop(folder: Path, timeout_s: float = STOP_TIMEOUT_S) -> int | None:
    """End the service that runs from `folder` and wait for it; return its pid, None when there is none."""
    pid = holder(folder)
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        _wait_until_ended(process, time.monotonic() + timeout_s)
    except psutil.NoSuchProcess:
        pass
    except psutil.AccessDenied:
        raise EmbeddedError(
            f"The service (pid {pid}) belongs to another user; stop it as that user"
        ) from None
    return pid


def _wait_until_ended(process: psutil.Process, end: float) -> None:
    """Wait for the end of a process; a zombie has ended, whether its parent has looked or not."""
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            raise EmbeddedError(f"The service (pid {process.pid}) does not end; look at what it is doing")
        time.sleep(POLL_S)


def reset(folder: Path) -> None:
    """Delete what a local service keeps in `folder`, and nothing that is not its own."""
    with locked(folder):
        files = home.existing(folder)
        (folder / home.LINK).unlink(missing_ok=True)
        for path in [
            socket_folder(files),
            *(folder / name for name in _OWN),
            *([files] if files != folder else []),
        ]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def secret(folder: Path, name: str, given: str | None = None) -> str:
    """Return the secret `name`: what is `given` (kept then), what is kept, else a new random one."""
    path = folder / "secrets" / name
    if given is None and path.exists():
        return path.read_text(encoding="utf-8")
    text = given or secrets.token_urlsafe(32)
    write_private(path, text.encode())
    return text


def write_running(folder: Path, running: Running) -> None:
    write_private(folder / "run.json", msgspec.json.encode(running))


def read_running(folder: Path) -> Running | None:
    """Return how to reach the service that runs from `folder` now, or None."""
    if holder(folder) is None:
        return None
    try:
        return msgspec.json.decode((folder / "run.json").read_bytes(), type=Running)
    except FileNotFoundError:
        return None


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        """Lock a byte far behind the text, which others may still read."""
        file.seek(1 << 20)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
