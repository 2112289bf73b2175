"""A server process that is our child: apart from the terminal, ended when we end, watched until ready.

Who calls it: `postgres` and `valkey`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from neurohub.embedded.account import Account, popen
from neurohub.embedded.problem import EmbeddedError

POLL_S: Final = 0.01
LOG_MAX_BYTES: Final = 10_000_000
_PR_SET_PDEATHSIG: Final = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(
    command: Sequence[str | Path], log: Path, account: Account | None, end_signal: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start `command` with its output in `log`; the kernel sends it `end_signal` should we die (Linux)."""
    _rotate(log)
    parent = os.getpid()

    def die_with_parent() -> None:
        # Runs in the child after the change of user, which would have cleared it.
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(end_signal))
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/" if sys.platform != "win32" else None,
            env=clean_environment(),
            start_new_session=True,  # Ctrl-C must reach us alone: the order of the stop is ours
            preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (started before our threads)
            **popen(account),
        )


def clean_environment() -> dict[str, str]:
    """Return an environment without PG* and locale, which would change what a server does."""
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if key in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def wait_ready(
    process: subprocess.Popen[bytes], name: str, ready: Callable[[], bool], log: Path, timeout_s: float
) -> None:
    """Wait until `ready()`; a process that ends or takes too long raises with the end of its log."""
    end = time.monotonic() + timeout_s
    while not ready():
        if process.poll() is not None:
            raise EmbeddedError(f"{name} ended at its start (code {process.returncode}):\n{tail(log)}")
        if time.monotonic() > end:
            raise EmbeddedError(f"{name} was not ready within {timeout_s:.0f} s:\n{tail(log)}")
        time.sleep(POLL_S)


@contextmanager
def watched(process: subprocess.Popen[bytes], name: str, log: Path) -> Iterator[None]:
    """End us as SIGTERM does should `process` end inside the block, and raise with the end of its log."""
    leaving = threading.Event()

    def follow() -> None:
        process.wait()
        if not leaving.is_set():
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name=f"follow {name}", daemon=True).start()
    try:
        yield
    finally:
        leaving.set()
        if process.returncode is not None:
            raise EmbeddedError(f"{name} ended (code {process.returncode}):\n{tail(log)}")


def stop(process: subprocess.Popen[bytes], end_signal: signal.Signals, timeout_s: float) -> None:
    """Ask the process to end and wait; after `timeout_s` it is killed."""
    if process.poll() is None:
        process.send_signal(end_signal)
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    if not log.exists():
        return ""
    text = log.read_bytes()[-8192:].decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
        log.replace(log.with_suffix(".old.log"))
