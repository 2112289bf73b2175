"""Signing a person in by password: may this person work here? Called by the errands."""

from typing import Final

import msgspec

from neurohub.contract.commands import Login
from neurohub.contract.enums import Role
from neurohub.contract.problems import Code
from neurohub.contract.sign_in import Me, SignedIn
from station.link.labels import RefusedError, read
from station.link.service import Service, UnreachableError

OFFLINE: Final = "OFFLINE"  # beside the problem codes: nobody could be asked
_encode: Final = msgspec.json.Encoder().encode


def sign_in(service: Service, username: str, password: str, line: str) -> str:
    """Return why `username` may not work on `line`, as a problem code; nothing when all is well.

    Only the name is wanted: the sign-in itself is ended at once, the station works by its own credential.
    """
    try:
        body = _encode(Login(username=username, password=password))
        signed_in = _signed_in(service, body)
        me = read(service.personal("GET", "/auth/me", signed_in.access_token), Me)
        service.personal("POST", "/auth/logout", signed_in.access_token)
    except RefusedError as error:
        return error.code
    except UnreachableError as error:
        return error.reason if error.reason in set(Code) else OFFLINE
    if me.user is msgspec.UNSET or me.user.role is Role.VIEWER or me.line not in (None, line):
        return Code.FORBIDDEN
    return ""


def _signed_in(service: Service, body: bytes) -> SignedIn:
    answer = service.anonymous("/auth/login", body)
    if answer.status == 401:
        raise RefusedError(Code.BAD_CREDENTIALS, "")
    if answer.status == 429:
        raise RefusedError(Code.TOO_MANY_REQUESTS, "")
    return read(answer, SignedIn)
