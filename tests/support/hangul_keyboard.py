"""A Hangul keyboard (two-set) of a system's input method: what it makes of the keys that a scanner types.

Letters never reach the window as keys but as composed Hangul. Other keys, the Enter too, come as keys of the window
(Windows), as keys of the field alone (ibus), or as text of the input method.
"""

from enum import StrEnum

from station.device.hangul import _CONSONANTS, _FINALS, _INITIAL, _KEYS, _MEDIALS
from station.qt import QApplication, QEvent, QInputMethodEvent, QKeyEvent, Qt
from support.seat import Seat

_SHIFTED = frozenset("QWERTOP")  # keys that mean something else with Shift
_FIRST = 0xAC00
_JAMO = {keys: jamo for jamo, keys in _KEYS.items()}


class Others(StrEnum):
    """How keys come that are no letters."""

    WINDOW = "window"
    FIELD = "field"
    TEXT = "text"


class HangulKeyboard:
    """Composes what is typed into the widget that has the focus."""

    def __init__(self, seat: Seat, others: Others) -> None:
        self._seat, self._others = seat, others
        self._initial = self._medial = self._final = ""

    def scan(self, text: str, end: int = Qt.Key_Return) -> None:
        """Type `text` and `end` as a scanner does, capitals with Shift."""
        self._seat.pull_trigger()
        self.type(text)
        self._send(self._take())
        if self._others is Others.FIELD:
            self._to_field(end, {Qt.Key_Return: "\r", Qt.Key_Tab: "\t"}[end])
        else:
            self._seat.press(end)

    def type(self, text: str) -> None:
        for letter in text:
            if letter.isalpha():
                self._letter(letter if letter in _SHIFTED else letter.lower())
            elif self._others is Others.TEXT:
                self._send(self._take() + letter)
            else:
                self._send(self._take())
                self._other(letter)

    def _other(self, letter: str) -> None:
        if self._others is Others.FIELD:
            self._to_field(ord(letter), letter)
        else:
            self._seat.key(letter)

    def _to_field(self, key: int, text: str) -> None:
        QApplication.sendEvent(
            QApplication.focusWidget(), QKeyEvent(QEvent.KeyPress, key, Qt.NoModifier, text)
        )

    def _letter(self, key: str) -> None:
        committed = self._vowel(key) if key in _MEDIALS else self._consonant(key)
        self._send(committed)

    def _consonant(self, key: str) -> str:
        if self._medial and self._initial and self._final + key in _FINALS:
            self._final += key
            return ""
        committed = self._take()
        self._initial = key
        return committed

    def _vowel(self, key: str) -> str:
        if self._final:
            moved = self._final[-1]
            self._final = self._final[:-1]
            committed = self._take()
            self._initial, self._medial = moved, key
            return committed
        if self._medial and self._medial + key not in _MEDIALS:
            committed = self._take()
            self._medial = key
            return committed
        self._medial += key
        return ""

    def _take(self) -> str:
        """Return what was being composed, and begin anew."""
        text = self._composed()
        self._initial = self._medial = self._final = ""
        return text

    def _composed(self) -> str:
        if self._initial and self._medial:
            number = _INITIAL.index(self._initial) * len(_MEDIALS) + _MEDIALS.index(self._medial)
            return chr(_FIRST + number * len(_FINALS) + _FINALS.index(self._final))
        keys = self._initial or self._medial
        return _JAMO[keys] if keys in (*_CONSONANTS, *_MEDIALS) else ""

    def _send(self, committed: str) -> None:
        event = QInputMethodEvent(self._composed(), [])
        event.setCommitString(committed)
        QApplication.sendEvent(QApplication.focusWidget(), event)
