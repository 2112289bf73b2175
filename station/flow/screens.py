"""What the state looks like: one `Screen`, made anew each time. Decides nothing; says everything in words."""

import math
from typing import Final

from msgspec.structs import replace

from neurohub.contract.commands import CompleteStep
from neurohub.contract.enums import Result, UnitStatus
from neurohub.contract.stations import BriefedLimit, DeviceState
from neurohub.contract.views import Judged
from station.flow import form, plant, sheets, work
from station.flow.asks import Ask
from station.flow.buttons import button, choose_process
from station.flow.chips import age, banner, chips
from station.flow.facts import Device, ServerState
from station.flow.state import RECENT, Done, Job, Line, Notice, Outcome, Stage, State
from station.flow.words import field_name, named, said, word
from station.screen import Button, Choice, Field, FieldKind, Icon, Limit, Row, Screen, Tone

_LABELLED: Final = frozenset({1, 7, 8})  # where a label is put on or read last
_LOOK: Final = {
    Result.PASS: (Tone.GOOD, Icon.GOOD),
    Result.FAIL: (Tone.BAD, Icon.BAD),
    Result.REWORK: (Tone.WARN, Icon.REPAIR),
    Result.ERROR: (Tone.WARN, Icon.WARN),
}


def show(state: State) -> Screen:
    """Return all that is to be drawn."""
    buttons = (*_front_buttons(state), button(state, "menu"))
    if state.sheet is not None:  # the keys of the keyboard are the sheet's while it is open
        buttons = tuple(replace(each, hotkey="") for each in buttons)
    return replace(
        _front(state),
        buttons=buttons,
        banner=banner(state),
        chips=chips(state),
        recent=tuple(_recent(state, done) for done in reversed(state.today[-RECENT:])),
        counts=_counts(state),
        sheet=sheets.sheet(state),
    )


def _screen(state: State, tone: Tone, icon: Icon, headline: str) -> Screen:
    """Return the frame that every front shares: where, what, who, when."""
    briefing, process = state.briefing, state.job.process if state.job else state.choices.process
    person = plant.person(state, state.operator)
    return Screen(
        station=briefing.station.name if briefing else state.station,
        process=f"{process} {plant.process_name(state, process, state.choices.language)}" if process else "",
        operator=person.name if person else state.operator,
        clock=plant.local(state, state.now).strftime("%H:%M"),
        language=state.choices.language,
        theme=state.choices.theme,
        text=state.choices.text,
        tone=tone,
        icon=icon,
        headline=headline,
    )


def _front(state: State) -> Screen:
    if state.notice is not None:
        return _told(state, state.notice)
    if state.briefing is None:
        return _setting_up(state)
    if not state.operator:
        return _nobody(state)
    if state.job is not None:
        return _working(state, state.job)
    if state.outcome is not None:
        return _ended(state, state.outcome)
    if not state.choices.process:
        return _screen(state, Tone.IDLE, Icon.LIST, word(state, "ready.process"))
    return replace(_screen(state, Tone.IDLE, Icon.SCAN, _due(state)), detail=(word(state, "ready.do"),))


def _nobody(state: State) -> Screen:
    kept = (word(state, "ready.kept"),) if state.job else ()
    held = (word(state, "ready.held", count=len(state.held)),) if state.held else ()
    return replace(
        _screen(state, Tone.IDLE, Icon.BADGE, word(state, "ready.badge")),
        code=state.job.unit if state.job else "",
        detail=(*kept, *held, word(state, "ready.badge.do")),
    )


def _due(state: State) -> str:
    return word(state, "ready.serial" if plant.scans_serial(state, state.choices.process) else "ready.wip")


def _setting_up(state: State) -> Screen:
    server = state.devices.server.state
    tone = Tone.IDLE if server in {ServerState.UNKNOWN, ServerState.ONLINE} else Tone.BAD
    screen = _screen(state, tone, Icon.SERVER, word(state, f"setup.{server}"))
    return replace(screen, detail=(word(state, f"setup.{server}.do"),))


def _told(state: State, notice: Notice) -> Screen:
    screen = _screen(state, notice.tone, notice.icon, said(state, notice.headline))
    return replace(
        screen,
        code=notice.code,
        detail=tuple(said(state, line) for line in notice.detail),
        arrow=said(state, notice.arrow) if notice.arrow else "",
        fields=_fields(state, state.job) if state.job and state.job.problems else (),
    )


def _working(state: State, job: Job) -> Screen:
    seconds = max(0.0, (state.now - job.started_at).total_seconds())
    process = plant.process_of(state, job.process, job.code.model)
    saved = "work.confirmed" if job.answered else "work.saved" if job.saved else "work.saving"
    attempt = (word(state, "work.attempt", attempt=job.attempt),) if (job.attempt or 1) > 1 else ()
    return replace(
        _screen(state, Tone.WORK, Icon.WORK, _prompt(state, job)),
        code=job.unit,
        detail=(*_label(state, job), *attempt, word(state, saved)),
        progress=seconds / process.standard_s if process else None,
        elapsed=age(seconds),
        fields=_fields(state, job),
    )


def _label(state: State, job: Job) -> tuple[str, ...]:
    """Say how the serial's label comes along; the service orders it, so none comes while it is away."""
    label = state.devices.labels.get(job.code.serial_number)
    if job.process != 7:
        return ()
    if label is not None:
        return (word(state, f"label.{label.status}"),)
    return () if state.devices.server.state is ServerState.ONLINE else (word(state, "label.later"),)


def _prompt(state: State, job: Job) -> str:
    """Return the one thing to do next."""
    if job.rig is not None:
        return word(state, "work.defect")
    ask = form.missing(state, job)
    if ask is None:
        return word(state, "work.finish")
    if ask.name == "firmware_version":
        return _firmware(state, job)
    if ask.scan is not None:
        return word(state, "work.scan", field=ask.name)
    folder = state.devices.said.get(Device.FOLDER)
    has_rig = folder is not None and folder.state is DeviceState.OK and not job.entries
    return word(state, "work.rig") if has_rig else word(state, "work.measure", field=ask.name)


def _firmware(state: State, job: Job) -> str:
    firmware = state.devices.firmware.get(job.code.model)
    if firmware is None or firmware.problem:
        return word(state, "work.no_firmware")
    return word(state, "work.firmware", percent=int(100 * firmware.progress))


def _fields(state: State, job: Job) -> tuple[Field, ...]:
    filled = form.values(state, job)
    asked = form.asks(state, job)
    return tuple(_field(state, job, ask, filled.get(ask.name, "")) for ask in asked if ask.shown)


def _field(state: State, job: Job, ask: Ask, text: str) -> Field:
    wrong = job.problems.get(ask.name)
    choices = tuple(Choice(value=value, word=word(state, f"choice.{value}")) for value in ask.choices)
    limit = plant.limits(state, job.process, job.code.model).get(ask.name)
    within = _range(limit.low, limit.high) if limit else ""
    if wrong is None and limit is not None and not _holds(limit, text):
        wrong = Line("bad.limits", {"value": text, "range": within})
    return Field(
        name=ask.name,
        word=field_name(state, ask.name),
        range=within,
        kind=ask.kind,
        text=text,
        unit=named(state, f"unit.{ask.unit}", ask.unit),
        choices=choices,
        required=ask.required,
        problem=said(state, wrong) if wrong else "",
        tone=Tone.BAD if ask.name in job.problems else Tone.WARN,
    )


def _holds(limit: BriefedLimit, text: str) -> bool:
    """Tell whether a value is within its limits as far as they were told; the service judges."""
    value = form.number(text)
    low, high = -math.inf if limit.low is None else limit.low, math.inf if limit.high is None else limit.high
    return value is None or low <= value <= high


def _ended(state: State, outcome: Outcome) -> Screen:
    event = outcome.event
    if outcome.stage is not Stage.ACCEPTED:
        away = state.devices.server.state is not ServerState.ONLINE
        key = (
            "outcome.saving" if outcome.stage is Stage.ASKED else "outcome.later" if away else "outcome.saved"
        )
        screen = _screen(state, Tone.SAVED, Icon.SAVED, word(state, key, what=word(state, _what(event))))
    elif isinstance(event, CompleteStep):
        screen = _screen(state, *_LOOK[event.result], _verdict(state, outcome, event))
    else:
        screen = _screen(state, Tone.IDLE, Icon.UNDO, word(state, "outcome.undone"))
    limits = tuple(_limit(state, judged) for judged in outcome.judged)
    return replace(screen, code=outcome.job.unit, detail=(*_next(state, outcome), _due(state)), limits=limits)


def _what(event: object) -> str:
    return f"result.{event.result}" if isinstance(event, CompleteStep) else "result.UNDONE"


def _verdict(state: State, outcome: Outcome, event: CompleteStep) -> str:
    status = outcome.unit.status if outcome.unit else None
    if status is UnitStatus.SCRAPPED or (status is UnitStatus.PASSED and event.result is Result.PASS):
        return word(state, f"outcome.{status}")
    return word(state, f"outcome.{event.result}")


def _next(state: State, outcome: Outcome) -> tuple[str, ...]:
    unit = outcome.unit
    if unit is None:
        return ()
    if unit.status in {UnitStatus.DEFECTED, UnitStatus.SCRAPPED, UnitStatus.PASSED}:
        return (word(state, f"status.{unit.status}.do"),)
    stations = " · ".join(plant.stations_of(state, unit.due_process))
    return (
        (word(state, "outcome.next", process=unit.due_process, stations=stations),)
        if unit.due_process
        else ()
    )


def _limit(state: State, judged: Judged) -> Limit:
    value = form.shown(judged.value)
    value = named(state, f"choice.{value}", value)
    return Limit(
        word=field_name(state, judged.name),
        text=f"{value} {named(state, f'unit.{judged.unit}', judged.unit)}".strip(),
        range=_range(judged.low, judged.high),
        tone=Tone.GOOD if judged.ok else Tone.BAD,
    )


def _range(low: float | None, high: float | None) -> str:
    sides = ["" if side is None else f"{side:g}" for side in (low, high)]
    return " .. ".join(sides) if any(sides) else ""


def _front_buttons(state: State) -> tuple[Button, ...]:
    acknowledge = (button(state, "ok"),) if state.notice else ()
    if state.briefing is None:
        return *acknowledge, button(state, "set-up")
    if not state.operator:
        return *acknowledge, button(state, "sign-in")
    if state.job is not None:
        return *acknowledge, *_job_buttons(state, state.job)
    if not state.choices.process:
        return *acknowledge, *choose_process(state)
    reprints = state.outcome is not None and state.outcome.job.process in _LABELLED
    return *acknowledge, *((button(state, "reprint"),) if reprints else ())


def _job_buttons(state: State, job: Job) -> tuple[Button, ...]:
    left_s = work.undo_left_s(state)
    can_repair = plant.can_repair(state, job.process, job.code.model)
    keys = ["pass", "fail", *(["rework"] if can_repair else []), "error"]
    ask = form.missing(state, job)
    more = ["yes", "no"] if ask is not None and ask.kind is FieldKind.CHOICE else []
    more += ["clear"] if job.entries else []
    more += ["reprint"] if job.process in _LABELLED else []
    undo = (button(state, "undo", left_s=left_s),) if left_s > 0 else ()
    return *(button(state, key) for key in keys), *undo, *(button(state, key) for key in more)


def _counts(state: State) -> tuple[Choice, ...]:
    results = [done.result for done in state.today if done.stage is not Stage.REFUSED]
    shown = (Result.PASS, Result.FAIL, Result.REWORK)
    return tuple(
        Choice(value=str(results.count(result)), word=word(state, f"result.{result}")) for result in shown
    )


def _recent(state: State, done: Done) -> Row:
    tone, icon = _LOOK[done.result] if done.result else (Tone.IDLE, Icon.UNDO)
    if done.stage is Stage.REFUSED:
        tone, icon = Tone.BAD, Icon.WARN
    result = done.result or "UNDONE"
    at = plant.local(state, done.at).strftime("%H:%M")
    cells = (at, done.unit, word(state, f"result.{result}"), word(state, f"stage.{done.stage}"))
    return Row(tone=tone, icon=icon, cells=cells)
