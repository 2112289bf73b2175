"""A gauge at a serial port that sends readings by itself or at its button, in a thread of its own. Built by the app."""

import re

from station.device import gauge_line
from station.device.said import Said
from station.device.serial_line import RETRY_S, SerialLine
from station.device.splitting import Line
from station.flow.facts import Device, GaugeRead, Post


class SerialGauge:
    """Posts `GaugeRead` for each line that `pattern` takes whole; noise and half lines are no readings."""

    def __init__(
        self, address: str, baud: int, pattern: str, post: Post, *, retry_s: float = RETRY_S
    ) -> None:
        self._pattern, self._post = re.compile(pattern), post
        self._line = SerialLine(address, baud, Said(Device.GAUGE, post), self._heard, retry_s=retry_s)

    def start(self) -> None:
        self._line.start()

    def close(self) -> None:
        self._line.close()

    def _heard(self, line: Line) -> None:
        measured = gauge_line.measure(line.content.decode("latin-1").strip("\x02\x03 \t"), self._pattern)
        if measured is not None and not line.is_half:
            self._post(GaugeRead(value=measured.value, unit=measured.unit))
