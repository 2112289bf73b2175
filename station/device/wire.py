"""The wire to a printer, by network or serial: bytes there and back, each way within a time. Raises `OSError`.

Blocks; who calls it: the printer, in the printing thread.
"""

import socket
from typing import Final, Protocol

from station.device.addresses import Host, host_of
from station.device.serial_port import SerialPort

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
        try:
            self._socket = socket.create_connection((host.name, host.port), CONNECT_MAX_S)
        except (UnicodeError, OverflowError) as error:  # a name or a port that cannot be one
            raise ConnectionError(f"{host.name}:{host.port} is no address") from error

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
        self._port = SerialPort(address, baud, read_s=_READ_S, write_s=WRITE_MAX_S, xonxoff=True)

    def send(self, content: bytes) -> None:
        for start in range(0, len(content), _PIECE_BYTES):
            self._port.write(content[start : start + _PIECE_BYTES])

    def receive(self, within_s: float) -> bytes:  # noqa: ARG002  (another timeout would set up the port anew)
        return self._port.read()

    def close(self) -> None:
        self._port.close()


def open_wire(address: str, baud: int) -> Wire:
    host = host_of(address)
    return SerialWire(address, baud) if host is None else TcpWire(host)
