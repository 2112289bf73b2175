"""A scanner at a serial port, in a thread of its own. One that types needs no driver: see `wedge`. Built by the app."""

from station.device.reading import read
from station.device.said import Said
from station.device.serial_line import RETRY_S, SerialLine
from station.device.splitting import Line
from station.flow.facts import Device, Post, Scanned, Source


class SerialScanner:
    """Posts `Scanned` for each line; one that came in half or with noise is doubtful."""

    def __init__(self, address: str, baud: int, post: Post, *, retry_s: float = RETRY_S) -> None:
        self._post = post
        self._line = SerialLine(address, baud, Said(Device.SCANNER, post), self._heard, retry_s=retry_s)

    def start(self) -> None:
        self._line.start()

    def close(self) -> None:
        self._line.close()

    def _heard(self, line: Line) -> None:
        text, doubtful = read(line.content.decode("ascii", "replace"))
        if text:
            self._post(Scanned(text=text, source=Source.SERIAL, doubtful=doubtful or line.is_half))
