"""One ZPL printer, by network or serial: how it is, and a label sent to it. No thread, no job; `printing` has them.

A printer may be connected and not answer: a Zebra without media, without ribbon or with its head open does not. That
is a state of its own, and afterwards the wire is opened anew, for nobody knows what is still on it.
"""

import time
from typing import Final, NamedTuple

from neurohub.contract.stations import DeviceState
from station.device import host_status
from station.device.host_status import HostStatus
from station.device.wire import Wire, open_wire

ANSWER_MAX_S: Final = 1.0


class Told(NamedTuple):
    """How a printer is; `status` is what it answered, if it did."""

    state: DeviceState
    status: HostStatus | None = None


class Printer:
    """The printer at `address`: `host:9100` or a serial port."""

    def __init__(self, address: str, baud: int, answer_max_s: float = ANSWER_MAX_S) -> None:
        self.address = address
        self._baud, self._answer_max_s = baud, answer_max_s
        self._wire: Wire | None = None

    def ask(self) -> Told:
        """Return how the printer is; never raises. `MISSING` or `SILENT`: what was sent before may be gone."""
        try:
            wire = self._opened()
            wire.send(host_status.ASK)
            status = host_status.parse(self._answer(wire))
        except OSError:
            self.close()
            return Told(DeviceState.MISSING)
        if status is None:
            self.close()
            return Told(DeviceState.SILENT)
        return Told(status.state, status)

    def send(self, zpl: str) -> None:
        """Send a label; raise `OSError` when it is not known whether all of it went."""
        try:
            self._opened().send(zpl.encode())
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def _answer(self, wire: Wire) -> bytes:
        answer, until_s = b"", time.monotonic() + self._answer_max_s
        while not host_status.is_whole(answer) and (left_s := until_s - time.monotonic()) > 0:
            answer += wire.receive(left_s)
        return answer

    def _opened(self) -> Wire:
        if self._wire is None:
            self._wire = open_wire(self.address, self._baud)
        return self._wire
