"""What is always in sight: server, queue, devices, and the banner of what must be known whatever else goes on."""

import re
from typing import Final

from neurohub.contract.printing import JobStatus
from neurohub.contract.stations import DeviceState
from station.flow.buttons import BANNER_HOTKEY, button
from station.flow.facts import Device, ServerState
from station.flow.state import Line, Notice, State
from station.flow.words import said, word
from station.screen import Banner, Chip, Icon, Tone

CLOCK_OFF_S: Final = 300.0
LABEL_PROCESS: Final = 7
_SERVER: Final = {
    ServerState.ONLINE: Tone.GOOD,
    ServerState.OFFLINE: Tone.WARN,
    ServerState.REFUSES: Tone.BAD,
    ServerState.UNKNOWN: Tone.IDLE,
}
_STRANGE: Final = {
    "certificate": "banner.certificate",
    "not_the_service": "banner.stranger",
}  # see `link.service`
_ICON: Final = {
    Device.SCANNER: Icon.SCANNER,
    Device.GAUGE: Icon.GAUGE,
    Device.FOLDER: Icon.FOLDER,
    Device.PRINTER: Icon.PRINTER,
}
_CALM: Final = {DeviceState.OK: Tone.GOOD, DeviceState.OFF: Tone.IDLE}


def chips(state: State) -> tuple[Chip, ...]:
    return (
        _server(state),
        *_queue(state),
        *(_device(state, device) for device in Device if _has(state, device)),
    )


def _server(state: State) -> Chip:
    server = state.devices.server.state
    return Chip(key="server", icon=Icon.SERVER, word=word(state, f"server.{server}"), tone=_SERVER[server])


def _queue(state: State) -> tuple[Chip, ...]:
    queue = state.devices.queue
    waits = word(state, "queue.waits", count=queue.depth, age=age(queue.oldest_s or 0.0))
    depth = Chip(
        key="queue",
        icon=Icon.QUEUE,
        word=waits if queue.depth else word(state, "queue.empty"),
        tone=Tone.SAVED if queue.depth else Tone.GOOD,
    )
    if not queue.refused:
        return (depth,)
    refused = word(state, "queue.refused", count=queue.refused)
    return depth, Chip(key="refused", icon=Icon.LIST, word=refused, tone=Tone.BAD)


def _has(state: State, device: Device) -> bool:
    said_of = state.devices.said.get(device)
    return device is not Device.GAUGE or (said_of is not None and said_of.state is not DeviceState.OFF)


def _device(state: State, device: Device) -> Chip:
    fact = state.devices.said.get(device)
    how = word(state, f"device.{fact.state}" if fact else "device.unknown")
    name = word(state, f"device.{device}")
    tone = _CALM.get(fact.state, Tone.BAD) if fact else Tone.IDLE
    return Chip(key=device, icon=_ICON[device], word=f"{name} {how}", tone=tone)


def age(seconds: float) -> str:
    """Return a duration as somebody reads it at a glance, in any language: 0:12, 3:05, 2:00:00."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"


def banner(state: State) -> Banner | None:
    """Return what waits for an acknowledgement, the oldest first; else what is wrong around the station."""
    if state.alarms:
        return _banner(state, state.alarms[0], len(state.alarms) - 1)
    condition = _condition(state)
    return None if condition is None else _banner(state, condition, 0, acknowledged=False)


def _banner(state: State, notice: Notice, more: int, *, acknowledged: bool = True) -> Banner:
    key = notice.ask or "alarm"
    is_open = state.sheet is not None and state.sheet.key == key
    lines = [notice.code, *(said(state, line) for line in notice.detail)]
    lines += [word(state, "banner.more", count=more)] if more else []
    return Banner(
        tone=notice.tone,
        icon=notice.icon,
        word=said(state, notice.headline),
        detail=" · ".join(line for line in lines if line),
        button=button(state, key, hotkey=BANNER_HOTKEY) if acknowledged and not is_open else None,
    )


def _condition(state: State) -> Notice | None:
    server = state.devices.server
    if server.state is ServerState.REFUSES and state.briefing is not None:
        return _notice("banner.refuses", Tone.BAD, Icon.SERVER)
    if server.detail in _STRANGE:
        return _notice(_STRANGE[server.detail], Tone.WARN, Icon.SERVER)
    queue = state.devices.queue
    if queue.moved_aside:
        return _notice("banner.moved_aside", Tone.BAD, Icon.QUEUE, file=queue.moved_aside)
    if queue.disk_low:
        return _notice("banner.disk_low", Tone.WARN, Icon.QUEUE)
    if abs(server.clock_ahead_s) > CLOCK_OFF_S:
        minutes = round(server.clock_ahead_s / 60)
        return _notice("banner.clock", Tone.WARN, Icon.CLOCK, minutes=f"{minutes:+d}")
    for device, fact in state.devices.said.items():
        if fact.state not in _CALM and (device is not Device.PRINTER or _label_is_due(state)):
            name, how = Line(f"device.{device}"), Line(f"device.{fact.state}")
            return _notice(
                "banner.device", Tone.WARN, _ICON[device], device=name, how=how, todo=_todo(fact.state)
            )
    return _newer(state)


def _label_is_due(state: State) -> bool:
    """Tell whether the work waits for a printer: at a station that prints nothing now its chip says enough."""
    waits = any(label.status is JobStatus.QUEUED for label in state.devices.labels.values())
    process = state.job.process if state.job else state.choices.process
    return waits or process == LABEL_PROCESS


def _newer(state: State) -> Notice | None:
    """Say between two units that there is a newer program; an older service is no news."""
    newest = state.briefing.newest_version if state.briefing else ""
    if state.job is not None or not state.version or _numbers(newest) <= _numbers(state.version):
        return None
    return _notice("banner.newer", Tone.WORK, Icon.ARROW, newest=newest, own=state.version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall("[0-9]+", version))


def _todo(how: DeviceState) -> Line:
    return Line(f"device.{how}.do")


def _notice(key: str, tone: Tone, icon: Icon, **facts: object) -> Notice:
    return Notice(tone=tone, icon=icon, headline=Line(key, facts), detail=(Line(f"{key}.do", facts),))
