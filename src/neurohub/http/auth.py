"""Signing in, going on and out: `/auth/*`. The rules are in `auth.sign_in`; here are bodies and the cookie.

A browser may keep its refresh token in an HttpOnly cookie instead of in its scripts; then `/auth/refresh`
believes it only from our own pages (Origin), on top of SameSite=Strict.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from neurohub.auth import tokens
from neurohub.auth.caller import Account, Caller
from neurohub.auth.sign_in import Attempt, Pair, refresh, sign_in, sign_out
from neurohub.contract.commands import Login, Refresh, StationLogin
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.sign_in import Me, SignedIn, SignedInPerson, SignedInStation
from neurohub.http.parts import parts_of
from neurohub.http.who import ANYBODY, client_address

COOKIE: Final = "neurohub_refresh"
COOKIE_PATH: Final = "/api/v1/auth"
_NO_STORE: Final = {"Cache-Control": "no-store"}

AnyRequest = Request[Any, Any, Any]


@post("/login", status_code=200, opt={"public": True}, summary="Sign a person in")
async def login(data: JSONBody[Login], request: AnyRequest) -> Response[SignedIn]:
    key = data.username.strip().lower()
    pair = await _sign_in(request, Attempt("person", key, data.password, _address(request)))
    return _answer(request, pair, in_cookie=data.cookie)


@post("/station", status_code=200, opt={"public": True}, summary="Sign a station in")
async def station(data: JSONBody[StationLogin], request: AnyRequest) -> Response[SignedIn]:
    key = data.station.strip()
    pair = await _sign_in(request, Attempt("station", key, data.secret, _address(request)))
    return _answer(request, pair, in_cookie=False)


@post("/refresh", status_code=200, opt={"public": True}, summary="Go on: a new pair for a refresh token")
async def go_on(request: AnyRequest, data: JSONBody[Refresh | None] = None) -> Response[SignedIn]:
    in_body = data.refresh_token if data is not None else None
    token = in_body or _cookie_of_our_pages(request)
    parts = parts_of(request)
    pair = await refresh(parts.database, parts.directory, token)
    return _answer(request, pair, in_cookie=in_body is None)


@post("/logout", status_code=204, opt={"who": ANYBODY}, summary="End this sign-in")
async def logout(request: Request[Caller, Any, Any]) -> Response[None]:
    parts = parts_of(request)
    await sign_out(parts.database, parts.directory, request.user)
    return Response(None, status_code=204, cookies=[_cookie(request, "", max_age_s=0)])


@get("/me", opt={"who": ANYBODY}, summary="Who am I")
async def me(request: Request[Caller, Any, Any]) -> Response[Me]:
    return Response(Me(line=request.user.line, **_identity(request.user)), headers=_NO_STORE)


def _address(request: AnyRequest) -> str:
    return client_address(request.scope, parts_of(request).settings.proxies)


async def _sign_in(request: AnyRequest, attempt: Attempt) -> Pair:
    parts = parts_of(request)
    return await sign_in(parts.database, parts.directory, attempt)


def _answer(request: AnyRequest, pair: Pair, *, in_cookie: bool) -> Response[SignedIn]:
    view = SignedIn(
        access_token=pair.access_token,
        token_type="Bearer",  # noqa: S106
        expires_in=tokens.ACCESS_S,
        refresh_token=None if in_cookie else pair.refresh_token,
        **_identity(pair.account),
    )
    cookies = [_cookie(request, pair.refresh_token, max_age_s=tokens.REFRESH_S)] if in_cookie else []
    return Response(view, headers=_NO_STORE, cookies=cookies)


def _identity(account: Account) -> dict[str, Any]:
    if account.username is not None:
        person = SignedInPerson(
            username=account.username, name=account.name, role=account.role, locale=account.locale
        )
        return {"user": person}
    pc = SignedInStation(
        station=account.station or "",
        name=account.name,
        role=account.role,
        locale=account.locale,
        line=account.line or "",
        processes=list(account.processes),
    )
    return {"station": pc}


def _cookie(request: AnyRequest, value: str, *, max_age_s: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        path=COOKIE_PATH,
        max_age=max_age_s,
        httponly=True,
        secure=parts_of(request).settings.cookie_secure,
        samesite="strict",
    )


def _cookie_of_our_pages(request: AnyRequest) -> str:
    token = request.cookies.get(COOKIE)
    if not token:
        raise ProblemError(Code.NOT_AUTHENTICATED, "Send a refresh token, or sign in")
    if not _is_ours(request.headers.get("origin", ""), request.headers.get("host", "")):
        raise ProblemError(Code.FORBIDDEN, "The cookie counts only from our own pages (Origin)")
    return token


def _is_ours(origin: str, host: str) -> bool:
    """The scheme is left out: a proxy ends TLS before us."""
    try:
        return bool(origin) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


router: Final = Router(path="/auth", route_handlers=[login, station, go_on, logout, me], tags=["Signing in"])
