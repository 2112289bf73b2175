"""JSON Schema (2020-12) of each process's completion file, made from the contract's Structs.

What a schema cannot say (clock, duplicates, name of the file, a LOT that must be the unit's) is said by `reading`.
The files in `schema/` are these, committed for vendors; a test holds them equal.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import UNSET

from neurohub.contract import process_data as pd
from station.rig import fields, file
from station.rig.file import CompletionFile
from station.rig.passing import REQUIRED

FOLDER: Final = Path(__file__).with_name("schema")
_LOT_FORM: Final = "[A-Za-z]{2}[0-9]{2}[A-Za-z]{3}[0-9]{7}"
_UNIT_FORM: Final = rf"^\s*(?:[Ww][Ii][Pp]-{_LOT_FORM}-[0-9]{{3}}|{_LOT_FORM}[0-9]{{4}})\s*$"
_NOT_PORTABLE: Final = r"(?!\n)$"  # Python's `$` also fits before a line feed; that of JSON Schema does not
_MARKS: Final = re.compile(r"\[\]|\?")


def schema(process: int) -> dict[str, Any]:
    """Return the schema of a completion file of `process`."""
    kind = pd.BY_PROCESS[process]
    (_, data), parts = msgspec.json.schema_components((CompletionFile, kind), ref_template="#/$defs/{name}")
    head = parts.pop("CompletionFile")
    properties = head["properties"] | {
        "unit": {"type": "string", "pattern": _UNIT_FORM},
        "process": {"enum": [process, file.process_code(process)]},
        "process_data": data,
    }
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Completion file of {file.process_code(process)}",
        **{key: head[key] for key in ("type", "required", "additionalProperties")},
        "properties": properties,
        "allOf": list(_rules(process)),
        "$defs": parts,
    }
    rows = fields.read()
    _describe(made, "", rows[fields.HEAD])
    _describe(made, "process_data.", rows[process])
    return made


def text(process: int) -> str:
    """Return the schema as it is committed."""
    return msgspec.json.format(msgspec.json.encode(schema(process))).decode().replace(_in_json(), "$") + "\n"


def path_of(process: int) -> Path:
    return FOLDER / f"{file.process_code(process)}.json"


def write() -> list[Path]:
    """Bring the committed schemas to what the contract says."""
    FOLDER.mkdir(exist_ok=True)
    for process in pd.BY_PROCESS:
        path_of(process).write_text(text(process), encoding="utf-8")
    return [path_of(process) for process in pd.BY_PROCESS]


def _in_json() -> str:
    return _NOT_PORTABLE.replace("\\", "\\\\")


def _rules(process: int) -> Iterator[dict[str, Any]]:
    """Yield what depends on the result."""
    needed = {"required": list(REQUIRED[process])}
    consts = {name: {"const": value} for name, value in REQUIRED[process].items() if value is not UNSET}
    yield _when({"const": "PASS"}, {"properties": {"process_data": needed | {"properties": consts}}})
    yield _when({"enum": ["PASS", "ERROR"]}, {"properties": {"defect": {"type": "null"}}})


def _when(result: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {"result": result}}, "then": then}


def _describe(made: dict[str, Any], prefix: str, rows: list[fields.Field]) -> None:
    """Write meaning, unit and example of each row into the property it names."""
    for row in rows:
        node = _property(made, _MARKS.sub("", prefix + row.path).split("."))
        unit = f" [{row.unit}]" if row.unit else ""
        node["description"] = f"{row.en}{unit} / {row.ko}"
        if "{" not in row.example:
            node["examples"] = [msgspec.json.decode(row.example)]


def _property(made: dict[str, Any], path: list[str]) -> dict[str, Any]:
    node = made
    for name in path:
        properties = _resolved(made, node)["properties"]
        if "$ref" in properties[name] and name == path[-1]:
            properties[name] = dict(properties[name])  # a description may stand beside a reference
        node = properties[name]
    return node


def _resolved(made: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return the object schema behind references and lists."""
    while "properties" not in node:
        node = node["items"] if "items" in node else made["$defs"][node["$ref"].rpartition("/")[2]]
    return node
