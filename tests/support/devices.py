"""Devices under test: a serial port that can be unplugged (a pty), and the facts that a device posts, in order."""

import os
import queue
import select
import tty
from pathlib import Path
from typing import Any

from station.flow.facts import Fact

WAIT_S = 10.0


class Facts:
    """Call it as `Post`; ask it for facts in the order they came."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Fact] = queue.SimpleQueue()
        self._kept: list[Fact] = []

    def __call__(self, fact: Fact) -> None:
        self._queue.put(fact)

    def next(self, kind: type) -> Any:
        """Return the next fact of `kind`, waiting for it; others stay for whoever asks for them."""
        while not any(isinstance(fact, kind) for fact in self._kept):
            self._kept.append(self._queue.get(timeout=WAIT_S))
        found = next(fact for fact in self._kept if isinstance(fact, kind))
        self._kept.remove(found)
        return found

    def rest(self) -> list[Fact]:
        """Return what nobody has asked for, now."""
        while not self._queue.empty():
            self._kept.append(self._queue.get())
        return self._kept


class Socket:
    """A socket for one serial device. `address` stays the same whatever is plugged in."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "port")
        self._device: int | None = None

    def plug(self) -> None:
        self._device, port = os.openpty()
        tty.setraw(port)
        Path(self.address).symlink_to(os.ttyname(port))
        self._port = port  # held open: a device is there before anybody opens it

    def unplug(self) -> None:
        if self._device is not None:
            Path(self.address).unlink()
            os.close(self._port)
            os.close(self._device)
            self._device = None

    def send(self, content: bytes) -> None:
        assert self._device is not None
        os.write(self._device, content)

    def receive(self, within_s: float = 0.05) -> bytes:
        """Return what was written to the port, or nothing when nothing was."""
        assert self._device is not None
        ready, _, _ = select.select([self._device], [], [], within_s)
        return os.read(self._device, 4096) if ready else b""
