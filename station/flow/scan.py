"""What a scan means now: sign in, start, fill in, verify, command; or a refusal that says what is due.

The same code again within two seconds is the same scan. What the text is, `reading` says.
"""

from typing import Final

from msgspec.structs import replace

from neurohub.contract.barcode import UnitCode, normalize
from neurohub.contract.printing import JobStatus
from station.flow import labels, plant, press, reading, work
from station.flow.asks import ASKS, PREFIXES, Scan
from station.flow.effects import Play, ReadHistory, Sound
from station.flow.facts import Scanned
from station.flow.people import sign_in
from station.flow.reading import Kind, Reading
from station.flow.state import Job, State, Step, problem, still, tell
from station.screen import Icon, Tone

DOUBLE_S: Final = 2.0
_SHOWN_CHARS: Final = 32
_NAMED_BY_FORM: Final = frozenset({Kind.COMMAND, Kind.BADGE, Kind.UNIT, Kind.LOT})
_LABEL_ON_ITS_WAY: Final = frozenset({JobStatus.QUEUED, JobStatus.SENT})


def scan(state: State, fact: Scanned) -> Step:
    """Handle one scan; every code of the plant works in every language, sheet and notice."""
    text = normalize(fact.text)
    if not text:
        return still(state)
    state, is_double = _counted(state, text)
    if is_double:
        return still(state)
    found = reading.read(state, text)
    if found.kind is Kind.COMMAND:
        return press.press(state, found.key)
    if fact.doubtful and found.kind not in _NAMED_BY_FORM:
        return work.refuse(state, "scan.again", text=text[:_SHOWN_CHARS])
    if state.briefing is None:
        return work.refuse(state, "scan.too_early")
    state, reports = _verified(replace(state, notice=None), text)
    after, effects = _meant(state, found)
    return after, (*reports, *effects)


def _counted(state: State, text: str) -> tuple[State, bool]:
    """Remember the scan; a trigger held down goes on being the same one."""
    last = state.scanned_at
    since_s = (state.now - last).total_seconds() if last is not None else DOUBLE_S
    is_double = state.scan == text and 0 <= since_s < DOUBLE_S  # a clock set back makes no scan a double
    return replace(state, scan=text, scanned_at=state.now), is_double


def _meant(state: State, found: Reading) -> Step:
    if found.kind is Kind.BADGE:
        if found.key == state.operator:
            return tell(state, problem("badge.same", tone=Tone.GOOD, icon=Icon.BADGE)), ()
        return sign_in(state, found.key)
    if not state.operator:
        known = found.kind in {Kind.UNIT, Kind.LOT}
        return work.refuse(state, "badge.first" if known else "badge.unknown")
    if state.sheet is not None and state.sheet.key == "history" and found.unit is not None:
        sheet = replace(state.sheet, rows=None, day=None, result="")
        return replace(state, sheet=sheet), (ReadHistory(unit=found.text),)
    state = replace(state, sheet=None)
    if found.unit is not None:
        return _begin(state, found) if state.job is None else _again(state, state.job, found.text, found.unit)
    if state.job is None:
        key = "scan.is_lot" if found.kind is Kind.LOT else "scan.unknown"
        return work.refuse(state, key, text=found.text[:_SHOWN_CHARS])
    return _part(state, state.job, found)


def _begin(state: State, found: Reading) -> Step:
    process = state.choices.process
    serial_due = plant.scans_serial(state, process)
    if not process:
        return work.refuse(state, "process.choose")
    if serial_due and not (found.unit and found.unit.is_serial):
        return work.refuse(state, "scan.serial_due", process=process)
    # Process 7 takes either: a unit that is here again has its serial label already.
    if not serial_due and found.unit and found.unit.is_serial and process != 7:
        return work.refuse(state, "scan.wip_due", process=process)
    return work.begin(state, found.text)


def _again(state: State, job: Job, text: str, unit: UnitCode) -> Step:
    """A unit is scanned while one is open."""
    is_same = unit[:2] == job.code[:2]
    verifies = any(ask.scan is Scan.SERIAL for ask in ASKS[job.process])
    if verifies and unit.is_serial:
        if is_same:
            return work.fill_and_finish(state, job, {"verified_code": text})
        return work.refuse(state, "label.other", text=text, due=job.code.serial_number)
    if is_same:
        notice = problem("job.same", tone=Tone.WARN, icon=Icon.WORK, code=job.unit)
        return tell(state, notice), (Play(sound=Sound.WARN),)
    notice = problem("job.other", code=job.unit, text=text)
    return tell(state, notice), (Play(sound=Sound.BAD),)


def _part(state: State, job: Job, found: Reading) -> Step:
    asks = [ask for ask in ASKS[job.process] if ask.scan in _fits(found.kind)]
    named = next((name for prefix, name in PREFIXES.items() if found.text.startswith(prefix)), "")
    if found.kind is Kind.LOT:
        if not asks:
            return work.refuse(state, "scan.is_lot", text=found.text)
        if found.text != job.code.lot_number:
            return work.refuse(state, "lot.other", text=found.text, due=job.code.lot_number)
    if not asks:
        return work.refuse(
            state,
            "scan.unknown" if found.kind is Kind.GARBAGE else "part.none",
            text=found.text[:_SHOWN_CHARS],
        )
    by_name = [ask for ask in asks if ask.name == named]
    if named and found.kind is Kind.PART and asks[0].scan is Scan.COMPONENT and not by_name:
        return work.refuse(state, "part.other", text=found.text)
    empty = [ask for ask in asks if not job.entries.get(ask.name)]
    into = next(iter(by_name or empty), None)
    if into is None:
        return work.refuse(state, "part.all_in", text=found.text)
    return work.fill_and_finish(state, job, {into.name: found.text})


def _fits(kind: Kind) -> frozenset[Scan]:
    return {
        Kind.LOT: frozenset({Scan.LOT}),
        Kind.PART: frozenset({Scan.COMPONENT, Scan.TEXT}),
        Kind.TEXT: frozenset({Scan.TEXT}),
    }.get(kind, frozenset())


def _verified(state: State, text: str) -> Step:
    """A label that is scanned has come out; the service is told as soon as its job has gone that far."""
    label = state.devices.labels.get(text)
    if label is None:
        return state, ()
    if label.status in _LABEL_ON_ITS_WAY:
        return replace(state, scanned_back=state.scanned_back | {text}), ()
    return labels.verified(state, label) if label.status in labels.OUT else still(state)
