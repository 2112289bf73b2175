"""Passwords and badges of people and secrets of stations in the database, and the lock on the last admin.

The rest of people and stations is master data (`storage.master`). Who calls it: `operations.people`.
"""

from typing import Final

from neurohub.storage.pool import Connection, rows
from neurohub.storage.statements import load

_PEOPLE: Final = load("people")
_STATIONS: Final = load("stations")


async def set_password(connection: Connection, username: str, password_hash: str) -> None:
    params = {"username": username, "password_hash": password_hash}
    await rows(connection, _PEOPLE["set_password"], params)


async def set_badge(connection: Connection, username: str, badge: str | None) -> bool:
    """Give a person the badge of this hash, or none; False when nobody has that name."""
    params = {"username": username, "badge_sha256": badge}
    return bool(await rows(connection, _PEOPLE["set_badge"], params))


async def lock_admins(connection: Connection) -> set[str]:
    """Return the usernames of all admins who can act, locked until the transaction ends."""
    return {username for (username,) in await rows(connection, _PEOPLE["lock_admins"])}


async def rotate_secret(connection: Connection, code: str, secret_hash: str, event_key: bytes) -> None:
    params = {"code": code, "secret_hash": secret_hash, "event_key": event_key}
    await rows(connection, _STATIONS["rotate"], params)
