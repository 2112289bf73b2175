"""What a Zebra answers to `~HS`: three strings between STX and ETX, of which the first two count. Pure.

Source: ZPL II Programming Guide, `~HS`. The numbers below are places in the strings, from 0.
"""

import re
from typing import Final

from msgspec import Struct

from neurohub.contract.stations import DeviceState

ASK: Final = b"~HS\r\n"
_STRING: Final = re.compile(rb"\x02([^\x02\x03]*)\x03")
_STRINGS: Final = 3


class HostStatus(Struct, frozen=True, kw_only=True):
    """`formats` were received and are not yet begun, `remaining` labels are not yet out."""

    paper_out: bool
    paused: bool
    formats: int
    buffer_full: bool
    head_open: bool
    ribbon_out: bool
    remaining: int

    @property
    def is_idle(self) -> bool:
        """Return whether all that was sent is out."""
        return self.formats == 0 and self.remaining == 0

    @property
    def state(self) -> DeviceState:
        """Return what keeps it from printing, the cause before its effects: without paper it pauses, too."""
        causes = (
            (self.head_open, DeviceState.HEAD_OPEN),
            (self.paper_out, DeviceState.PAPER_OUT),
            (self.ribbon_out, DeviceState.RIBBON_OUT),
            (self.paused, DeviceState.PAUSED),
            (self.buffer_full, DeviceState.FULL),
        )
        return next((state for is_so, state in causes if is_so), DeviceState.OK)


def is_whole(reply: bytes) -> bool:
    return len(_STRING.findall(reply)) >= _STRINGS


def parse(reply: bytes) -> HostStatus | None:
    """Return what `reply` says, or None when it is not an answer to `~HS`."""
    try:
        first, second = ([int(part) for part in string.split(b",")] for string in _STRING.findall(reply)[:2])
        return HostStatus(
            paper_out=bool(first[1]),
            paused=bool(first[2]),
            formats=first[4],
            buffer_full=bool(first[5]),
            head_open=bool(second[2]),
            ribbon_out=bool(second[3]),
            remaining=second[8],
        )
    except (ValueError, IndexError):
        return None
