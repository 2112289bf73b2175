"""What the routes of master data share: a page, one with its tag, the answer to an add, switching off.

Managers read, admins change. Not routes: those are in one file for each kind.
"""

from typing import Annotated, Any, Final, TypeVar

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from neurohub.contract import forms
from neurohub.contract.commands import Command
from neurohub.http.answers import Asked, created, hashed, idempotency_key, tagged
from neurohub.http.pages import Listed, listed, text_after
from neurohub.http.parts import parts_of
from neurohub.operations import master_data as verbs
from neurohub.storage import master
from neurohub.storage.master import Key, Noun

V = TypeVar("V")
LineFilter = Annotated[
    str | None, QueryParameter(pattern=forms.whole(forms.LINE), description="Only this line")
]
ModelFilter = Annotated[
    str | None, QueryParameter(pattern=forms.whole(forms.MODEL), description="Only this model")
]
Model = Annotated[str, QueryParameter(pattern=forms.whole(forms.MODEL), description="A model, e.g. PSA")]
ProcessFilter = Annotated[int | None, QueryParameter(ge=1, le=8, description="Only this process")]
_PROCESSES: Final = range(1, 9)
_encode: Final = msgspec.json.Encoder().encode


def checked(noun: Noun[Any], key: Key) -> Key:
    """Return `key`, or raise `NOT_FOUND` where nothing can have it; so it never reaches the database."""
    for part in key.values():
        if not (forms.is_key(part) if isinstance(part, str) else part in _PROCESSES):
            raise verbs.nothing(noun, key)
    return key


async def page(
    request: Asked, noun: Noun[V], limit: int, cursor: str | None, **filters: str | int | bool | None
) -> Listed[V]:
    """Answer one page of a kind whose key is text."""
    return listed(await master.page(parts_of(request).database, noun, filters, limit, text_after(cursor)))


async def one(request: Asked, noun: Noun[V], key: Key) -> Response[V]:
    """Answer one of a kind with its tag; 404 when there is none."""
    found = await master.one(parts_of(request).database, noun, key)
    if found is None:
        raise verbs.nothing(noun, key)
    return tagged(request, hashed(_encode(found)))  # type: ignore[return-value]  # encoded for the tag


async def add(request: Asked, noun: Noun[V], key: Key, command: Command) -> Response[V]:
    """Add one of a kind and answer 201 with it."""
    answer = await verbs.add(
        parts_of(request).database, request.user, noun, key, command, once_key=idempotency_key(request)
    )
    return created(answer)  # type: ignore[return-value]  # encoded inside the transaction


async def change(request: Asked, noun: Noun[V], key: Key, command: Command) -> V:
    """Change one of a kind and answer it; deactivating is a change too."""
    return await verbs.change(parts_of(request).database, request.user, noun, checked(noun, key), command)
