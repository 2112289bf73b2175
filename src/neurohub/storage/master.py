"""Master data in the database: one mechanism for all kinds, each with its statements in `sql/queries`.

Commands go in as JSON and rows come out as JSON: the statement picks the columns, so nothing unnamed is
written. Not here: who may (http) and what else must hold (operations).
"""

from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from neurohub.contract.commands import Command
from neurohub.contract.master import (
    DefectCodeView,
    EquipmentView,
    LimitSetView,
    LineView,
    ModelView,
    PrinterView,
    ProcessView,
    UserView,
)
from neurohub.contract.stations import StationView
from neurohub.storage.pages import Page, page_of
from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

V = TypeVar("V")
Key = dict[str, str | int]

_encode: Final = msgspec.json.Encoder().encode


class Noun(Struct, Generic[V], frozen=True):
    """A kind of master data: the file of its statements, what a row becomes, what people call it."""

    file: str
    decoder: msgspec.json.Decoder[V]
    name: str


LINES: Final = Noun("lines", msgspec.json.Decoder(LineView), "lines")
MODELS: Final = Noun("models", msgspec.json.Decoder(ModelView), "models")
DEFECT_CODES: Final = Noun("defect_codes", msgspec.json.Decoder(DefectCodeView), "defect codes")
EQUIPMENT: Final = Noun("equipment", msgspec.json.Decoder(EquipmentView), "equipment")
PRINTERS: Final = Noun("printers", msgspec.json.Decoder(PrinterView), "printers")
STATIONS: Final = Noun("stations", msgspec.json.Decoder(StationView), "stations")
USERS: Final = Noun("people", msgspec.json.Decoder(UserView), "users")
LIMITS: Final = Noun("limits", msgspec.json.Decoder(LimitSetView), "limits")
PROCESSES: Final = Noun("processes", msgspec.json.Decoder(ProcessView), "processes")


async def page(
    database: Database, noun: Noun[V], filters: dict[str, Any], limit: int, after: str | int | None
) -> Page[V]:
    """Return one page of a kind; `filters` are what its statement `page` takes besides."""
    params = {**filters, "after": after, "limit": limit + 1}
    return page_of(await database.rows(load(noun.file)["page"], params), limit, noun.decoder)


async def one(database: Database, noun: Noun[V], key: Key) -> V | None:
    found = await database.row(load(noun.file)["one"], key)
    return None if found is None else noun.decoder.decode(found[0])


async def read(connection: Connection, noun: Noun[V], key: Key) -> V | None:
    """Return one of a kind as this transaction sees it."""
    found = await rows(connection, load(noun.file)["one"], key)
    return noun.decoder.decode(found[0][0]) if found else None


async def add(connection: Connection, noun: Noun[V], command: Command, **more: Any) -> None:
    """Insert what `command` says; `more` are hashes and keys that are in no command."""
    await rows(connection, load(noun.file)["add"], {"given": _text(command), **more})


async def change(connection: Connection, noun: Noun[V], key: Key, command: Command) -> None:
    """Update the fields that are set in `command`."""
    await rows(connection, load(noun.file)["change"], {"given": _text(command), **key})


async def add_limits(connection: Connection, model: str, limits: bytes, actor: str) -> int:
    """Insert a version of limits; return its number."""
    params = {"model": model, "limits": limits.decode(), "actor": actor}
    ((version,),) = await rows(connection, load("limits")["add"], params)
    return int(version)


async def processes(
    connection: Connection, model: str | None, process: int | None = None
) -> list[ProcessView]:
    """Return the eight processes (or one of them), as they stand or as they are for `model`."""
    found = await rows(connection, load("processes")["all"], {"model": model, "process": process})
    return [PROCESSES.decoder.decode(view) for (view,) in found]


async def change_process(connection: Connection, process: int, model: str | None, command: Command) -> None:
    name = "change" if model is None else "change_route"
    params = {"process": process, "model": model, "given": _text(command)}
    await rows(connection, load("processes")[name], params)


async def reset_route(connection: Connection, process: int, model: str) -> None:
    await rows(connection, load("processes")["reset_route"], {"process": process, "model": model})


def _text(command: Command) -> str:
    return _encode(command).decode()
