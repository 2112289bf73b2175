"""Who may call what: one plain ASGI middleware that believes a token and holds a route to its roles.

A route says `opt={"who": MANAGER}` (or `WORKER | STATION`) or `opt={"public": True}`; a route that says
nothing is closed to everybody. Roles include the lower ones; a station is no rung of that ladder.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from litestar.types import ASGIApp, Middleware, Receive, Scope, Send

from neurohub.auth.directory import Directory
from neurohub.contract.enums import Role
from neurohub.contract.problems import Code, ProblemError
from neurohub.settings import Network

ADMIN: Final = frozenset({Role.ADMIN})
MANAGER: Final = ADMIN | {Role.MANAGER}
WORKER: Final = MANAGER | {Role.WORKER}
VIEWER: Final = WORKER | {Role.VIEWER}
STATION: Final = frozenset({Role.STATION})
ANYBODY: Final = VIEWER | STATION
NOBODY: Final[frozenset[Role]] = frozenset()


async def admit(directory: Directory, scope: Scope, opt: Mapping[str, Any]) -> None:
    """Put the `Caller` into `scope["user"]`, or refuse who may not call a route with this `opt`."""
    caller = await directory.identify(_authorization(scope))
    if caller.role not in opt.get("who", NOBODY):
        raise ProblemError(Code.FORBIDDEN, f"Not for the role {caller.role.value}")
    scope["user"] = caller


def signed_in(directory: Directory) -> Middleware:
    """Return the middleware that lets in who may, and hands hot routes to their raw function."""

    def around(app: ASGIApp) -> ASGIApp:
        async def authenticate(scope: Scope, receive: Receive, send: Send) -> None:
            opt = scope["route_handler"].opt
            if not opt.get("public", False):
                await admit(directory, scope, opt)
            await opt.get("raw", app)(scope, receive, send)

        return authenticate

    return around


def _authorization(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return value
    raise ProblemError(Code.NOT_AUTHENTICATED, "Send a bearer token")


def client_address(scope: Scope, proxies: Sequence[Network] = ()) -> str:
    """Return where a request comes from: the peer, or what a proxy here or in `proxies` says (its last hop).

    IPv6 is cut to its /64, which one subscriber owns whole.
    """
    peer = (scope["client"] or ("", 0))[0]
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if forwarded and _is_believed(peer, proxies):
        peer = forwarded[-1].decode("latin-1").rpartition(",")[2].strip()
    try:
        address = ip_address(peer)
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)


def _is_believed(peer: str, proxies: Sequence[Network]) -> bool:
    """A socket file has no peer address: only a proxy on this machine speaks through it."""
    try:
        address = ip_address(peer) if peer else None
    except ValueError:
        return peer == "localhost"
    return address is None or address.is_loopback or any(address in network for network in proxies)
