"""Scans out of keystrokes: a keyboard-wedge scanner types a code and Enter, faster than any hand.

Pure: keys with their times go in, scans and plain typing come out. Every key is held until it is clear what it is,
50 ms at most. The event filter that owns the keyboard is in `station.view`; it calls `press` for each key with a
text, `pause` when nothing came for `GAP_S`, and `pause` before a key that it does not hand over (arrows, shortcuts).
"""

from typing import Final, Generic, NamedTuple, TypeVar

from station.device.reading import Reading, read

GAP_S: Final = 0.05
SCAN_MIN_CHARS: Final = 6
HELD_MAX: Final = 256  # longer than any code: something lies on the keyboard
ENDS: Final = frozenset("\r\n\t")

K = TypeVar("K")


class Key(NamedTuple, Generic[K]):
    """One key press with what it types. `event` is whatever the caller needs to type it again."""

    text: str
    at_s: float
    event: K


class Heard(NamedTuple, Generic[K]):
    """What has become clear: keys that were typing, then perhaps a scan.

    `half`: the typing is as fast and as long as a scan, but has no end. Where no field has the focus it was one.
    """

    typed: tuple[Key[K], ...] = ()
    scan: Reading | None = None
    half: bool = False


class Wedge(Generic[K]):
    """The keys that may yet become a scan. Times are seconds of any one clock, best the keyboard's own."""

    def __init__(self) -> None:
        self._held: list[Key[K]] = []

    @property
    def holds(self) -> bool:
        """Return whether `pause` is to be called after `GAP_S`."""
        return bool(self._held)

    def press(self, key: Key[K]) -> Heard[K]:
        """Take the next key. One that comes later than `GAP_S` shows that those before were typing."""
        is_late = bool(self._held) and key.at_s - self._held[-1].at_s > GAP_S
        before = self.pause() if is_late else Heard[K]()
        if key.text not in ENDS:
            self._held.append(key)
            return before if len(self._held) < HELD_MAX else Heard((*before.typed, *self.pause().typed))
        held = self._take()
        if len(held) >= SCAN_MIN_CHARS:
            return before._replace(scan=read("".join(one.text for one in held)))
        return before._replace(typed=(*before.typed, *held, key))

    def pause(self) -> Heard[K]:
        """Nothing came for `GAP_S`: what is held was typing."""
        held = self._take()
        return Heard(held, half=SCAN_MIN_CHARS <= len(held) < HELD_MAX)

    def _take(self) -> tuple[Key[K], ...]:
        held = tuple(self._held)
        self._held.clear()
        return held
