"""Verbs of master data: add, change, deactivate; and those of the route and the limits.

Each one is a transaction that names its actor for the audit. People and stations, which have secrets, are in
`operations.people`.
"""

from typing import Any, Final, TypeVar

import msgspec

from neurohub.auth.caller import Caller
from neurohub.contract import forms
from neurohub.contract.commands import Command
from neurohub.contract.master import AddModel, ChangeProcess, ProcessView, SetLimits
from neurohub.contract.problems import Code, ProblemError
from neurohub.domain.limits import STANDARD, Limits
from neurohub.operations.idempotency import Created, once
from neurohub.storage import master
from neurohub.storage.master import Key, Noun
from neurohub.storage.pool import Connection, Database

V = TypeVar("V")
_encode: Final = msgspec.json.Encoder().encode
canonical: Final = msgspec.json.Encoder(order="deterministic").encode


async def add(
    database: Database, caller: Caller, noun: Noun[Any], key: Key, command: Command, *, once_key: str | None
) -> Created:
    """Add one of a kind; return its encoded view."""

    async def work(connection: Connection) -> bytes:
        await master.add(connection, noun, command)
        return _encode(await known(connection, noun, key))

    asked = f"POST /{noun.file}".encode() + canonical(command)
    return await once(database, caller.credential, once_key, asked, work)


async def add_model(database: Database, caller: Caller, command: AddModel, once_key: str | None) -> Created:
    """Add a model with the standard limits, so that its units can be judged from the first on."""

    async def work(connection: Connection) -> bytes:
        await master.add(connection, master.MODELS, command)
        await master.add_limits(connection, command.code, _encode(STANDARD), caller.credential)
        return _encode(await known(connection, master.MODELS, {"code": command.code}))

    return await once(database, caller.credential, once_key, b"POST /models" + canonical(command), work)


async def change(database: Database, caller: Caller, noun: Noun[V], key: Key, command: Command) -> V:
    """Change one of a kind; return it as it is then. `NOT_FOUND` when there is none."""
    found: list[V] = []

    async def work(connection: Connection) -> bytes:
        await master.change(connection, noun, key, command)
        found.append(await known(connection, noun, key))
        return b""

    await once(database, caller.credential, None, b"", work)
    return found[0]


async def known(connection: Connection, noun: Noun[V], key: Key) -> V:
    """Return one of a kind as this transaction sees it, or raise `NOT_FOUND`."""
    found = await master.read(connection, noun, key)
    if found is None:
        raise nothing(noun, key)
    return found


def nothing(noun: Noun[Any], key: Key) -> ProblemError:
    shown = "/".join(str(part) for part in key.values())
    return ProblemError(Code.NOT_FOUND, f"There is no {shown[:64]!r} in the {noun.name}")


async def set_limits(database: Database, caller: Caller, command: SetLimits, once_key: str | None) -> Created:
    """Add a version of a model's limits, in force at once for completions that arrive after it."""
    try:
        limits = msgspec.convert(command.limits, Limits)
    except msgspec.ValidationError as error:
        raise ProblemError(Code.INVALID_REQUEST, f"limits: {forms.said(error)}") from None

    async def work(connection: Connection) -> bytes:
        await known(connection, master.MODELS, {"code": command.model})
        version = await master.add_limits(connection, command.model, _encode(limits), caller.credential)
        return _encode(await known(connection, master.LIMITS, {"version": version}))

    return await once(database, caller.credential, once_key, b"POST /limits" + canonical(command), work)


async def route(database: Database, model: str | None) -> list[ProcessView]:
    """Return the eight processes as they are for `model`, or as they stand."""
    async with database.connection() as connection:
        if model is not None:
            await known(connection, master.MODELS, {"code": model})
        return await master.processes(connection, model)


async def change_process(
    database: Database, caller: Caller, process: int, command: ChangeProcess
) -> ProcessView:
    """Change a process, or its standard time and rework for one model."""
    model = command.model or None
    if model is not None and (command.name_ko or command.name_en):
        raise ProblemError(Code.INVALID_REQUEST, "The names of a process are the same for every model")
    given = msgspec.structs.replace(command, model=msgspec.UNSET)

    async def work(connection: Connection) -> bytes:
        if model is not None:
            await known(connection, master.MODELS, {"code": model})
        await master.change_process(connection, process, model, given)
        return _encode(await master.processes(connection, model, process))

    answer = await once(database, caller.credential, None, b"", work)
    return msgspec.json.decode(answer.body, type=list[ProcessView])[0]


async def reset_route(database: Database, caller: Caller, process: int, model: str) -> None:
    """Let a model follow the process as it stands again."""

    async def work(connection: Connection) -> bytes:
        await master.reset_route(connection, process, model)
        return b""

    await once(database, caller.credential, None, b"", work)
