"""Tokens: signed access tokens (10 min) and refresh tokens (12 h). Pure: no database, no cache.

Access: JWT, HS256 and nothing else. Refresh: 256 bits; only their SHA-256 is kept. The successor of a
refresh token is derived from it: a repeated refresh gets the same one though no plain token is stored.
"""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any, Final
from uuid import UUID, uuid4

import jwt
from msgspec import Struct

from neurohub.auth.caller import Account
from neurohub.contract.problems import Code, ProblemError

ACCESS_S: Final = 600
REFRESH_S: Final = 12 * 3600
_ISSUER: Final = "neurohub"
_AUDIENCE: Final = "neurohub-api"
_CLOCKS_DIFFER_S: Final = 5
_REQUIRED: Final = ["iss", "aud", "exp", "nbf", "iat", "sub", "jti"]
_SIGNATURE_CHARS: Final = 43


class Claims(Struct, frozen=True):
    """What a believed access token says. Its role is for readers; `Directory` knows the one that counts."""

    credential: str
    family: UUID
    expires_at: float


def issue_access(secret_key: str, account: Account, family: UUID) -> str:
    """Return an access token for `account` in the sign-in `family`."""
    now = int(time.time())
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "iat": now,
        "nbf": now - _CLOCKS_DIFFER_S,
        "exp": now + ACCESS_S,
        "typ": "access",
        "sub": account.credential,
        "role": account.role.value,
        "family": family.hex,
        "jti": uuid4().hex,
    }
    return jwt.encode(claims, secret_key, algorithm="HS256")


def read_access(secret_key: str, token: str) -> Claims:
    """Return the claims of `token`; `TOKEN_EXPIRED` past its time, else `NOT_AUTHENTICATED` for any flaw."""
    if not _is_canonical(token):
        raise _not_believed()
    try:
        claims = jwt.decode(
            token,
            secret_key,
            algorithms=["HS256"],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            options={"require": _REQUIRED},
        )
        return _claims(claims)
    except jwt.ExpiredSignatureError:
        raise ProblemError(Code.TOKEN_EXPIRED, "Refresh the sign-in or sign in again") from None
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
        raise _not_believed() from None


def _claims(claims: dict[str, Any]) -> Claims:
    if claims["typ"] != "access":
        raise ValueError("not an access token")
    return Claims(str(claims["sub"]), UUID(hex=claims["family"]), float(claims["exp"]))


def _is_canonical(token: str) -> bool:
    """Base64 decoders forgive stray characters and loose last bits; one token must have one spelling."""
    signature = token.rpartition(".")[2]
    if len(signature) != _SIGNATURE_CHARS or not token.isascii():
        return False
    try:
        raw = base64.urlsafe_b64decode(signature + "=")
    except ValueError:
        return False
    return _text(raw) == signature


def _not_believed() -> ProblemError:
    return ProblemError(Code.NOT_AUTHENTICATED, "The token is not acceptable; sign in")


def first_refresh() -> str:
    """Return a new refresh token that starts a family."""
    return secrets.token_urlsafe(32)


def successor(secret_key: str, refresh_token: str) -> str:
    """Return the one token that follows `refresh_token`."""
    message = b"refresh successor" + refresh_token.encode()
    return _text(hmac.new(secret_key.encode(), message, hashlib.sha256).digest())


def digest(refresh_token: str) -> bytes:
    """Return what the database keeps of a refresh token."""
    return hashlib.sha256(refresh_token.encode()).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
