"""Where a device is: a name of the system, what is plugged in (`VID:PID[:serial]`), or `host:port` of a printer."""

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Final, NamedTuple, Protocol

from msgspec import Meta
from serial.tools import list_ports

_USB: Final = re.compile(r"([0-9A-F]{4}):([0-9A-F]{4})(?::(.+))?", re.ASCII | re.IGNORECASE)
_HOST: Final = re.compile(r"([^:/\\\s]+|\[[0-9a-fA-F:]+\])(?::([0-9]{1,5}))?", re.ASCII)
_SERIAL_NAME: Final = re.compile(r"COM[0-9]{1,3}", re.ASCII | re.IGNORECASE)
RAW_PORT: Final = 9100

Address = Annotated[str, Meta(min_length=1, max_length=200)]


class Host(NamedTuple):
    """A printer in the network."""

    name: str
    port: int


class Plugged(Protocol):
    """What `serial.tools.list_ports` says of a port."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None


ListPorts = Callable[[], Iterable[Plugged]]


def host_of(address: str) -> Host | None:
    """Return the host that `address` names, or None when it names a serial port."""
    match = _HOST.fullmatch(address)
    if match is None or _USB.fullmatch(address) or _SERIAL_NAME.fullmatch(address):
        return None
    return Host(match[1].strip("[]"), int(match[2] or RAW_PORT))


def port_of(address: str, ports: ListPorts = list_ports.comports) -> str:
    """Return the system's name of the serial port at `address`; raise `OSError` when it is not plugged in."""
    match = _USB.fullmatch(address)
    if match is None:
        return address
    vid, pid, serial_number = int(match[1], 16), int(match[2], 16), match[3]
    for port in ports():
        if (port.vid, port.pid) == (vid, pid) and serial_number in (None, port.serial_number):
            return port.device
    raise FileNotFoundError(f"{address} is not plugged in")
