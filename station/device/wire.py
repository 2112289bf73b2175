"""The wire to a printer, by network or serial: bytes there and back, each way within a time. Raises `OSError`.

Blocks; who calls it: the printer, in the printing thread.
"""

import socket
from typing import Final, Protocol

import serial

from station.device.addresses import Host, host_of, port_of

CONNECT_MAX_S: Final = 0.5
WRITE_MAX_S: Final = 2.0
_PIECE_BYTES: Final = 512  # at 9600 baud half a second
_ANSWER_BYTES: Final = 1024
_READ_S: Final = 0.2


class Wire(Protocol):
    def send(self, content: bytes) -> None: ...

    def receive(self, within_s: float) -> bytes:
        """Return what came, or nothing when nothing came for about `within_s`."""

    def close(self) -> None: ...


class TcpWire:
    def __init__(self, host: Host) -> None:
        self._socket = socket.create_connection((host.name, host.port), CONNECT_MAX_S)

    def send(self, content: bytes) -> None:
        self._socket.settimeout(WRITE_MAX_S)
        self._socket.sendall(content)

    def receive(self, within_s: float) -> bytes:
        self._socket.settimeout(max(within_s, 0.001))
        try:
            received = self._socket.recv(_ANSWER_BYTES)
        except TimeoutError:
            return b""
        if not received:
            raise ConnectionResetError("closed by the printer")
        return received

    def close(self) -> None:
        self._socket.close()


class SerialWire:
    """XON/XOFF is what a Zebra speaks unless told otherwise."""

    def __init__(self, address: str, baud: int) -> None:
        self._port = serial.Serial(
            port_of(address), baud, xonxoff=True, timeout=_READ_S, write_timeout=WRITE_MAX_S
        )

    def send(self, content: bytes) -> None:
        for start in range(0, len(content), _PIECE_BYTES):
            self._port.write(content[start : start + _PIECE_BYTES])

    def receive(self, within_s: float) -> bytes:  # noqa: ARG002  (another timeout would set up the port anew)
        return self._port.read(max(1, self._port.in_waiting))

    def close(self) -> None:
        self._port.close()


def open_wire(address: str, baud: int) -> Wire:
    host = host_of(address)
    try:
        return SerialWire(address, baud) if host is None else TcpWire(host)
    except OSError:
        raise
    except (
        Exception
    ) as error:  # termios.error of a port just unplugged, UnicodeError of a name, OverflowError ..
        raise ConnectionError(f"cannot open {address}") from error
