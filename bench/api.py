"""A plain HTTP client for what is not measured: seeding and signing in. One connection, answers decoded.

Who calls it: `seed`, and each generator at its start. The measured requests go through `users.call`.
"""

import http.client
from types import TracebackType
from typing import Final, Generic, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from neurohub.contract.sign_in import SignedIn

T = TypeVar("T")
TIMEOUT_S: Final = 30
_encode: Final = msgspec.json.Encoder().encode


class Page(Struct, Generic[T], frozen=True):
    """A list as the service answers it."""

    items: list[T]
    next: str | None = None


class RefusedError(Exception):
    """The service answered with another status than the one asked for."""

    def __init__(self, method: str, path: str, status: int, body: bytes) -> None:
        super().__init__(f"{method} {path} was answered {status}: {body[:300].decode(errors='replace')}")
        self.status = status
        self.body = body


class Api:
    """One keep-alive connection to the service at `host` (`http://name:port`)."""

    def __init__(self, host: str) -> None:
        parts = urlsplit(host)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        self.token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def call(self, method: str, path: str, body: object, kind: type[T], *, expect: int = 200) -> T:
        """Send `body` as JSON and return the answer as a `kind`; another status is a `RefusedError`."""
        content = None if body is None else _encode(body)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        answered = answer.read()
        if answer.status != expect:
            raise RefusedError(method, path, answer.status, answered)
        return msgspec.json.decode(answered or b"null", type=kind)

    def sign_in(self, name: str, secret: str) -> SignedIn:
        """Sign a person in and use the token from now on."""
        body = {"username": name, "password": secret}
        return self._signed_in(self.call("POST", "/api/v1/auth/login", body, SignedIn))

    def sign_in_station(self, code: str, secret: str) -> SignedIn:
        """Sign a station in and use the token from now on."""
        body = {"station": code, "secret": secret}
        return self._signed_in(self.call("POST", "/api/v1/auth/station", body, SignedIn))

    def _signed_in(self, answer: SignedIn) -> SignedIn:
        self.token = answer.access_token
        return answer
