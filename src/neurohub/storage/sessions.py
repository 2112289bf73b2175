"""Sign-ins in the database: accounts, refresh tokens, ended families, failed attempts; rules are in `auth`.

Who calls it: `auth.directory` and `auth.sign_in`, where rows land in `auth.caller.Account`.
"""

from typing import Any, Final, Literal
from uuid import UUID

from psycopg.rows import TupleRow

from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("sessions")
Subject = Literal["person", "station"]


async def everybody(database: Database) -> tuple[list[TupleRow], frozenset[UUID]]:
    """Return all accounts that may sign in and the families that were ended lately."""
    async with database.connection() as connection:
        accounts = await rows(connection, _SQL["accounts"])
        revoked = await rows(connection, _SQL["revoked"])
    return accounts, frozenset(family for (family,) in revoked)


async def gate(database: Database, account: str, address: str) -> tuple[int, bool]:
    """Return the seconds to wait before the next attempt and whether `account` is attacked from elsewhere."""
    found = await database.rows(_SQL["gate"], {"account": account, "address": address})
    account_s, address_s, attacked = found[0]
    return max(account_s, address_s), attacked


async def count_failure(database: Database, account: str, address: str) -> None:
    await database.rows(_SQL["count_failure"], {"account": account, "address": address})


async def clear_failures(database: Database, account: str, address: str) -> None:
    await database.rows(_SQL["clear_failures"], {"account": account, "address": address})


async def to_verify(database: Database, kind: Subject, key: str) -> TupleRow | None:
    """Return the active account's columns and, last, its hash."""
    return await database.row(_SQL[f"{kind}_to_verify"], {"key": key})


async def rehash(database: Database, kind: Subject, key: str, old: str, new: str) -> None:
    await database.rows(_SQL[f"rehash_{kind}"], {"key": key, "old": old, "new": new})


async def keep_refresh(
    connection: Connection, token_hash: bytes, family: UUID, subject: str, lives_s: int
) -> None:
    facts: dict[str, Any] = {
        "token_hash": token_hash,
        "family": family,
        "subject": subject,
        "lives_s": lives_s,
    }
    await rows(connection, _SQL["keep_refresh"], facts)


async def lock_refresh(connection: Connection, token_hash: bytes) -> TupleRow | None:
    """Return (family, subject, expired, seconds since use or None) of a refresh token, locked."""
    found = await rows(connection, _SQL["lock_refresh"], {"token_hash": token_hash})
    return found[0] if found else None


async def subject(connection: Connection, name: str, family: UUID) -> TupleRow | None:
    """Return the account behind a refresh token while it is active and the family lives."""
    found = await rows(connection, _SQL["subject"], {"subject": name, "family": family})
    return found[0] if found else None


async def use_refresh(connection: Connection, token_hash: bytes) -> None:
    await rows(connection, _SQL["use_refresh"], {"token_hash": token_hash})


async def revoke_family(connection: Connection, family: UUID, reason: str) -> None:
    await rows(connection, _SQL["revoke_family"], {"family": family, "reason": reason})


async def revoke_subject(connection: Connection, name: str, reason: str) -> None:
    await rows(connection, _SQL["revoke_subject"], {"subject": name, "reason": reason})


async def sweep(connection: Connection) -> None:
    """Forget what ended long ago. Safe to call at any time, from any worker."""
    for name in ("sweep_refresh", "sweep_revoked", "sweep_failures"):
        await rows(connection, _SQL[name])
