"""The one field that takes Hangul. A scan that arrives here as Hangul, by the input method, is taken out again.

Under a Hangul keyboard a scanner's letters become syllables and no key press of them is ever seen; digits and the
Enter come as keys, of the window or of this field alone (ibus). So the field remembers what came as fast as a scanner
types, whichever way it came.
"""

import time
from collections.abc import Callable
from typing import Final

from station.device.hangul import keys_of
from station.device.reading import Reading, read
from station.device.wedge import ENDS, GAP_S, SCAN_MIN_CHARS
from station.flow.facts import Entered, Post, Scanned, Source
from station.qt import QApplication, QInputMethodEvent, QKeyEvent, QLineEdit, Qt, QWidget

END_S: Final = 0.3  # from the last letter to the Enter: an input method is done with the letters first


class RemarkLine(QLineEdit):
    def __init__(self, post: Post, parent: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_InputMethodEnabled, True)
        self._post, self._clock = post, clock
        self._head = self._tail = ""  # before and behind the cursor, when what comes now began
        self._composing = ""  # what the input method has not yet put into the text
        self._last_s = float("-inf")
        self._is_hangul = False

    @property
    def is_receiving(self) -> bool:
        """Return whether letters have just come as Hangul: the keys that follow belong to them."""
        return self._is_hangul and self._clock() - self._last_s <= END_S

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._note()
        self._is_hangul, self._composing = True, event.preeditString()
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in ENDS and self._ends_scan():
            return
        self._note()
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  (as Qt has it)
        """Scanners may end by Tab, which is no key press for a field."""
        return self._ends_scan() or super().focusNextPrevChild(next)

    def _ends_scan(self) -> bool:
        """Post what came as a scan; return whether it was one."""
        scan = self._take_scan()
        if scan is not None:
            self._post(Scanned(text=scan.text, source=Source.WEDGE, doubtful=True))
        return scan is not None

    def _take_scan(self) -> Reading | None:
        """Return what came as fast as a scanner types until now, and take it out of the text; else nothing.

        Compared key by key: its first letter may have gone into the syllable that was there before.
        """
        before, now = keys_of(self._head), keys_of(self._until_cursor())
        burst = now.removeprefix(before)
        if not self.is_receiving or not now.startswith(before) or len(burst) < SCAN_MIN_CHARS:
            return None
        QApplication.inputMethod().reset()  # it may hold the last syllable
        self.setText(self._head + self._tail)
        self.setCursorPosition(len(self._head))
        self._post(Entered(name="remark", text=self.text()))
        self._last_s, self._composing = float("-inf"), ""
        return read(burst)

    def _note(self) -> None:
        now = self._clock()
        if now - self._last_s > GAP_S:
            self._head, self._tail = self._until_cursor(), self.text()[self.cursorPosition() :]
            self._is_hangul = False
        self._last_s = now

    def _until_cursor(self) -> str:
        return self.text()[: self.cursorPosition()] + self._composing
