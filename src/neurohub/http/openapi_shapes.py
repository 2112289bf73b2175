"""What the OpenAPI document says beyond the types: words, headers, problems, the shapes that are bytes inside.

Not the mechanism, which is `http.openapi`, its only caller.
"""

from inspect import cleandoc
from typing import Any, Final

from neurohub.contract import process_data
from neurohub.contract.commands import CompleteStep, EventBatch, StartStep, UndoStart
from neurohub.contract.problems import KINDS as PROBLEMS
from neurohub.contract.problems import Code
from neurohub.contract.views import Judged, StepView, UndoneView
from neurohub.domain.judgement import REQUIRED
from neurohub.domain.limits import Limits

Json = dict[str, Any]

# Schemas that no route names: they are inside of others.
KINDS: Final[set[Any]] = {
    *(StartStep, CompleteStep, UndoStart, EventBatch, StepView, UndoneView, Judged, Limits),
    *process_data.BY_PROCESS.values(),
}

DESCRIPTION: Final = """The manufacturing execution system of a robot plant: LOTs and units through eight processes.

JSON in and out, `snake_case`, instants RFC 3339 in UTC. Unknown fields and query parameters are refused. Lists
answer `{"items": [...], "next": cursor | null}` and take `limit` and `cursor`. Every refusal is
`application/problem+json` with a `code` ([all codes](/docs/problems)). `X-Request-ID` is echoed, or made.
Every GET route serves HEAD as well.
"""

TAGS: Final = {
    "Signing in": "Tokens of people and stations: 10 minutes of access, 12 hours of refresh.",
    "LOTs": "Batches of one model on one line, at most 100 units.",
    "Units": "Robots on their way, named by WIP id or serial number; their traces, defects and components.",
    "Process": "Starts, completions and undos. Repeating an `event_id` gets the first answer again.",
    "Dashboard": "The numbers of the day, at most 1 s old.",
    "Alerts": "What a manager should look at: one for each cause, read and unread.",
    "Firmware": "Images released for a model, kept for ever, checked on the way in and on the way out.",
    "Labels": "ZPL and previews; print jobs, which are never printed twice by themselves.",
    "Master data": "What the plant is made of. Managers read, admins change; nothing is deleted.",
    "Health": "For load balancers.",
}

STATUSES: Final = {
    "200": "Done",
    "201": "Created",
    "204": "Done, there is nothing to say",
    "206": "The part that was asked for",
    "304": "Unchanged since the given ETag",
    "400": "The request is not understood",
    "401": "Not signed in",
    "403": "Not allowed",
    "404": "Not there",
    "409": "Not in this state",
    "413": "Too large",
    "415": "Not the type of body that is taken",
    "416": "There is no such part",
    "422": "Not acceptable",
    "429": "Too many attempts",
    "503": "Not now",
}

_TEXT: Final[Json] = {"type": "string"}
HEADERS: Final[Json] = {
    "X-Request-ID": {"description": "The request's own id, or one made for it", "schema": _TEXT},
    "ETag": {"description": "Changes with the resource", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}},
    "Idempotent-Replay": {
        "description": "`true`: this answer was given before, nothing happened again",
        "schema": {"type": "string", "enum": ["true"]},
    },
}

PARAMETERS: Final[dict[str, Json]] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key with the same command gets the first answer again, with another one 422",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag one has: 304 when nothing changed",
        "schema": _TEXT,
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "required": False,
        "description": "One range of bytes, e.g. `bytes=1048576-`",
        "schema": _TEXT,
    },
    "If-Range": {
        "name": "If-Range",
        "in": "header",
        "required": False,
        "description": "The ETag of what one has a part of: with another one everything is sent",
        "schema": _TEXT,
    },
}

# By the name of a path parameter.
EXAMPLES: Final[dict[str, Json]] = {
    "lot_number": {"description": "LOT number", "example": "KR01PSA2511001"},
    "kind": {"description": "What is labelled: a LOT, a unit by its WIP id, a unit by its serial number"},
    "file": {"description": "Code and form of the label", "example": "KR01PSA2511001.zpl"},
    "component_lot": {"description": "Lot number of a built-in part", "example": "SMA-2511-07"},
}


def codes_of(status: int) -> list[str]:
    """Return the problem codes a status is answered with."""
    if status in {415, 416}:
        return [Code.INVALID_REQUEST.value]
    return [code.value for code, kind in PROBLEMS.items() if kind.status == status]


def finished(schemas: dict[str, Json]) -> dict[str, Json]:
    """Return the schemas with what types cannot say put in."""
    for process, kind in process_data.BY_PROCESS.items():
        schemas[kind.__name__]["description"] = _process_data_sentence(process)
    for name in ("StartStep", "CompleteStep", "UndoStart"):  # a route of its own needs no `kind`
        schemas[name]["required"].remove("kind")
    _property(schemas, "CompleteStep", "process_data").update(
        anyOf=[_ref(kind.__name__) for kind in process_data.BY_PROCESS.values()],
        description="What the process measured; its shape is the process's",
    )
    _property(schemas, "StepView", "judged").update(
        type="array",
        items=_ref("Judged"),
        description="What was measured. Of many (over 1.2 kB) those that fit, the failed ones first; the trace has all",
    )
    _property(schemas, "EventResult", "body").update(
        anyOf=[_ref("StepView"), _ref("UndoneView"), _ref("Problem")],
        description="What the event's own route would have answered with `status`",
    )
    for name in ("SetLimits", "LimitSetView"):
        _property(schemas, name, "limits").update(_ref("Limits"))
    schemas["EventBatch"]["properties"]["events"]["items"] = _step_event()
    schemas["FirmwareForm"]["properties"]["file"] = {"type": "string", "format": "binary"}
    for schema in schemas.values():
        _tidy(schema)
    return dict(sorted((schemas | {"Problem": _problem()}).items()))


def _tidy(schema: Json) -> None:
    """Straighten the docstring, and say that what is named `..._at` is an instant: views keep no zone type."""
    if "description" in schema:
        schema["description"] = cleandoc(schema["description"])
    for name, value in schema.get("properties", {}).items():
        for option in (value, *value.get("anyOf", ())):
            if name.endswith("_at") and option.get("type") == "string":
                option["format"] = "date-time"


def _process_data_sentence(process: int) -> str:
    needed = ", ".join(
        f"`{name}`"
        if not isinstance(value, str | bool)
        else f"`{name}` = `{str(value).replace('True', 'true')}`"
        for name, value in REQUIRED[process].items()
    )
    return f"`process_data` of process {process}. A PASS needs {needed}; other results need nothing."


def _step_event() -> Json:
    kinds = {"start": "StartStep", "complete": "CompleteStep", "undo": "UndoStart"}
    mapping = {kind: f"#/components/schemas/{name}" for kind, name in kinds.items()}
    return {
        "oneOf": [_ref(name) for name in kinds.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
        "required": ["kind"],
    }


def _problem() -> Json:
    return {
        "title": "Problem",
        "description": "A refusal (RFC 9457). Further members are facts: the field, the due process, the unit.",
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
            "code": {"type": "string", "enum": [code.value for code in PROBLEMS]},
            "more": {"type": "integer", "description": "How many further `fields` there are"},
            "fields": {
                "type": "array",
                "description": "With `INVALID_PROCESS_DATA`: the fields at fault, as many as fit",
                "items": {
                    "type": "object",
                    "required": ["name", "problem"],
                    "properties": {"name": _TEXT, "problem": _TEXT},
                },
            },
        },
    }


def _property(schemas: dict[str, Json], kind: str, name: str) -> Json:
    found: Json = schemas[kind]["properties"][name]
    found.pop("type", None)
    found.pop("additionalProperties", None)
    return found


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
