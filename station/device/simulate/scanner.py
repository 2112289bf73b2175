"""A scanner without hardware: `scan` is its trigger."""

from neurohub.contract.stations import DeviceState
from station.device.reading import read
from station.device.said import Said
from station.flow.facts import Device, Post, Scanned, Source


class VirtualScanner:
    def __init__(self, post: Post) -> None:
        self._post, self._said = post, Said(Device.SCANNER, post)
        self._is_plugged = False

    def start(self) -> None:
        self.plug()

    def close(self) -> None:
        self._is_plugged = False

    def scan(self, text: str) -> None:
        """Scan `text` as a scanner sends it; unplugged it beeps, and nobody hears of it."""
        scanned, doubtful = read(text)
        if self._is_plugged and scanned:
            self._post(Scanned(text=scanned, source=Source.VIRTUAL, doubtful=doubtful))

    def plug(self) -> None:
        self._is_plugged = True
        self._said.say(DeviceState.OK)

    def unplug(self) -> None:
        self._is_plugged = False
        self._said.say(DeviceState.MISSING)
