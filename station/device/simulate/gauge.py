"""A gauge without hardware: `show` is what it measures."""

from neurohub.contract.stations import DeviceState
from station.device.said import Said
from station.flow.facts import Device, GaugeRead, Post


class VirtualGauge:
    def __init__(self, post: Post) -> None:
        self._post, self._said = post, Said(Device.GAUGE, post)
        self._is_plugged = False

    def start(self) -> None:
        self.plug()

    def close(self) -> None:
        self._is_plugged = False

    def show(self, value: float, unit: str = "kgf") -> None:
        """Send a reading."""
        if self._is_plugged:
            self._post(GaugeRead(value=value, unit=unit))

    def plug(self) -> None:
        self._is_plugged = True
        self._said.say(DeviceState.OK)

    def unplug(self) -> None:
        self._is_plugged = False
        self._said.say(DeviceState.MISSING)
