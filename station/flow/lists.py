"""History by date and result, and the list of refused events: read, choose, retry, settle, correct."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from neurohub.contract.commands import CompleteStep, UndoStart
from neurohub.contract.enums import Result
from station.flow import form, plant, refusal, work
from station.flow.effects import ReadHistory, Retry, Settle
from station.flow.facts import HistoryRow, HistorySaid
from station.flow.state import Done, Job, SheetState, Stage, State, Step, is_unit, still

FILTERS: Final = ("", *Result, "refused", "waiting")
_STAGES: Final = {"accepted": Stage.ACCEPTED, "refused": Stage.REFUSED}


def open_history(state: State) -> Step:
    today = plant.day_of(state, state.now)
    return replace(state, notice=None, sheet=SheetState(key="history", day=today)), (ReadHistory(day=today),)


def open_refused(state: State) -> Step:
    """Show what was refused; the banners that lead here have done their work."""
    others = tuple(notice for notice in state.alarms if notice.ask != "refused")
    after = replace(state, notice=None, alarms=others, sheet=SheetState(key="refused"))
    return after, (ReadHistory(refused=True),)


def turn(state: State, days: int) -> Step:
    """Show the day before or after; the days to come hold nothing."""
    sheet, today = state.sheet, plant.day_of(state, state.now)
    if sheet is None or sheet.key != "history":
        return work.refuse(state, "command.not_now")
    day = min(today, (sheet.day or today) + timedelta(days=days))
    return replace(state, sheet=replace(sheet, day=day, rows=None)), (ReadHistory(day=day),)


def next_filter(state: State) -> Step:
    sheet = state.sheet
    if sheet is None or sheet.key != "history":
        return work.refuse(state, "command.not_now")
    shown = FILTERS[(FILTERS.index(sheet.result) + 1) % len(FILTERS)]
    return still(replace(state, sheet=replace(sheet, result=shown)))


def said(state: State, fact: HistorySaid) -> Step:
    """Show what was read; the first that nobody asked for is today's: it is counted, and closes what had ended."""
    sheet = state.sheet
    if sheet is not None and sheet.key in {"history", "refused"}:
        rows = tuple(sorted(fact.rows, key=lambda row: str(row.event.event_id), reverse=True))
        ids = [str(row.event.event_id) for row in rows] if sheet.key == "refused" else []
        chosen = sheet.chosen if sheet.chosen in ids else next(iter(ids), "")
        return still(replace(state, sheet=replace(sheet, rows=rows, chosen=chosen)))
    if state.counted:
        return still(state)
    known = {done.event_id for done in state.today}
    found = (_done(state, row) for row in fact.rows if row.event.event_id not in known)
    earlier = sorted((done for done in found if done is not None), key=lambda done: done.at)
    job = None if state.job and state.job.start in _ended(fact) else state.job
    return still(replace(state, counted=True, today=(*earlier, *state.today), job=job))


def _ended(fact: HistorySaid) -> set[UUID]:
    """Return the starts whose step has ended: the station may have died before it forgot the unit."""
    events = [row.event for row in fact.rows if row.state in {"waiting", "accepted"}]
    undone = {event.undo for event in events if isinstance(event, UndoStart)}
    return undone | {e.start_event_id for e in events if isinstance(e, CompleteStep) and e.start_event_id}


def _done(state: State, row: HistoryRow) -> Done | None:
    event = row.event
    if not isinstance(event, CompleteStep):
        return None
    at = event.occurred_at or state.now
    if plant.day_of(state, at) != plant.day_of(state, state.now):
        return None
    return Done(
        event_id=event.event_id,
        at=at,
        unit=event.unit,
        process=event.process,
        result=event.result,
        stage=_STAGES.get(row.state, Stage.SAVED),
    )


def shown(sheet: SheetState) -> list[HistoryRow]:
    """Return the rows that pass the sheet's filter."""
    return [row for row in sheet.rows or () if not sheet.result or sheet.result in _marks(row)]


def _marks(row: HistoryRow) -> set[str]:
    return {row.state, row.event.result if isinstance(row.event, CompleteStep) else ""}


def choose(state: State, row: str) -> Step:
    """Mark a line of the refused list."""
    sheet = state.sheet
    if sheet is None or row not in {str(known.event.event_id) for known in sheet.rows or ()}:
        return still(state)
    return still(replace(state, sheet=replace(sheet, chosen=row)))


def next_row(state: State) -> Step:
    """Mark the line below, and after the last the first: for keys and command barcodes."""
    sheet = state.sheet
    if sheet is None or not sheet.rows:
        return work.refuse(state, "command.not_now")
    ids = [str(row.event.event_id) for row in sheet.rows]
    at = ids.index(sheet.chosen) + 1 if sheet.chosen in ids else 0
    return still(replace(state, sheet=replace(sheet, chosen=ids[at % len(ids)])))


def _chosen(state: State) -> HistoryRow | None:
    sheet = state.sheet
    if sheet is None or sheet.key != "refused":
        return None
    return next((row for row in sheet.rows or () if str(row.event.event_id) == sheet.chosen), None)


def _without(state: State, event_id: UUID) -> State:
    rows = tuple(
        row for row in (state.sheet.rows or () if state.sheet else ()) if row.event.event_id != event_id
    )
    chosen = str(rows[0].event.event_id) if rows else ""
    return replace(state, sheet=SheetState(key="refused", rows=rows, chosen=chosen))


def retry(state: State) -> Step:
    if (row := _chosen(state)) is None:
        return work.refuse(state, "command.not_now")
    return _without(state, row.event.event_id), (Retry(event_id=row.event.event_id),)


def settle(state: State) -> Step:
    if (row := _chosen(state)) is None:
        return work.refuse(state, "command.not_now")
    return _without(state, row.event.event_id), (Settle(event_id=row.event.event_id),)


def correct(state: State) -> Step:
    """Open the form of a refused completion again; its new event takes the place of the old one."""
    row = _chosen(state)
    if row is None or not isinstance(row.event, CompleteStep):
        return work.refuse(state, "command.not_now")
    if state.job is not None:
        return work.refuse(state, "process.job_open")
    return still(replace(state, job=reopened(state, row), sheet=None, notice=None, outcome=None))


def reopened(state: State, row: HistoryRow) -> Job | None:
    """Return the job of a refused completion, as far as its event tells."""
    event = row.event
    if not isinstance(event, CompleteStep) or not is_unit(event.unit):
        return None
    return Job(
        unit=event.unit,
        process=event.process,
        operator=event.operator or state.operator,
        start=event.start_event_id or None,
        started_at=event.occurred_at or state.now,
        saved=True,
        answered=True,
        entries=form.entries_of(event.process, event.process_data),
        problems=refusal.problems(refusal.of_row(row)),
        replaces=event.event_id,
    )
