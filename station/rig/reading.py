"""Reading a completion file: from its name and bytes to a result, or to everything that is wrong with it.

Pure but for the clock it is given. The service's judgement (limits, order of processes) is not here. Who calls it:
the result folder for each file, `neurohub-rig check` for a vendor.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

import msgspec
from msgspec import UNSET, Struct

from neurohub.contract import forms
from neurohub.contract import process_data as pd
from neurohub.contract.barcode import InvalidBarcodeError, UnitCode, normalize, parse_unit
from neurohub.contract.commands import SCANNED
from neurohub.contract.enums import Result
from station.rig import file
from station.rig.file import CompletionFile
from station.rig.passing import Problem, pass_problems

FIRST_YEAR: Final = 1970  # a clock without battery starts there; earlier ones cannot be brought to UTC
ASSEMBLY_MAX_MIN: Final = 100_000
ENCODINGS: Final = ("utf-8-sig", "cp949")
_FIELDS: Final = {field.name: field for field in msgspec.structs.fields(CompletionFile)}
_NAMED: Final = re.compile(r"Object (?:contains (unknown)|missing required) field `(.*?)`")


class Reading(Struct, frozen=True):
    """What was found. `completion` is there exactly when there are no problems; its `unit` is in its one form."""

    completion: CompletionFile | None
    problems: tuple[Problem, ...]
    encoding: str = ""


class _RefusedError(Exception):
    """The content is no JSON object; carries the one problem."""

    def __init__(self, reason: str, detail: str = "", field: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem(reason, field, detail)


def read(name: str, content: bytes, now: datetime) -> Reading:
    """Read the file `name` with `content`; `now` decides what lies in the future."""
    try:
        text, encoding = _decoded(content)
        members = _parsed(text, whole=file.looks_whole(content))
    except _RefusedError as refused:
        return Reading(None, (refused.problem,))
    problems = list(_field_problems(members))
    if not problems:
        made = msgspec.convert(members, CompletionFile)
        problems = [*_content_problems(made, now), *_name_problems(name, made)]
        if not problems:
            return Reading(msgspec.structs.replace(made, unit=normalize(made.unit)), (), encoding)
    return Reading(None, tuple(problems), encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    if len(content) > file.FILE_MAX_BYTES:
        raise _RefusedError("too_large", f"more than {file.FILE_MAX_BYTES} bytes")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise _RefusedError("bad_encoding")


def _parsed(text: str, *, whole: bool) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
        msgspec.json.decode(text)  # what JSON libraries differ on: lone surrogates, numbers beyond a double
    except json.JSONDecodeError as error:
        broken = "half_written" if text.lstrip().startswith("{") and not whole else "broken_json"
        raise _RefusedError(broken, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _RefusedError("broken_json", forms.said(error)) from None
    if not isinstance(value, dict):
        raise _RefusedError("broken_json", "not an object: { ... }")
    return value


def _no_number(text: str) -> NoReturn:
    raise _RefusedError("not_a_number", text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RefusedError("repeated_field", field=next(name for name in names if names.count(name) > 1))
    return members


def _field_problems(members: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the shape, each field on its own so that all are named at once."""
    for name, value in members.items():
        if name not in _FIELDS:
            yield Problem("unknown_field", _shown(name))
        else:
            yield from _converted(value, _FIELDS[name].type, name)
    for name, field in _FIELDS.items():
        if field.required and name not in members:
            yield Problem("missing_field", name)
    process, data = members.get("process"), members.get("process_data")
    if isinstance(data, dict) and not list(_converted(process, _FIELDS["process"].type, "process")):
        yield from _data_problems(file.process_number(process), data)  # type: ignore[arg-type]


def _data_problems(process: int, data: dict[str, Any]) -> Iterator[Problem]:
    kind = pd.BY_PROCESS[process]
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    for name, value in _scanned(process, data).items():
        path = f"process_data.{_shown(name)}"
        if name not in known:
            yield Problem("unknown_field", path)
        elif isinstance(value, list):
            yield from _list_problems(kind, name, value)
        else:
            yield from _converted({name: value}, kind, "process_data")


def _list_problems(kind: type[pd.ProcessData], name: str, items: list[Any]) -> Iterator[Problem]:
    """Yield what is wrong with each item, or with the list itself (too long, empty, not a list at all)."""
    found = [
        Problem(problem.reason, problem.field.replace("[0]", f"[{i}]", 1), problem.detail)
        for i, item in enumerate(items)
        for problem in _converted({name: [item]}, kind, "process_data")
    ]
    yield from found or _converted({name: items}, kind, "process_data")


def _converted(value: Any, kind: Any, at: str) -> Iterator[Problem]:
    """Yield the first problem that `value` has as a `kind`; `at` is where it stands in the file."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        said, _, below = forms.said(error).partition(" - at `$")
        path = at + below.rstrip("`")
        named = _NAMED.match(said)
        if named is None:
            yield Problem("wrong_value", path, said)
        else:
            yield Problem("unknown_field" if named[1] else "missing_field", f"{path}.{_shown(named[2])}")


def _shown(text: str) -> str:
    """Return what a vendor wrote, short and on one line."""
    return "".join(character if character.isprintable() else "?" for character in text[:80]) or '""'


def _content_problems(made: CompletionFile, now: datetime) -> Iterator[Problem]:
    if made.completed_at > now + timedelta(seconds=file.FUTURE_MAX_S):
        yield Problem(
            "future", "completed_at", f"{made.completed_at.isoformat()}, here it is {now.isoformat()}"
        )
    if made.completed_at.year < FIRST_YEAR:
        yield Problem("wrong_value", "completed_at", f"before the year {FIRST_YEAR}")
    if made.result in {Result.PASS, Result.ERROR} and made.defect is not None:
        yield Problem("contradiction", "defect", f"a result of {made.result} has no defect")
    try:
        unit = parse_unit(made.unit)
    except InvalidBarcodeError:
        yield Problem("bad_unit", "unit", _shown(made.unit))
        return
    yield from _process_data_problems(made, unit)


def _process_data_problems(made: CompletionFile, unit: UnitCode) -> Iterator[Problem]:
    process = file.process_number(made.process)
    data = msgspec.convert(_scanned(process, made.process_data), pd.BY_PROCESS[process])
    minutes = data.assembly_time if isinstance(data, pd.LmaAssembly | pd.RobotAssembly) else UNSET
    if minutes is not UNSET and not 0 < minutes <= ASSEMBLY_MAX_MIN:
        detail = f"must be above 0 and at most {ASSEMBLY_MAX_MIN} minutes"
        yield Problem("wrong_value", "process_data.assembly_time", detail)
    if made.result is Result.PASS:
        yield from pass_problems(process, data, unit)


def _scanned(process: int, data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` with its scanned codes in their one form, as the service brings them to it."""
    codes = {name: data[name] for name in SCANNED.get(process, ()) if isinstance(data.get(name), str)}
    return data | {name: normalize(code) for name, code in codes.items()}


def _name_problems(name: str, made: CompletionFile) -> Iterator[Problem]:
    said = file.parse_name(name)
    if said is None:
        yield Problem("bad_name", detail=_shown(name))
        return
    due = file.name_of(made)
    for field, had, has in zip(("unit", "process", "completed_at"), said, due, strict=True):
        if had != has:
            yield Problem("name_differs", field, f"file name {had}, content {has}")
