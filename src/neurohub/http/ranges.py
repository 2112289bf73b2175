"""Which part of a file a request asks for (RFC 9110, `Range` and `If-Range`). Pure."""

import re
from typing import Final

from neurohub.contract.problems import Code, ProblemError

_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII | re.IGNORECASE)


def asked_part(asked: str, if_range: str, etag: str, size: int) -> range | None:
    """Return the positions asked for; None means all of it.

    More ranges than one, or what is no range, is answered with the whole; so is an `If-Range` that names another
    file (or a date). Raises 416 for a range that begins behind the end.
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or (if_range and if_range != etag):
        return None
    first, last = found.groups()
    if first and last and int(first) > int(last):
        return None
    if not first:
        return _tail(last, size)
    stop = min(int(last) + 1, size) if last else size
    if int(first) >= size:
        raise _unsatisfiable(size)
    return range(int(first), stop)


def _tail(length: str, size: int) -> range | None:
    if not length:
        return None
    if int(length) == 0 or size == 0:
        raise _unsatisfiable(size)
    return range(max(size - int(length), 0), size)


def _unsatisfiable(size: int) -> ProblemError:
    return ProblemError(
        Code.INVALID_REQUEST, f"The file has {size} bytes", status=416, content_range=f"bytes */{size}"
    )
