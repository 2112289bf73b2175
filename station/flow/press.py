"""What a button, a key or its command barcode does. One name, one deed: `pass` is also `CMD-PASS`.

A press that has nothing to act on says so; the deeds themselves are in `work`, `people` and `lists`.
"""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from neurohub.contract.commands import DefectReport
from neurohub.contract.enums import Locale, Result
from station.flow import form, labels, lists, people, plant, work
from station.flow.effects import Leave, MakeCard, SetUp
from station.flow.facts import Entered
from station.flow.state import Job, SheetState, State, Step, problem, still, tell
from station.screen import FieldKind

_ENTERED_CHARS: Final = 500


def press(state: State, key: str) -> Step:
    """Do what `key` stands for."""
    if key in _ANYTIME:
        return _ANYTIME[key](state)
    name, _, value = key.partition(":")
    if name == "process":
        return _choose_process(state, value)
    if name == "row":
        return lists.choose(state, value)
    if not state.operator:
        known = key in _SIGNED_IN or key in _JOB or name in {"defect", "reason"}
        return work.refuse(state, "badge.first" if known else "command.unknown")
    if key in _SIGNED_IN:
        return _SIGNED_IN[key](replace(state, notice=None))
    if name == "reason":
        return labels.reprint(state, value)
    if key not in _JOB and name != "defect":
        return work.refuse(state, "command.unknown")
    job = state.job
    if job is None:
        return work.refuse(state, "command.no_job")
    state = replace(state, notice=None)
    return _fail(state, job, value) if name == "defect" else _JOB[key](state, job)


def entered(state: State, fact: Entered) -> Step:
    """Put what was typed where it belongs: the sheet's form, or the job's."""
    text = fact.text[:_ENTERED_CHARS]
    if state.sheet is not None and (state.sheet.key == "sign-in" or fact.name == "remark"):
        return still(
            replace(
                state, sheet=replace(state.sheet, form={**state.sheet.form, fact.name: text}, problem=None)
            )
        )
    ask = (
        next((a for a in form.asks(state, state.job) if a.name == fact.name and a.shown), None)
        if state.job
        else None
    )
    if state.job is None or ask is None:
        return still(state)
    return still(work.fill(state, state.job, {ask.name: text.strip().upper() if ask.scan else text}))


def _finish(result: Result) -> Callable[[State, Job], Step]:
    def press_verdict(state: State, job: Job) -> Step:
        if result is Result.REWORK and not plant.can_repair(state, job.process, job.code.model):
            return work.refuse(state, "command.no_rework", process=job.process)
        return work.finish(state, job, result)

    return press_verdict


def _fail(state: State, job: Job, code: str) -> Step:
    if code not in {defect.code for defect in plant.defects(state, job.process)}:
        return work.refuse(state, "defect.unknown", text=code, process=job.process)
    remark = state.sheet.form.get("remark", "") if state.sheet else ""
    return work.finish(state, job, Result.FAIL, DefectReport(code=code, description=remark.strip()))


def _undo(state: State, job: Job) -> Step:
    if job.start is None or work.undo_left_s(state) <= 0:
        return work.refuse(state, "undo.late", code=job.unit)
    return work.undo(state, job, job.start)


def _say(which: int) -> Callable[[State, Job], Step]:
    """Answer the question that is due: a field of two choices that has no default."""

    def press_answer(state: State, job: Job) -> Step:
        ask = form.missing(state, job)
        if ask is None or ask.kind is not FieldKind.CHOICE:
            return work.refuse(state, "command.not_now")
        return still(work.fill(state, job, {ask.name: ask.choices[which]}))

    return press_answer


def _clear(state: State, job: Job) -> Step:
    return still(replace(state, job=replace(job, entries={}, problems={})))


def _ok(state: State) -> Step:
    """Acknowledge what is in front: the notice, else the sheet, else the oldest alarm."""
    if state.notice is not None:
        return still(replace(state, notice=None))
    if state.sheet is not None:
        return people.ask(state) if state.sheet.key == "sign-in" else still(replace(state, sheet=None))
    return _alarm(state)


def _cancel(state: State) -> Step:
    return still(replace(state, notice=None, sheet=None))


def _alarm(state: State) -> Step:
    """Acknowledge the banner, whatever is in front of it; one that leads somewhere is not gone before one was there."""
    if state.alarms and state.alarms[0].ask:
        return _ANYTIME[state.alarms[0].ask](state)
    return still(replace(state, alarms=state.alarms[1:]))


def _open(key: str) -> Callable[[State], Step]:
    return lambda state: still(replace(state, notice=None, sheet=SheetState(key=key)))


def _toggle(name: str, first: str, second: str) -> Callable[[State], Step]:
    def press_choice(state: State) -> Step:
        value = second if getattr(state.choices, name) == first else first
        return still(replace(state, choices=replace(state.choices, **{name: value})))

    return press_choice


def _language(state: State) -> Step:
    other = Locale.ENGLISH if state.choices.language is Locale.KOREAN else Locale.KOREAN
    return still(replace(state, choices=replace(state.choices, language=other)))


def _choose_process(state: State, value: str) -> Step:
    number = int(value) if value.isascii() and value.isdigit() else 0
    if number not in plant.processes(state):
        return work.refuse(state, "process.not_here", text=value)
    if state.job is not None and state.job.process != number:
        return tell(state, problem("process.job_open", code=state.job.unit)), ()
    return still(replace(state, notice=None, sheet=None, choices=replace(state.choices, process=number)))


def _leave(state: State) -> Step:
    return state, (Leave(),)


def _set_up(state: State) -> Step:
    if not plant.may_set_up(state):
        return work.refuse(state, "set_up.manager")
    return state, (SetUp(),)


def _again_reprint(state: State) -> Step:
    if labels.to_reprint(state) is None:
        return work.refuse(state, "reprint.nothing")
    return still(replace(state, sheet=SheetState(key="reprint")))


_ANYTIME: Final[dict[str, Callable[[State], Step]]] = {
    "ok": _ok,
    "cancel": _cancel,
    "alarm": _alarm,
    "menu": _open("menu"),
    "settings": _open("settings"),
    "diagnostics": _open("diagnostics"),
    "help": _open("help"),
    "label": _open("label"),
    "sign-in": _open("sign-in"),
    "enter": people.ask,
    "sign-out": people.sign_out,
    "language": _language,
    "theme": _toggle("theme", "dark", "light"),
    "text": _toggle("text", "normal", "large"),
    "sound": _toggle("sound", "on", "off"),
    "leave": _leave,
    "set-up": _set_up,
    "card": lambda state: (state, (MakeCard(),)),
    "history": lists.open_history,
    "refused": lists.open_refused,
    "prev-day": lambda state: lists.turn(state, -1),
    "next-day": lambda state: lists.turn(state, 1),
    "filter": lists.next_filter,
    "next": lists.next_row,
}
_SIGNED_IN: Final[dict[str, Callable[[State], Step]]] = {
    "retry": lists.retry,
    "settle": lists.settle,
    "correct": lists.correct,
    "reprint": _again_reprint,
    "label-yes": lambda state: labels.answer(state, came_out=True),
    "label-no": lambda state: labels.answer(state, came_out=False),
}
_JOB: Final[dict[str, Callable[[State, Job], Step]]] = {
    "pass": _finish(Result.PASS),
    "fail": lambda state, _: still(replace(state, sheet=SheetState(key="defects"))),
    "rework": _finish(Result.REWORK),
    "error": _finish(Result.ERROR),
    "undo": _undo,
    "clear": _clear,
    "yes": _say(0),
    "no": _say(1),
}
KEYS: Final = (*_JOB, *_SIGNED_IN, *_ANYTIME)
