"""Verbs of those who sign in: people and stations. Passwords and secrets are hashed before the transaction.

What ends a sign-in (a new password or secret, deactivating) ends it on every worker within 5 s.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET

from neurohub.auth.caller import Caller
from neurohub.auth.directory import Directory
from neurohub.auth.passwords import check_password
from neurohub.contract.commands import station_key
from neurohub.contract.enums import Role
from neurohub.contract.master import AddUser, ChangeUser, UserView
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.stations import AddStation, ChangeStation, StationWithSecret, badge_sha256
from neurohub.operations.idempotency import Created, once
from neurohub.operations.master_data import canonical, known
from neurohub.storage import master, people, sessions
from neurohub.storage.pool import Connection, Database

U = TypeVar("U", AddUser, ChangeUser)
_encode: Final = msgspec.json.Encoder().encode


async def add_user(
    database: Database, directory: Directory, caller: Caller, command: AddUser, once_key: str | None
) -> Created:
    """Add a person. Password and badge are in no statement, no log and no kept command."""
    _check_policy(command.password, command.username)
    password_hash = await directory.hashing.hash(command.password)

    async def work(connection: Connection) -> bytes:
        hashes = {"password_hash": password_hash, "badge_sha256": _badge_hash(command.badge)}
        await master.add(connection, master.USERS, _without_secrets(command), **hashes)
        return _encode(await known(connection, master.USERS, {"username": command.username}))

    asked = _keyed(directory, b"POST /users" + canonical(command))
    answer = await once(database, caller.credential, once_key, asked, work)
    directory.expire()
    return answer


async def change_user(
    database: Database, directory: Directory, caller: Caller, username: str, command: ChangeUser
) -> UserView:
    """Change a person; the last admin who can act stays one."""
    password_hash = None
    if command.password is not UNSET:
        _check_policy(command.password, username)
        password_hash = await directory.hashing.hash(command.password)

    async def work(connection: Connection) -> bytes:
        admins = await people.lock_admins(connection)
        if command.badge is not UNSET:
            await people.set_badge(connection, username, _badge_hash(command.badge))
        await master.change(connection, master.USERS, {"username": username}, _without_secrets(command))
        view = await known(connection, master.USERS, {"username": username})
        if admins == {username} and not (view.active and view.role is Role.ADMIN):
            raise ProblemError(Code.CONFLICT, f"{username} is the last active admin; make another one first")
        if password_hash is not None:
            await people.set_password(connection, username, password_hash)
        if password_hash is not None or not view.active:
            await sessions.revoke_subject(connection, f"user:{username}", "password changed or deactivated")
        return _encode(view)

    answer = await once(database, caller.credential, None, b"", work)
    directory.expire()
    return msgspec.json.decode(answer.body, type=UserView)


async def add_station(
    database: Database, directory: Directory, caller: Caller, command: AddStation, once_key: str | None
) -> Created:
    """Add a station; the answer holds its secret. A replay computes it again: it is kept nowhere."""
    asked = b"POST /stations" + canonical(command)
    secret = _station_secret(directory, caller, asked, once_key)
    secret_hash = await directory.hashing.hash(secret)

    async def work(connection: Connection) -> bytes:
        await master.add(
            connection, master.STATIONS, command, secret_hash=secret_hash, event_key=station_key(secret)
        )
        return _encode(await known(connection, master.STATIONS, {"code": command.code}))

    answer = await once(database, caller.credential, once_key, asked, work)
    directory.expire()
    view = msgspec.json.decode(answer.body, type=StationWithSecret)
    return answer._replace(body=_encode(msgspec.structs.replace(view, secret=secret)))


async def change_station(
    database: Database, directory: Directory, caller: Caller, code: str, command: ChangeStation
) -> StationWithSecret:
    """Change a station; with `rotate_secret` the answer holds the new secret."""
    secret = secrets.token_urlsafe(32) if command.rotate_secret else None
    secret_hash = await directory.hashing.hash(secret) if secret else ""

    async def work(connection: Connection) -> bytes:
        await master.change(connection, master.STATIONS, {"code": code}, command)
        view = await known(connection, master.STATIONS, {"code": code})
        if secret is not None:
            await people.rotate_secret(connection, code, secret_hash, station_key(secret))
        if secret is not None or not view.active:
            await sessions.revoke_subject(connection, f"station:{code}", "secret rotated or deactivated")
        return _encode(await known(connection, master.STATIONS, {"code": code}))

    answer = await once(database, caller.credential, None, b"", work)
    directory.expire()
    view = msgspec.json.decode(answer.body, type=StationWithSecret)
    return msgspec.structs.replace(view, secret=secret or UNSET)


def _station_secret(directory: Directory, caller: Caller, asked: bytes, once_key: str | None) -> str:
    """Return 256 bits: random, or the same again for the same `Idempotency-Key` and command."""
    if once_key is None:
        return secrets.token_urlsafe(32)
    raw = _keyed(directory, b"\0".join((b"station", caller.credential.encode(), once_key.encode(), asked)))
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _without_secrets(command: U) -> U:
    return msgspec.structs.replace(command, password=UNSET, badge=UNSET)


def _badge_hash(badge: str | None) -> str | None:
    return None if badge is None else badge_sha256(badge)


def _check_policy(password: str, username: str) -> None:
    try:
        check_password(password, username)
    except ValueError as error:
        raise ProblemError(Code.INVALID_REQUEST, f"password: {error}") from None


def _keyed(directory: Directory, text: bytes) -> bytes:
    """A plain hash of a command with a password in it would be quicker to guess than argon2."""
    return hmac.new(directory.secret_key.encode(), text, hashlib.sha256).digest()
