"""Lines out of a stream of bytes: each ends with CR, LF or CRLF, in whatever pieces it arrives. Pure."""

from typing import Final, NamedTuple

LINE_MAX_BYTES: Final = 256  # longer than any code or reading: noise of a wrong speed


class Line(NamedTuple):
    """A line without its end. `is_half`: the end never came."""

    content: bytes
    is_half: bool = False


class Splitter:
    """Holds the line that has begun."""

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, received: bytes) -> list[Line]:
        """Return the lines that `received` completes; empty ones are none."""
        *whole, begun = (self._begun + received).replace(b"\n", b"\r").split(b"\r")
        self._begun = begun[-LINE_MAX_BYTES:]
        return [Line(line[-LINE_MAX_BYTES:]) for line in whole if line]

    def cut(self) -> list[Line]:
        """Nothing comes any more: return what has begun, if anything has, as a half line."""
        begun, self._begun = self._begun, b""
        return [Line(begun, is_half=True)] if begun else []
