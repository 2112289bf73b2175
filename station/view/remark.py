"""The one field that takes Hangul. A scan that arrives here as Hangul, by the input method, is taken out again.

Under an active Hangul keyboard a scanner's keys become syllables and no key press is ever seen; only the Enter is.
"""

import time
from collections.abc import Callable

from station.flow.facts import Post
from station.qt import QInputMethodEvent, QKeyEvent, QLineEdit, Qt, QWidget

GAP_S = 0.05
LEAST_CHARS = 6


class RemarkLine(QLineEdit):
    def __init__(self, post: Post, parent: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_InputMethodEnabled, True)
        self._post, self._clock = post, clock
        self._before = ""  # what stood here before the burst
        self._last_s = 0.0

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        now = self._clock()
        if now - self._last_s > GAP_S:
            self._before = self.text()
        self._last_s = now
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
