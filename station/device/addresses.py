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
    product: str | None


class Port(NamedTuple):
    """A serial port to choose: the address that stays the same in any socket, and what it is called here."""

    address: str
    name: str


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


def plugged_in(ports: ListPorts = list_ports.comports) -> tuple[Port, ...]:
    """Return the serial ports that are there now, each by what is plugged in where that names it alone."""
    found = sorted(ports(), key=lambda port: port.device)
    kinds = [(port.vid, port.pid) for port in found]
    return tuple(
        Port(_address(port, alone=kinds.count((port.vid, port.pid)) == 1), _name(port)) for port in found
    )


def _address(port: Plugged, *, alone: bool) -> str:
    if port.vid is None or port.pid is None or not (alone or port.serial_number):
        return port.device
    usb = f"{port.vid:04X}:{port.pid:04X}"
    return usb if alone else f"{usb}:{port.serial_number}"


def _name(port: Plugged) -> str:
    return " ".join(part for part in (port.device.removeprefix("/dev/"), port.product) if part)
