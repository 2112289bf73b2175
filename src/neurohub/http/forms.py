"""A multipart form as it arrives: a few short fields, and one file handed on in pieces, never held whole.

Who calls it: routes that take a file. The edge lets forms through to those alone.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any, Final

from litestar.types import HTTPScope, Receive
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from neurohub.contract.problems import Code, ProblemError
from neurohub.http.raw import announced, header, too_large

FIELD_MAX_BYTES: Final = 200
ENVELOPE_MAX_BYTES: Final = 16 * 1024
_BOUNDARY: Final = re.compile(
    rb"""multipart/form-data\s*;.*?\bboundary="?([^\s";,]{1,70})"?""", re.IGNORECASE
)

Write = Callable[[bytes], Awaitable[None]]


async def read_form(
    scope: HTTPScope, receive: Receive, names: Collection[str], write: Write, *, most_bytes: int
) -> dict[str, str]:
    """Return the fields of a form that has each of `names` once, and `file`, which goes to `write`.

    More than `most_bytes` of file are refused: by what is announced before anything is read, else on the way.
    """
    if announced(scope) > most_bytes + ENVELOPE_MAX_BYTES:
        raise too_large(most_bytes)
    reader = _Reader({*names, "file"}, write, most_bytes)
    try:
        with PushMultipartParser(_boundary(scope), max_segment_count=len(names) + 2) as parser:
            async for chunk in _body(receive, most_bytes + ENVELOPE_MAX_BYTES):
                for event in parser.parse(chunk):
                    await reader.take(event)
        return reader.fields()
    except (MultipartError, UnicodeDecodeError) as error:
        raise _refused(f"This is not a form: {error}") from None


class _Reader:
    """Sorts the parts of a form by their names."""

    def __init__(self, names: set[str], write: Write, most_bytes: int) -> None:
        self._names = names
        self._write = write
        self._left = most_bytes
        self._name = ""
        self._texts: dict[str, bytes] = {}

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event.name)
        elif event is None:
            self._name = ""
        elif self._name == "file":
            self._left -= len(event)
            if self._left < 0:
                raise ProblemError(Code.TOO_LARGE, "The file is larger than a firmware may be")
            await self._write(bytes(event))
        else:
            self._texts[self._name] += event
            if len(self._texts[self._name]) > FIELD_MAX_BYTES:
                raise _refused(f"`{self._name}` is too long")

    def fields(self) -> dict[str, str]:
        missing = sorted(self._names - self._texts.keys())
        if missing:
            raise _refused(f"The form has no `{missing[0]}`")
        return {name: text.decode() for name, text in self._texts.items() if name != "file"}

    def _begin(self, name: str) -> None:
        if name not in self._names or name in self._texts:
            raise _refused(f"The form has {', '.join(sorted(self._names))}, each once; not {name[:40]!r}")
        self._name = name
        self._texts[name] = b""


def _boundary(scope: HTTPScope) -> str:
    found = _BOUNDARY.match(header(scope, b"content-type"))
    if found is None:
        raise _refused("The form has no boundary")
    return found[1].decode("latin-1")


async def _body(receive: Receive, most_bytes: int) -> AsyncIterator[bytes]:
    more, left = True, most_bytes
    while more:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise _refused("The body ended before it was whole")
        chunk, more = message.get("body", b""), message.get("more_body", False)
        left -= len(chunk)
        if left < 0:
            raise too_large(most_bytes)
        if chunk:
            yield chunk


def _refused(detail: str) -> ProblemError:
    return ProblemError(Code.INVALID_REQUEST, detail)
