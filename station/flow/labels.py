"""Labels: what print jobs say, the question after a label that nobody saw come out, reprints.

A label is never printed again by itself: a person says that it is missing, and why.
"""

from typing import Final

from msgspec.structs import replace

from neurohub.contract.printing import JobStatus, LabelKind
from station.flow import work
from station.flow.effects import Play, Report, Reprint, Sound
from station.flow.facts import JobSaid
from station.flow.state import Job, Line, Notice, State, Step, alarm, problem, still
from station.flow.words import word
from station.screen import Icon, Tone

REASONS: Final = ("damaged", "unreadable", "not_printed", "lost")
OUT: Final = frozenset({JobStatus.PRINTED, JobStatus.UNKNOWN})
_REMEMBERED: Final = 50


def said(state: State, fact: JobSaid) -> Step:
    """A print job went on."""
    older = {code: label for code, label in state.devices.labels.items() if code != fact.code}
    dropped = [code for code, label in older.items() if label.status is not JobStatus.UNKNOWN][:-_REMEMBERED]
    labels = {code: label for code, label in older.items() if code not in dropped}
    state = replace(state, devices=replace(state.devices, labels={**labels, fact.code: fact}))
    if fact.status in OUT and fact.code in state.scanned_back:
        return verified(state, fact)
    if fact.status is JobStatus.UNKNOWN:
        asked = problem(
            "label.unknown",
            icon=Icon.PRINTER,
            tone=Tone.WARN,
            code=fact.code,
            text=fact.code,
            said=fact.detail,
        )
        return alarm(state, replace(asked, ask="label")), (Play(sound=Sound.WARN),)
    if fact.status is JobStatus.FAILED:
        failed = problem("label.failed", icon=Icon.PRINTER, code=fact.code, text=fact.code, said=fact.detail)
        return alarm(state, failed), (Play(sound=Sound.BAD),)
    return still(state)


def verified(state: State, label: JobSaid) -> Step:
    """Tell the service that a label was scanned back: it has come out, whatever the printer said."""
    after = _settled(state, label, JobStatus.VERIFIED)
    return after, (Report(job=label.job, status=JobStatus.VERIFIED, verified_code=label.code),)


def unknown(state: State) -> JobSaid | None:
    """Return the label that the oldest open question is about."""
    asked = (notice.code for notice in state.alarms if notice.ask == "label")
    return next((label for code in asked if (label := state.devices.labels.get(code))), None)


def answer(state: State, *, came_out: bool) -> Step:
    """Take the operator's word for an unknown label; a missing one is ordered again, marked as a reprint."""
    label = unknown(state)
    if label is None:
        return work.refuse(state, "command.not_now")
    status = JobStatus.PRINTED if came_out else JobStatus.FAILED
    after = replace(_settled(state, label, status), sheet=None)
    report = Report(job=label.job, status=status)
    if came_out:
        return after, (report,)
    return after, (
        report,
        Reprint(kind=label.kind, code=label.code, reason=word(state, "reason.not_printed")),
    )


def _settled(state: State, label: JobSaid, status: JobStatus) -> State:
    labels = {**state.devices.labels, label.code: replace(label, status=status)}
    return replace(
        state,
        alarms=tuple(
            notice for notice in state.alarms if not (notice.ask == "label" and notice.code == label.code)
        ),
        scanned_back=state.scanned_back - {label.code},
        devices=replace(state.devices, labels=labels),
    )


def to_reprint(state: State) -> tuple[LabelKind, str] | None:
    """Return the label of the unit on the screen: its serial from process 7 on, its WIP label before."""
    job: Job | None = state.job or (state.outcome.job if state.outcome else None)
    if job is None:
        return None
    if job.process >= 7:
        return LabelKind.SERIAL, job.code.serial_number
    return LabelKind.WIP, job.code.wip_id


def reprint(state: State, reason: str) -> Step:
    """Order the label again for a reason."""
    label = to_reprint(state)
    if label is None or reason not in REASONS:
        return work.refuse(state, "reprint.nothing")
    ordered = Notice(
        tone=Tone.SAVED, icon=Icon.PRINTER, headline=Line("reprint.ordered"), code=label[1], detail=()
    )
    after = replace(state, sheet=None, notice=ordered)
    return after, (Reprint(kind=label[0], code=label[1], reason=word(state, f"reason.{reason}")),)
