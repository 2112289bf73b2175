"""The `neurohub` command as a person calls it: in a process of its own, with an environment of its own."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

START_TIMEOUT_S = 60


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "neurohub", *words]


def run(environment: dict[str, str], *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with `said` typed into it."""
    return subprocess.run(
        command(*words),
        env=environment,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def up(environment: dict[str, str], *words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start `up`, wait until it says that it answers, and never leave it behind."""
    process = subprocess.Popen(
        command("up", *words),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(START_TIMEOUT_S, process.kill)
    watchdog.start()
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert "Ctrl-C" in said[-1], "".join(said)
        watchdog.cancel()
        yield process, said
    finally:
        watchdog.cancel()
        process.send_signal(signal.SIGTERM)
        process.communicate()


def is_alive(process: psutil.Process) -> bool:
    """A zombie has ended; in a container nobody may come to bury it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_ended(processes: list[psutil.Process]) -> None:
    for process in processes:
        while is_alive(process):  # bounded by the time-out of the test
            with suppress(psutil.TimeoutExpired):
                process.wait(0.05)
