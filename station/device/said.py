"""How a device is, said once per change. Who calls it: the thread of each device."""

import structlog

from neurohub.contract.stations import DeviceState
from station.flow.facts import Device, DeviceSaid, Post

_log = structlog.get_logger(__name__)


class Said:
    """Remembers what was said last, so that a loop may say it in every round."""

    def __init__(self, device: Device, post: Post) -> None:
        self._device, self._post = device, post
        self._state: DeviceState | None = None

    def say(self, state: DeviceState, detail: str = "") -> None:
        if state is not self._state:
            self._state = state
            _log.info("device.changed", device=self._device, state=state, detail=detail)
            self._post(DeviceSaid(device=self._device, state=state, detail=detail))
