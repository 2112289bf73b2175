"""The reducer: `start` makes the first state, `advance` the next one for each fact, and says what is to be done.

Pure: the clock comes in `Ticked` (the presenter ticks before each fact, so that instants are exact), ids come of
the seed given at the start. `Keep` goes out whenever what must survive a restart has changed; `start` takes it back.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from station.flow import answers, labels, lists, people, press, scan, surroundings, work
from station.flow import facts as f
from station.flow.effects import Effect, Keep, Play
from station.flow.ids import Ids
from station.flow.state import State, Step, restored
from station.flow.state import kept as kept_by

_NOTHING_KEPT: Final[Mapping[str, str]] = {}
HANDLERS: Final[dict[type[f.Fact], Callable[[State, Any], Step]]] = {
    f.Scanned: scan.scan,
    f.Pressed: lambda state, fact: press.press(state, fact.key),
    f.Entered: press.entered,
    f.GaugeRead: work.gauge,
    f.RigResult: work.rig,
    f.Saved: answers.saved,
    f.NotSaved: answers.not_saved,
    f.Accepted: answers.accepted,
    f.Refused: answers.refused,
    f.JobSaid: labels.said,
    f.SignInAnswered: people.answered,
    f.HistorySaid: lists.said,
    f.Ticked: surroundings.ticked,
    f.Briefed: surroundings.briefed,
    f.DeviceSaid: surroundings.device_said,
    f.ServerSaid: surroundings.server_said,
    f.QueueSaid: surroundings.queue_said,
    f.FirmwareSaid: surroundings.firmware_said,
    f.RigFileRefused: surroundings.rig_file_refused,
}


def start(
    *,
    now: datetime,
    seed: bytes,
    kept: Mapping[str, str] = _NOTHING_KEPT,
    station: str = "",
    version: str = "",
) -> State:
    """Return the state of a station that has just been switched on.

    `kept` is every `Keep` of earlier runs by name, `seed` 16 random bytes of this run, `station` the code from the
    settings, `version` that of the program.
    """
    choices, job = restored(kept)
    return State(now=now, ids=Ids(seed), version=version, station=station, choices=choices, job=job)


def advance(state: State, fact: f.Fact) -> Step:
    """Return the state after `fact`, and what is to be done for it, in this order."""
    after, effects = HANDLERS[type(fact)](state, fact)
    if after.notice is not None and after.notice is not state.notice and after.sheet is state.sheet:
        after = replace(after, sheet=None)  # what the operator must be told is never behind a list
    if after.choices.sound == "off":
        effects = tuple(effect for effect in effects if not isinstance(effect, Play))
    keeps: tuple[Effect, ...] = tuple(
        Keep(name=name, value=value) for name, value in kept_by(state, after).items()
    )
    return after, (*effects, *keeps)
