"""Pages of a list: rows of (key, JSON view), one more than asked for when there is a next page."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """`items` of this page and the key after which the next one begins, None at the end."""

    items: list[T]
    next_after: int | str | None


def page_of(found: Sequence[tuple[Any, ...]], limit: int, decoder: msgspec.json.Decoder[T]) -> Page[T]:
    """Return the page of `limit` items in `found`."""
    shown = found[:limit]
    items = [decoder.decode(view) for _, view in shown]
    return Page(items, shown[-1][0] if len(found) > limit else None)
