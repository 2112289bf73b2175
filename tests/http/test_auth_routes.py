"""The route table: every route says who may call it, and what it says holds for everybody."""

import re

from neurohub.app import build
from neurohub.contract.enums import Role
from neurohub.settings import Settings

WHO = {"admin": Role.ADMIN, "manager": Role.MANAGER, "worker": Role.WORKER, "viewer": Role.VIEWER}
NOT_ASKED = {"/api/v1/dashboard/live", "/api/v1/auth/logout"}  # does not end; would sign the floor out
LADDER = [Role.VIEWER, Role.WORKER, Role.MANAGER, Role.ADMIN]


def handlers():
    """Return (method, path, handler) of every route but the OPTIONS that Litestar makes itself."""
    app = build(Settings(database_url="postgresql://nobody@127.0.0.1:1/none", secret_key="x" * 32))
    return [
        (method, route.path_format, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)])
        for method in sorted(getattr(handler, "http_methods", {"ASGI"}))
        if method != "OPTIONS"
    ]


def test_every_route_says_who_may_call_it():
    silent = [(m, path) for m, path, h in handlers() if not h.opt.get("public") and not h.opt.get("who")]
    assert silent == []


def test_only_these_routes_are_open():
    found = {path for _, path, handler in handlers() if handler.opt.get("public")}
    closed = {path for path in found if path.startswith("/api/")}
    assert closed == {"/api/v1/auth/login", "/api/v1/auth/station", "/api/v1/auth/refresh"}


def test_higher_roles_include_the_lower_ones():
    for method, path, handler in handlers():
        people = [role for role in LADDER if role in handler.opt.get("who", ())]
        assert people == LADDER[len(LADDER) - len(people) :], (method, path)


def test_what_a_route_says_holds_for_every_principal(floor):
    wrong = []
    for method, path, handler in handlers():
        if handler.opt.get("public") or not path.startswith("/api/") or path in NOT_ASKED:
            continue
        for who in (*WHO, "ST-01", None):
            allowed = who is not None and WHO.get(who, Role.STATION) in handler.opt.get("who", ())
            if _passed(floor, method, path, who) != allowed:
                wrong.append((method, path, who))
    assert wrong == []


def _passed(floor, method, path, who):
    """Tell whether the request reached its handler or at least the reading of its body."""
    url = re.sub(r"\{[^}]*\}", "0", path).removeprefix("/api/v1")
    headers = floor.headers(who) if who else {}
    body = {"json": {"nothing": "known"}} if method in {"POST", "PATCH", "PUT"} else {}
    if (method, url) == ("POST", "/firmware"):  # the one route that takes a form
        body = {"files": {"nothing": b"known"}}
    answer = floor.client.request(method, url, headers=headers, **body)
    refused = answer.json() if answer.status_code in {401, 403} else {}
    if who is None:
        assert answer.status_code == 401
    return answer.status_code != 401 and not refused.get("detail", "").startswith("Not for the role")
