"""A ZPL printer without hardware: listens on loopback, answers `~HS`, keeps its labels, and breaks on demand.

Like a Zebra it serves one wire at a time, and a label that cannot come out waits in it. Its own thread.
"""

import contextlib
import re
import socket
import threading
import time
from enum import StrEnum
from typing import Final

POLL_S: Final = 0.02
CLOSE_MAX_S: Final = 1.0
_COMMAND: Final = re.compile(rb"~HS|\^XA.*?\^XZ", re.DOTALL)


class Fault(StrEnum):
    """`MUTE`: it takes everything and answers nothing, as without media. `REFUSES`: it is switched off."""

    NONE = "none"
    PAPER_OUT = "paper_out"
    RIBBON_OUT = "ribbon_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"
    FULL = "full"
    MUTE = "mute"
    REFUSES = "refuses"


class VirtualPrinter:
    """Set `fault` at any time, from any thread. A label takes `label_s` to come out."""

    def __init__(self, label_s: float = 0.0, port: int = 0) -> None:
        self.fault = Fault.NONE
        self._label_s = label_s
        self._lock = threading.Lock()
        self._inside: list[str] = []
        self._out: list[str] = []
        self._free_s = 0.0
        self._closing = threading.Event()
        self._listener: socket.socket | None = self._listen(port)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name="virtual-printer", daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what has come out, the oldest first, as ZPL."""
        with self._lock:
            self._work()
            return tuple(self._out)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(CLOSE_MAX_S)

    # --- the thread

    def _run(self) -> None:
        while not self._closing.is_set():
            if self._is_off():
                self._switch_off()
                self._closing.wait(POLL_S)
            else:
                with contextlib.suppress(OSError):  # the other side went away; the port may still be taken
                    self._listener = self._listener or self._listen(self.port)
                    self._serve(self._listener)
        self._switch_off()

    def _is_off(self) -> bool:
        return self._closing.is_set() or self.fault is Fault.REFUSES

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        listener.settimeout(POLL_S)
        return listener

    def _switch_off(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        with self._lock:
            self._inside.clear()

    def _serve(self, listener: socket.socket) -> None:
        """Take one wire and serve it to its end."""
        try:
            wire, _ = listener.accept()
        except TimeoutError:
            return
        received = b""
        with wire:
            wire.settimeout(POLL_S)
            while not self._is_off():
                try:
                    piece = wire.recv(4096)
                except TimeoutError:
                    continue
                if not piece:
                    return
                received = self._take(wire, received + piece)

    def _take(self, wire: socket.socket, received: bytes) -> bytes:
        """Do what `received` says and return what has only begun."""
        end = 0
        for command in _COMMAND.finditer(received):
            end = command.end()
            if command[0] != b"~HS":
                self._put(command[0].decode())
            elif self.fault is not Fault.MUTE:
                wire.sendall(self._status())
        return received[end:]

    # --- the label

    def _put(self, zpl: str) -> None:
        with self._lock:
            self._work()
            if not self._inside:
                self._free_s = time.monotonic() + self._label_s
            self._inside.append(zpl)

    def _work(self) -> None:
        """Bring out what is due; nothing while it is broken."""
        while self.fault is Fault.NONE and self._inside and time.monotonic() >= self._free_s:
            self._out.append(self._inside.pop(0))
            self._free_s = time.monotonic() + self._label_s

    def _status(self) -> bytes:
        with self._lock:
            self._work()
            inside = len(self._inside)
        fault = self.fault
        first = f"030,{fault is Fault.PAPER_OUT:d},{fault not in (Fault.NONE, Fault.FULL):d},0480"
        first += f",{max(0, inside - 1):03d},{fault is Fault.FULL:d},0,0,000,0,0,0"
        second = (
            f"000,0,{fault is Fault.HEAD_OPEN:d},{fault is Fault.RIBBON_OUT:d},1,2,4,0,{inside:08d},1,000"
        )
        return "".join(f"\x02{string}\x03\r\n" for string in (first, second, "0000,0")).encode()
