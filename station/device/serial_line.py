"""A serial device that speaks in lines: opened, read, and opened again when it was unplugged, in its own thread.

It asks nothing and knows no scanner and no gauge; they say what a line means. What an error says is never looked
at: its words differ by system. Whatever goes wrong, the port is closed and tried again each second.
"""

import threading
from collections.abc import Callable
from typing import Final

import structlog

from neurohub.contract.stations import DeviceState
from station.device.said import Said
from station.device.serial_port import SerialPort
from station.device.splitting import Line, Splitter

RETRY_S: Final = 1.0
HALF_S: Final = 0.3  # a line that has begun goes on sooner, or not at all
WRITE_MAX_S: Final = 1.0
CLOSE_MAX_S: Final = 1.0
_log = structlog.get_logger(__name__)

Heard = Callable[[Line], None]


class SerialLine:
    """Posts the state of the device at `address`, and hands each line to `heard`, in its own thread."""

    def __init__(
        self, address: str, baud: int, said: Said, heard: Heard, *, retry_s: float = RETRY_S
    ) -> None:
        self._address, self._baud, self._said, self._heard = address, baud, said, heard
        self._retry_s = retry_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"serial {address}", daemon=True)

    def start(self) -> None:
        if self._address:
            self._thread.start()
        else:
            self._said.say(DeviceState.OFF)

    def close(self) -> None:
        self._closing.set()
        if self._address:
            self._thread.join(CLOSE_MAX_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._read()
            except OSError as error:
                _log.debug("serial.lost", address=self._address, error=repr(error))
                self._say_missing()
            except Exception:  # noqa: BLE001  (the edge of a thread: a bug is told, and nobody trusts a dead scanner)
                _log.exception("serial.failed", address=self._address)
                self._say_missing()

    def _say_missing(self) -> None:
        self._said.say(DeviceState.MISSING, self._address)
        self._closing.wait(self._retry_s)

    def _read(self) -> None:
        """Read until the port is gone, which raises, or this is closed."""
        splitter = Splitter()
        with SerialPort(self._address, self._baud, read_s=HALF_S, write_s=WRITE_MAX_S) as port:
            self._said.say(DeviceState.OK, port.name)
            while not self._closing.is_set():
                received = port.read()
                for line in splitter.feed(received) if received else splitter.cut():
                    self._heard(line)
