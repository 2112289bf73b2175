"""A real screen for tests: Xvfb on a free number, keys by xdotool, ended by pid."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running() -> Iterator[str]:
    """Start a screen; yield its DISPLAY."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    try:
        yield display
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def station(display: str, folder, base: str, code: str, secret: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the station's program on `display`."""
    command = [sys.executable, "-m", "station", "--data-dir", str(folder)]
    command += ["--server", base, "--station", code, "--secret", secret]
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(folder)}
    program = subprocess.Popen(command, env=environment)
    try:
        yield program
    finally:
        program.terminate()
        program.wait(20)


def keys(display: str, *arguments: str) -> str:
    """Run xdotool; return what it says."""
    environment = os.environ | {"DISPLAY": display}
    done = subprocess.run(
        ["xdotool", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def window(display: str, timeout_s: float = 30) -> str:
    """Wait for the station's window; return its number."""
    deadline = time.monotonic() + timeout_s
    while not (found := keys(display, "search", "--onlyvisible", "--name", "^NeuroHub").split()):
        assert time.monotonic() < deadline, "no window came"
        time.sleep(0.1)
    return found[0]


def scan(display: str, text: str) -> None:
    """Type `text` as a scanner does: capitals with Shift held, then Enter."""
    keys(display, "type", "--delay", "3", text)
    keys(display, "key", "Return")


def once(folder, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the station's program to its end."""
    command = [sys.executable, "-m", "station", "--data-dir", str(folder)]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )
