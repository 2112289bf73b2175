"""The service as a station sees it: signed in by the station's own credential, one answer for each request.

An answer of any kind comes back as it is; what is no answer raises `UnreachableError`. Blocks, so it is called
from worker threads alone: the delivery, the pulse, the errands, the printing loop.
"""

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import msgspec

from neurohub.contract.commands import Refresh, StationLogin
from neurohub.contract.problems import Code
from neurohub.contract.sign_in import SignedIn
from station.flow.facts import ServerState

TIMEOUT_S: Final = 15.0
CONNECT_S: Final = 5.0
RENEW_S: Final = 120.0  # of the access token's ten minutes: the pulse renews it, never a scan
ANSWER_MAX_BYTES: Final = 8_000_000
PREFIX: Final = "/api/v1"
_JSON: Final = "application/json"
_KINDS: Final = (_JSON, "application/problem+json", "application/octet-stream")
_log = logging.getLogger(__name__)
_encode: Final = msgspec.json.Encoder().encode
_signed_in: Final = msgspec.json.Decoder(SignedIn)

Said = Callable[[ServerState, str], None]


class UnreachableError(ConnectionError):
    """There was no answer to act on. `connected`: the request may have arrived."""

    def __init__(self, reason: str, *, connected: bool, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.connected, self.retry_after_s = reason, connected, retry_after_s


class Answer(NamedTuple):
    status: int
    body: bytes
    etag: str = ""
    retry_after_s: float = 0.0


class _Token(NamedTuple):
    access: str
    refresh: str
    ends_at: float  # on the monotonic clock


class Service:
    """`said` hears how the service is, each time that is found out."""

    def __init__(
        self,
        server: str,
        station: str,
        secret: str,
        said: Said,
        certificate: Path | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._station, self._secret, self._said = station, secret, said
        self._timeout_s = timeout_s
        verify = ssl.create_default_context(cafile=certificate) if certificate else True
        self.http = httpx.Client(  # one warm connection for each thread that asks
            base_url=server.rstrip("/") + PREFIX,
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, CONNECT_S)),
            verify=verify,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept": _JSON},
            limits=httpx.Limits(keepalive_expiry=60),  # a heartbeat every 30 s keeps one connection warm
        )
        self._token: _Token | None = None
        self._signing_in = threading.Lock()

    def close(self) -> None:
        self.http.close()

    def request(self, method: str, path: str, body: bytes | None = None, etag: str = "") -> Answer:
        """Return the answer to an authenticated request; one that is 401 is repeated after a new sign-in."""
        headers = {"If-None-Match": etag} if etag else {}
        token = self.token()
        answer = self._send(method, path, body, headers | bearer(token))
        if answer.status == 401:
            self._forget(token)
            answer = self._send(method, path, body, headers | bearer(self.token()))
        return answer

    def anonymous(self, path: str, body: bytes) -> Answer:
        """Return the answer to a POST without the station's credential: a person signs in."""
        return self._send("POST", path, body, {})

    def personal(self, method: str, path: str, access_token: str) -> Answer:
        return self._send(method, path, None, {"Authorization": f"Bearer {access_token}"})

    @contextmanager
    def streaming(self, path: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """Yield the answer to a GET of a path of the service's own, prefix included, while its body comes."""
        if not path.startswith("/") or path.startswith("//"):
            raise UnreachableError("not_a_path", connected=False)  # the token goes nowhere else
        url = self.http.base_url.copy_with(raw_path=path.encode())
        with (
            self.exchanging(),
            self.http.stream("GET", url, headers=headers | bearer(self.token())) as response,
        ):
            yield response

    def token(self, left_s: float = 0.0) -> str:
        """Return an access token that is good for `left_s` more; sign in or go on where there is none."""
        with self._signing_in:
            token = self._token
            if token is None or token.ends_at - left_s <= time.monotonic():
                self._token = None
                token = self._token = (self._go_on(token.refresh) if token else None) or self._sign_in()
            return token.access

    def _forget(self, access: str) -> None:
        with self._signing_in:
            if self._token is not None and self._token.access == access:
                self._token = None

    def _go_on(self, refresh: str) -> _Token | None:
        answer = self._send("POST", "/auth/refresh", _encode(Refresh(refresh_token=refresh)), {})
        return _token_in(answer) if answer.status == 200 else None

    def _sign_in(self) -> _Token:
        body = _encode(StationLogin(station=self._station, secret=self._secret))
        answer = self._send("POST", "/auth/station", body, {})
        if answer.status == 401:
            self._said(ServerState.REFUSES, Code.BAD_CREDENTIALS)
            raise UnreachableError(Code.BAD_CREDENTIALS, connected=False)
        if (token := _token_in(answer)) is None:
            raise UnreachableError(
                f"status {answer.status}", connected=False, retry_after_s=answer.retry_after_s
            )
        return token

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if body is not None:
            headers = headers | {"Content-Type": _JSON}
        deadline = time.monotonic() + self._timeout_s
        with self.exchanging(), self.http.stream(method, path, content=body, headers=headers) as response:
            pieces = bytearray()
            for piece in response.iter_bytes():
                pieces += piece
                if time.monotonic() > deadline or len(pieces) > ANSWER_MAX_BYTES:
                    raise UnreachableError("slow", connected=True)
        answer = Answer(
            response.status_code, bytes(pieces), response.headers.get("etag", ""), _retry_after_s(response)
        )
        self._say(answer, response.headers.get("content-type", ""))
        return answer

    @contextmanager
    def exchanging(self) -> Iterator[None]:
        """Turn every failure of the network inside the block into an `UnreachableError`, and say so."""
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            connected = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL)
            reason = "certificate" if _is_about_tls(error) else type(error).__name__
            self._said(ServerState.OFFLINE, reason)
            raise UnreachableError(reason, connected=connected) from error
        except UnreachableError as error:
            self._said(ServerState.OFFLINE, error.reason)
            raise

    def _say(self, answer: Answer, kind: str) -> None:
        is_ours = answer.status in (204, 304) or kind.partition(";")[0].strip() in _KINDS
        is_ours &= answer.status == 304 or not 300 <= answer.status < 400  # redirects are not followed
        if answer.status >= 500 or answer.status == 429:  # be it a page of the proxy before the service
            self._said(ServerState.OFFLINE, f"status {answer.status}")
        elif not is_ours:
            self._said(ServerState.OFFLINE, "not_the_service")
        elif answer.status != 401:
            self._said(ServerState.ONLINE, "")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _token_in(answer: Answer) -> _Token | None:
    try:
        found = _signed_in.decode(answer.body) if answer.status == 200 else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if found is None:
        return None
    return _Token(found.access_token, found.refresh_token or "", time.monotonic() + found.expires_in)


def _retry_after_s(response: httpx.Response) -> float:
    text = response.headers.get("retry-after", "")
    return min(float(text), 300.0) if text.isdecimal() else 0.0


def _is_about_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
