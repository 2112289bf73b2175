"""Users: list, add, read, change, deactivate. No answer holds a password or its hash."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from neurohub.contract.master import AddUser, ChangeUser, PersonRole, UserView
from neurohub.http import master
from neurohub.http.answers import Asked, created, idempotency_key
from neurohub.http.master import checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER
from neurohub.operations import people as verbs
from neurohub.storage.master import USERS


@get("/", opt={"who": MANAGER})
async def list_users(
    request: Asked,
    role: FromQuery[PersonRole | None] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[UserView]:
    return await master.page(request, USERS, limit, cursor, role=role)


@post("/", opt={"who": ADMIN})
async def add_user(request: Asked, data: JSONBody[AddUser]) -> Response[UserView]:
    parts = parts_of(request)
    key = idempotency_key(request)
    answer = await verbs.add_user(parts.database, parts.directory, request.user, data, key)
    return created(answer)  # type: ignore[return-value]  # encoded inside the transaction


@get("/{username:str}", opt={"who": MANAGER})
async def read_user(request: Asked, username: FromPath[str]) -> Response[UserView]:
    return await master.one(request, USERS, checked(USERS, {"username": username}))


@patch("/{username:str}", opt={"who": ADMIN})
async def change_user(request: Asked, username: FromPath[str], data: JSONBody[ChangeUser]) -> UserView:
    """Change a person. A new password and deactivating end all of the person's sign-ins."""
    return await _change(request, username, data)


@delete("/{username:str}", opt={"who": ADMIN})
async def deactivate_user(request: Asked, username: FromPath[str]) -> None:
    """Deactivate a person; refused for the last active admin."""
    await _change(request, username, ChangeUser(active=False))


async def _change(request: Asked, username: str, command: ChangeUser) -> UserView:
    parts = parts_of(request)
    checked(USERS, {"username": username})
    return await verbs.change_user(parts.database, parts.directory, request.user, username, command)


router: Final = Router(
    "/users",
    route_handlers=[list_users, add_user, read_user, change_user, deactivate_user],
    tags=["Master data"],
)
