"""Signing in, going on, and out: one function each. Answers are a `Pair` of tokens with its account.

Failures are delayed, never locked: by account and address (1, 2, 4 .. 30 s from the 5th), so that nobody at
another address shuts a shift out. Unknown names take as long as wrong passwords and get the same words.
"""

import asyncio
from typing import Final
from uuid import UUID, uuid4

from msgspec import Struct

from neurohub.auth import tokens
from neurohub.auth.caller import Account, Caller
from neurohub.auth.directory import Directory, account_of
from neurohub.auth.passwords import hash_password, is_outdated
from neurohub.contract import forms
from neurohub.contract.problems import Code, ProblemError
from neurohub.storage import sessions
from neurohub.storage.pool import Connection, Database

SAME_SUCCESSOR_S: Final = 30.0
_ATTACKED_PAUSE_S: Final = 1.0
_HAS_FORM: Final = {"person": forms.is_username, "station": forms.is_key}
_PREFIX: Final = {"person": "user", "station": "station"}


class Attempt(Struct, frozen=True):
    """Somebody at `address` says to be the person or station `key`."""

    kind: sessions.Subject
    key: str
    secret: str
    address: str


class Pair(Struct, frozen=True):
    """What a successful sign-in or refresh hands out."""

    access_token: str
    refresh_token: str
    account: Account


class _Refused(Struct, frozen=True):
    """Why a refresh is refused, and whether the sign-in was ended for it."""

    code: Code
    detail: str
    ended: bool = False


async def sign_in(database: Database, directory: Directory, attempt: Attempt) -> Pair:
    """Return a new pair for a person or a station; `BAD_CREDENTIALS` or `TOO_MANY_REQUESTS` otherwise."""
    account_key = f"{_PREFIX[attempt.kind]}:{attempt.key if _has_form(attempt) else '?'}"
    # The gate is inside the slot: of a thousand guesses at once only as many as there are cores slip by.
    async with directory.hashing.slot():
        attacked = await _pass_gate(database, account_key, attempt.address)
        account = await _verify(database, directory, attempt)
        if account is None:
            await sessions.count_failure(database, account_key, attempt.address)
    if account is not None:
        await sessions.clear_failures(database, account_key, attempt.address)
        return await _begin(database, directory, account)
    if attacked:
        await asyncio.sleep(_ATTACKED_PAUSE_S)
    raise ProblemError(Code.BAD_CREDENTIALS, "Check the name and the password")


async def _verify(database: Database, directory: Directory, attempt: Attempt) -> Account | None:
    found = await sessions.to_verify(database, attempt.kind, attempt.key) if _has_form(attempt) else None
    kept = None if found is None else found[8]
    if not await directory.hashing.verify(kept, attempt.secret) or found is None:
        return None
    if is_outdated(found[8]):
        fresh = await asyncio.to_thread(hash_password, attempt.secret)
        await sessions.rehash(database, attempt.kind, attempt.key, found[8], fresh)
    return account_of(found)


def _has_form(attempt: Attempt) -> bool:
    """A name of another form is nobody's; it is never sent to the database."""
    return _HAS_FORM[attempt.kind](attempt.key) is not None


async def _pass_gate(database: Database, account: str, address: str) -> bool:
    wait_s, attacked = await sessions.gate(database, account, address)
    if wait_s > 0:
        raise ProblemError(Code.TOO_MANY_REQUESTS, "Too many failed sign-ins; wait", retry_after_s=wait_s)
    return attacked


async def _begin(database: Database, directory: Directory, account: Account) -> Pair:
    family, refresh_token = uuid4(), tokens.first_refresh()
    async with database.connection() as connection:
        await _keep(connection, refresh_token, family, account)
    return _pair(directory, account, family, refresh_token)


async def refresh(database: Database, directory: Directory, refresh_token: str) -> Pair:
    """Return the pair after `refresh_token`; using it again after 30 s ends the whole sign-in."""
    async with database.transaction() as connection:
        outcome = await _rotate(connection, directory, refresh_token)
    if isinstance(outcome, _Refused):  # raised here, so that an ended family stays ended
        if outcome.ended:
            directory.expire()
        raise ProblemError(outcome.code, outcome.detail)
    return outcome


async def _rotate(connection: Connection, directory: Directory, refresh_token: str) -> Pair | _Refused:
    digest = tokens.digest(refresh_token)
    found = await sessions.lock_refresh(connection, digest)
    if found is None:
        return _Refused(Code.NOT_AUTHENTICATED, "The refresh token is not known; sign in")
    family, subject, expired, used_s_ago = found
    columns = await sessions.subject(connection, subject, family)
    if columns is None:
        return _Refused(Code.NOT_AUTHENTICATED, "This sign-in has ended; sign in again")
    if used_s_ago is not None and used_s_ago > SAME_SUCCESSOR_S:
        await sessions.revoke_family(connection, family, "refresh token used twice")
        return _Refused(
            Code.NOT_AUTHENTICATED, "The refresh token was used before; sign in again", ended=True
        )
    if expired:
        return _Refused(Code.TOKEN_EXPIRED, "The sign-in has expired; sign in again")
    following, account = tokens.successor(directory.secret_key, refresh_token), account_of(columns)
    if used_s_ago is None:
        await sessions.use_refresh(connection, digest)
        await _keep(connection, following, family, account)
    return _pair(directory, account, family, following)


async def sign_out(database: Database, directory: Directory, caller: Caller) -> None:
    """End the sign-in of `caller`, on this worker at once, elsewhere within 5 s."""
    async with database.connection() as connection:
        await sessions.revoke_family(connection, caller.family, "signed out")
    directory.expire()


async def _keep(connection: Connection, refresh_token: str, family: UUID, account: Account) -> None:
    await sessions.keep_refresh(
        connection, tokens.digest(refresh_token), family, account.credential, tokens.REFRESH_S
    )


def _pair(directory: Directory, account: Account, family: UUID, refresh_token: str) -> Pair:
    return Pair(tokens.issue_access(directory.secret_key, account, family), refresh_token, account)
