"""The directory: each worker's copy of who may sign in, and the tokens it has already believed.

A change in the database counts on every worker within 5 s, with or without Redis: the copy is renewed in the
background after 1 s of age, and nobody is believed by one older than 4 s (without the database: 503, and
nothing else could be done then anyway). Called by `http.who` for each request; renewed single-flight.
"""

import asyncio
import time
from typing import Any, Final
from uuid import UUID

import structlog
from msgspec import Struct

from neurohub.auth.caller import Account, Caller
from neurohub.auth.passwords import HashingSlots
from neurohub.auth.tokens import Claims, read_access
from neurohub.contract.enums import Locale, Role
from neurohub.contract.problems import Code, ProblemError
from neurohub.storage import sessions
from neurohub.storage.pool import Database

log = structlog.get_logger()

RENEW_AFTER_S: Final = 1.0
REFUSE_AFTER_S: Final = 4.0
_RENEWAL_TIMEOUT_S: Final = 3.0
_BELIEVED_MAX: Final = 4096


class _Believed(Struct):
    """A verified token with the caller built from the copy of number `copy`."""

    claims: Claims
    caller: Caller | None = None
    copy: int = -1


def account_of(columns: tuple[Any, ...]) -> Account:
    """Return the account in the first eight columns of a row."""
    credential, role, username, station, line, processes, name, locale = columns[:8]
    return Account(credential, Role(role), username, station, line, tuple(processes), name, Locale(locale))


class Directory:
    """Who a bearer token stands for, now."""

    def __init__(self, database: Database, secret_key: str) -> None:
        self.secret_key = secret_key
        self.hashing = HashingSlots()
        self._database = database
        self._accounts: dict[str, Account] = {}
        self._revoked: frozenset[UUID] = frozenset()
        self._believed: dict[bytes, _Believed] = {}
        self._copy = 0
        self._copied_at = float("-inf")
        self._renewal: asyncio.Task[None] | None = None

    async def identify(self, authorization: bytes) -> Caller:
        """Return the caller behind an `Authorization` header; 401 problems say why not."""
        age_s = time.monotonic() - self._copied_at
        if age_s > RENEW_AFTER_S:
            renewal = self._renew()
            if age_s > REFUSE_AFTER_S:
                await self._wait_for(renewal)
        believed = self._believed.get(authorization) or self._believe(authorization)
        if believed.claims.expires_at <= time.time():
            self._believed.pop(authorization, None)
            raise ProblemError(Code.TOKEN_EXPIRED, "Refresh the sign-in or sign in again")
        if believed.copy == self._copy and believed.caller is not None:
            return believed.caller
        return await self._find(believed)

    def expire(self) -> None:
        """Forget how fresh the copy is: the next request sees what this worker has just written."""
        self._copied_at = float("-inf")

    async def close(self) -> None:
        """Stop a renewal that is under way, before the pool closes."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait({self._renewal})

    def _believe(self, authorization: bytes) -> _Believed:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            raise ProblemError(Code.NOT_AUTHENTICATED, "Send a bearer token")
        believed = _Believed(read_access(self.secret_key, token.decode("latin-1")))
        if len(self._believed) >= _BELIEVED_MAX:
            del self._believed[next(iter(self._believed))]
        self._believed[authorization] = believed
        return believed

    async def _find(self, believed: _Believed) -> Caller:
        """Build the caller from the copy; one who is not in it may have been added since, so look again."""
        claims = believed.claims
        if claims.credential not in self._accounts:
            await self._wait_for(self._renew())
        account = self._accounts.get(claims.credential)
        if account is None or claims.family in self._revoked:
            raise ProblemError(Code.NOT_AUTHENTICATED, "This sign-in has ended; sign in again")
        believed.caller = Caller(
            **{field: getattr(account, field) for field in Account.__struct_fields__}, family=claims.family
        )
        believed.copy = self._copy
        return believed.caller

    def _renew(self) -> asyncio.Task[None]:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._copy_everybody(), name="directory renewal")
            self._renewal.add_done_callback(_report)
        return self._renewal

    async def _wait_for(self, renewal: asyncio.Task[None]) -> None:
        """Wait without cancelling: the renewal is everybody's."""
        await asyncio.wait({renewal}, timeout=_RENEWAL_TIMEOUT_S)
        if time.monotonic() - self._copied_at > REFUSE_AFTER_S:
            raise ProblemError(
                Code.DATABASE_UNAVAILABLE, "Who may do what is not known just now", retry_after_s=1
            )

    async def _copy_everybody(self) -> None:
        began_at = time.monotonic()
        accounts, revoked = await sessions.everybody(self._database)
        found = [account_of(columns) for columns in accounts]
        self._accounts = {account.credential: account for account in found}
        self._revoked = revoked
        self._copied_at = began_at
        self._copy += 1


def _report(renewal: asyncio.Task[None]) -> None:
    if not renewal.cancelled() and (error := renewal.exception()) is not None:
        log.warning("directory.not_renewed", error=str(error), kind=type(error).__name__)
