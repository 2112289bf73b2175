"""A serial port of which every failure is an `OSError`.

The library raises others, too, by system and moment: `termios.error` and `TypeError` of a port that was just
unplugged, `ValueError` and `OverflowError` of a speed it does not have. Blocks; who calls it: `serial_line`, `wire`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import serial

from station.device.addresses import port_of


class SerialPort:
    """The port at `address`, open. `xonxoff` as the other side has it; each way ends within its time in seconds."""

    def __init__(
        self, address: str, baud: int, *, read_s: float, write_s: float, xonxoff: bool = False
    ) -> None:
        self.name = port_of(address)
        with _failing_as_os_error(self.name):
            self._port = serial.Serial(
                self.name, baud, xonxoff=xonxoff, timeout=read_s, write_timeout=write_s
            )

    def read(self) -> bytes:
        """Return what came: all that is there, or what comes first within the time, or nothing."""
        with _failing_as_os_error(self.name):
            return self._port.read(max(1, self._port.in_waiting))

    def write(self, content: bytes) -> None:
        with _failing_as_os_error(self.name):
            self._port.write(content)

    def close(self) -> None:
        self._port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _failing_as_os_error(name: str) -> Iterator[None]:
    """Hold nothing but calls of the library: what else fails inside is not the port's fault."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise ConnectionError(f"{name} is lost") from error
