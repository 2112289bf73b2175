"""Creates with an `Idempotency-Key`: the key, the effect and the answer are committed together.

The same key with the same command gets the first answer byte for byte; with another one `EVENT_ID_REUSED`.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from neurohub.contract.problems import Code, ProblemError
from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("idempotency")
KEY_MAX_CHARS: Final = 200

Work = Callable[[Connection], Awaitable[bytes]]


class Created(NamedTuple):
    """The encoded answer of a create, and whether it was given before."""

    body: bytes
    replayed: bool = False


async def once(database: Database, credential: str, key: str | None, command: bytes, work: Work) -> Created:
    """Run `work` in one transaction, at most once per `key` of `credential`; return its encoded answer.

    `command` is the normal form of what was asked, with the route in it.
    """
    async with database.transaction() as connection:
        await rows(connection, _SQL["actor"], (credential,))
        if key is None:
            return Created(await work(connection))
        if not 1 <= len(key) <= KEY_MAX_CHARS:
            raise ProblemError(Code.INVALID_REQUEST, f"Idempotency-Key: 1..{KEY_MAX_CHARS} characters")
        digest = hashlib.sha256(command).digest()
        if not await rows(connection, _SQL["claim"], (credential, key, digest)):
            return await _first_answer(connection, credential, key, digest)
        body = await work(connection)
        await rows(connection, _SQL["keep"], (body, credential, key))
        return Created(body)


async def _first_answer(connection: Connection, credential: str, key: str, digest: bytes) -> Created:
    ((known, body),) = await rows(connection, _SQL["find"], (credential, key))
    if known != digest:
        raise ProblemError(Code.EVENT_ID_REUSED, "This Idempotency-Key was used for another command")
    return Created(body, replayed=True)
