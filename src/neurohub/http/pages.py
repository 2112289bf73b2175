"""Lists: `limit` and an opaque keyset `cursor` in, `{"items": [...], "next": cursor | null}` out."""

import base64
import binascii
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter
from msgspec import Struct

from neurohub.contract.problems import Code, ProblemError
from neurohub.storage.pages import Page

T = TypeVar("T")

Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many items at most")]
Cursor = Annotated[str | None, QueryParameter(max_length=200, description="`next` of the page before")]
DEFAULT_LIMIT: Final = 50
_MAX_KEY: Final = 2**62


class Listed(Struct, Generic[T], frozen=True):
    """A page on the wire."""

    items: list[T]
    next: str | None


def listed(page: Page[T]) -> Listed[T]:
    """Return `page` as it is answered."""
    return Listed(page.items, None if page.next_after is None else cursor_of(page.next_after))


def cursor_of(key: int | str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _key(cursor: str | None, kind: Any) -> Any:
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=kind)
    except (binascii.Error, msgspec.MsgspecError, UnicodeError, ValueError):
        raise ProblemError(Code.INVALID_REQUEST, "`cursor` is not one that this list has given") from None


def number_after(cursor: str | None) -> int | None:
    """Return the number a cursor stands for; 400 when it is not ours."""
    key: int | None = _key(cursor, int)
    if key is not None and not 0 <= key <= _MAX_KEY:
        raise ProblemError(Code.INVALID_REQUEST, "`cursor` is not one that this list has given")
    return key


def text_after(cursor: str | None) -> str | None:
    """Return the text a cursor stands for; 400 when it is not ours."""
    key: str | None = _key(cursor, str)
    return key
