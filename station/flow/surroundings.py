"""What is around the work: clock, devices, server, queue, briefing. It changes chips and banners, never the job."""

from msgspec.structs import replace

from station.flow import plant
from station.flow.effects import Effect, Play, ReadHistory, Sound
from station.flow.facts import (
    Briefed,
    DeviceSaid,
    FirmwareSaid,
    QueueSaid,
    RigFileRefused,
    ServerSaid,
    Ticked,
)
from station.flow.state import State, Step, alarm, problem, still
from station.screen import Icon, Tone


def ticked(state: State, fact: Ticked) -> Step:
    """Take the time; a new day starts counting from nothing."""
    if plant.day_of(state, fact.now) == plant.day_of(state, state.now):
        return still(replace(state, now=fact.now))
    day = plant.day_of(state, fact.now)
    today = tuple(done for done in state.today if plant.day_of(state, done.at) == day)
    return still(replace(state, now=fact.now, today=today))


def briefed(state: State, fact: Briefed) -> Step:
    """Take the briefing; a station of one process has nothing to choose."""
    here = sorted(fact.briefing.station.processes)
    chosen = state.choices.process
    if state.job is None and chosen not in here:
        chosen = here[0] if len(here) == 1 else 0
    state = replace(
        state,
        station=fact.briefing.station.code,
        briefing=fact.briefing,
        choices=replace(state.choices, process=chosen),
    )
    effects: tuple[Effect, ...] = () if state.counted else (ReadHistory(day=plant.day_of(state, state.now)),)
    return state, effects


def device_said(state: State, fact: DeviceSaid) -> Step:
    said = {**state.devices.said, fact.device: fact}
    return still(replace(state, devices=replace(state.devices, said=said)))


def server_said(state: State, fact: ServerSaid) -> Step:
    return still(replace(state, devices=replace(state.devices, server=fact)))


def queue_said(state: State, fact: QueueSaid) -> Step:
    return still(replace(state, devices=replace(state.devices, queue=fact)))


def firmware_said(state: State, fact: FirmwareSaid) -> Step:
    firmware = {**state.devices.firmware, fact.model: fact}
    return still(replace(state, devices=replace(state.devices, firmware=firmware)))


def rig_file_refused(state: State, fact: RigFileRefused) -> Step:
    """A file of a rig that cannot be used is a result that nobody has: it waits for an acknowledgement."""
    notice = problem(
        "file_refused",
        icon=Icon.FOLDER,
        tone=Tone.WARN,
        code=fact.file,
        reason=fact.reason,
        said=fact.detail,
    )
    return alarm(state, notice), (Play(sound=Sound.WARN),)
