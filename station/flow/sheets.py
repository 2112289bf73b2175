"""Sheets over the job: menu, defects, history, refused events, settings, sign-in, labels, diagnostics, help."""

from collections.abc import Callable, Iterator
from typing import Final

from neurohub.contract.commands import CompleteStep, StartStep
from station.flow import labels, lists, plant
from station.flow.buttons import button, choose_process
from station.flow.facts import HistoryRow
from station.flow.reading import barcode_of
from station.flow.refusal import problem_key
from station.flow.state import SheetState, State
from station.flow.words import named, said, word
from station.screen import Field, FieldKind, Icon, Row, Sheet, Tone

_STATES: Final = {"accepted": (Tone.GOOD, Icon.GOOD), "refused": (Tone.BAD, Icon.BAD)}
_HELP: Final = (
    "pass",
    "fail",
    "rework",
    "error",
    "undo",
    "clear",
    "reprint",
    "ok",
    "cancel",
    "menu",
    "sign-out",
)


def sheet(state: State) -> Sheet | None:
    """Return the open sheet."""
    return None if state.sheet is None else _SHEETS[state.sheet.key](state, state.sheet)


def _menu(state: State, _: SheetState) -> Sheet:
    who = "sign-out" if state.operator else "sign-in"
    keys = ("history", "refused", "settings", "diagnostics", "help", who, "leave", "cancel")
    return _plain(state, "menu", keys)


def _plain(state: State, key: str, keys: tuple[str, ...], note: str = "") -> Sheet:
    buttons = tuple(button(state, each) for each in keys)
    return Sheet(key=key, title=word(state, f"sheet.{key}"), buttons=buttons, note=note)


def _defects(state: State, open_sheet: SheetState) -> Sheet:
    process = state.job.process if state.job else 0
    rows = tuple(
        Row(
            key=f"defect:{found.code}",
            hotkey=str(number) if number < 10 else "",
            tone=Tone.BAD,
            icon=Icon.BAD,
            cells=(
                plant.defect_name(found, state.choices.language),
                barcode_of(f"defect:{found.code}"),
            ),
        )
        for number, found in enumerate(plant.defects(state, process), start=1)
    )
    remark = Field(
        name="remark",
        word=word(state, "field.remark"),
        kind=FieldKind.REMARK,
        text=open_sheet.form.get("remark", ""),
    )
    return Sheet(
        key="defects",
        title=word(state, "sheet.defects"),
        rows=rows,
        fields=(remark,),
        buttons=(button(state, "cancel"),),
        note=word(state, "sheet.defects.note"),
    )


def _history(state: State, open_sheet: SheetState) -> Sheet:
    day = open_sheet.day.isoformat() if open_sheet.day else word(state, "history.of_unit")
    shown = word(state, f"filter.{open_sheet.result}" if open_sheet.result else "filter.all")
    found = lists.shown(open_sheet)
    empty = "history.reading" if open_sheet.rows is None else "" if found else "history.none"
    return Sheet(
        key="history",
        title=f"{word(state, 'sheet.history')} · {day} · {shown}",
        heads=tuple(word(state, f"head.{head}") for head in ("time", "unit", "process", "what", "state")),
        rows=tuple(_event(state, row) for row in found),
        buttons=tuple(button(state, key) for key in ("prev-day", "next-day", "filter", "cancel")),
        note=word(state, empty) if empty else word(state, "sheet.history.note"),
    )


def _refused(state: State, open_sheet: SheetState) -> Sheet:
    rows = open_sheet.rows
    chosen = next((row for row in rows or () if str(row.event.event_id) == open_sheet.chosen), None)
    can_correct = chosen is not None and isinstance(chosen.event, CompleteStep)
    keys = (
        ["next", "retry", "settle", *(["correct"] if can_correct else []), "cancel"] if rows else ["cancel"]
    )
    note = "history.reading" if rows is None else "sheet.refused.note" if rows else "refused.none"
    return Sheet(
        key="refused",
        title=word(state, "sheet.refused"),
        heads=tuple(word(state, f"head.{head}") for head in ("time", "unit", "process", "what", "why")),
        rows=tuple(_event(state, row, chosen=row is chosen, why=True) for row in rows or ()),
        buttons=tuple(button(state, key) for key in keys),
        note=word(state, note),
    )


def _event(state: State, row: HistoryRow, *, chosen: bool = False, why: bool = False) -> Row:
    event = row.event
    at = plant.local(state, event.occurred_at).strftime("%m-%d %H:%M:%S") if event.occurred_at else ""
    is_step = isinstance(event, StartStep | CompleteStep)
    what = event.result if isinstance(event, CompleteStep) else "START" if is_step else "UNDONE"
    refused = (
        word(state, problem_key(row.code), said=row.detail, station="") if row.state == "refused" else ""
    )
    tone, icon = _STATES.get(row.state, (Tone.SAVED, Icon.SAVED))
    return Row(
        key=f"row:{event.event_id}" if why else "",
        chosen=chosen,
        tone=tone,
        icon=icon,
        cells=(
            at,
            event.unit if isinstance(event, StartStep | CompleteStep) else "",
            str(event.process) if isinstance(event, StartStep | CompleteStep) else "",
            word(state, f"result.{what}"),
            refused or named(state, f"history.{row.state}", row.state),
        ),
    )


def _settings(state: State, _: SheetState) -> Sheet:
    keys = ("language", "theme", "sound", "text", "set-up", "cancel")
    choices = tuple(button(state, key) for key in keys)
    rows = tuple(
        Row(
            tone=Tone.IDLE,
            icon=Icon.LIST,
            cells=_pair(state, name, value),
        )
        for name, value in (
            ("language", state.choices.language),
            ("theme", state.choices.theme),
            ("sound", state.choices.sound),
            ("text", state.choices.text),
        )
    )
    return Sheet(
        key="settings",
        title=word(state, "sheet.settings"),
        rows=rows,
        buttons=(*choose_process(state), *choices),
        note=word(state, "sheet.settings.note"),
    )


def _pair(state: State, name: str, value: str) -> tuple[str, str]:
    return word(state, f"setting.{name}"), word(state, f"setting.{name}.{value}")


def _sign_in(state: State, open_sheet: SheetState) -> Sheet:
    kinds = (("username", FieldKind.TEXT), ("password", FieldKind.PASSWORD))
    fields = tuple(
        Field(name=name, word=word(state, f"field.{name}"), kind=kind, text=open_sheet.form.get(name, ""))
        for name, kind in kinds
    )
    return Sheet(
        key="sign-in",
        title=word(state, "sheet.sign-in"),
        fields=fields,
        buttons=(button(state, "enter"), button(state, "cancel")),
        is_typed=True,
        note=said(state, open_sheet.problem) if open_sheet.problem else word(state, "sheet.sign-in.note"),
    )


def _label(state: State, _: SheetState) -> Sheet:
    asked = labels.unknown(state)
    note = f"{asked.code} · {word(state, 'label.unknown.do', said=asked.detail)}" if asked else ""
    return _plain(state, "label", ("label-yes", "label-no", "cancel") if asked else ("cancel",), note)


def _reprint(state: State, _: SheetState) -> Sheet:
    reasons = tuple(
        button(state, f"reason:{reason}", hotkey=str(n)) for n, reason in enumerate(labels.REASONS, start=1)
    )
    return Sheet(
        key="reprint", title=word(state, "sheet.reprint"), buttons=(*reasons, button(state, "cancel"))
    )


def _diagnostics(state: State, _: SheetState) -> Sheet:
    rows = tuple(
        Row(tone=Tone.IDLE, icon=Icon.LIST, cells=(word(state, f"diagnostics.{name}"), text.strip()))
        for name, text in _known(state)
    )
    title = word(state, "sheet.diagnostics")
    buttons = (button(state, "set-up"), button(state, "cancel"))
    return Sheet(key="diagnostics", title=title, rows=rows, buttons=buttons)


def _known(state: State) -> Iterator[tuple[str, str]]:
    devices, briefing = state.devices, state.briefing
    yield "station", f"{state.station} {briefing.line if briefing else ''}"
    yield "server", f"{word(state, f'server.{devices.server.state}')} {devices.server.detail}"
    yield "clock", f"{devices.server.clock_ahead_s:+.1f} s"
    yield "queue", f"{devices.queue.depth} / {devices.queue.refused}"
    yield "gauge", devices.gauge
    yield "version", f"{state.version} / {briefing.newest_version if briefing else ''}"
    for said_of in devices.said.values():
        yield said_of.device, f"{word(state, f'device.{said_of.state}')} {said_of.detail}"
    for image in devices.firmware.values():
        yield "firmware", f"{image.model} {image.version} {image.progress:.0%} {image.problem}"


def _help(state: State, _: SheetState) -> Sheet:
    rows = tuple(
        Row(tone=Tone.IDLE, icon=Icon.SCAN, cells=(each.barcode, each.hotkey, each.word))
        for each in (button(state, key) for key in _HELP)
    )
    return Sheet(
        key="help",
        title=word(state, "sheet.help"),
        rows=rows,
        buttons=(button(state, "card"), button(state, "cancel")),
        note=word(state, "sheet.help.note"),
    )


_SHEETS: Final[dict[str, Callable[[State, SheetState], Sheet]]] = {
    "menu": _menu,
    "defects": _defects,
    "history": _history,
    "refused": _refused,
    "settings": _settings,
    "sign-in": _sign_in,
    "label": _label,
    "reprint": _reprint,
    "diagnostics": _diagnostics,
    "help": _help,
}
