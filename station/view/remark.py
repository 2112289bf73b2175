"""The one field that takes Hangul. A scan that arrives here as Hangul, by the input method, is taken out again.

Under a Hangul keyboard a scanner's keys become syllables and no key press is ever seen; only the Enter is.
"""

import time
from collections.abc import Callable

from station.device.hangul import keys_of
from station.device.reading import Reading, read
from station.device.wedge import GAP_S, SCAN_MIN_CHARS
from station.flow.facts import Entered, Post
from station.qt import QApplication, QInputMethodEvent, QLineEdit, Qt, QWidget


class RemarkLine(QLineEdit):
    def __init__(self, post: Post, parent: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_InputMethodEnabled, True)
        self._post, self._clock = post, clock
        self._before = ""
        self._composing = ""  # what the input method has not yet put into the text
        self._last_s = float("-inf")

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        now = self._clock()
        if now - self._last_s > GAP_S:
            self._before = self.text()
        self._last_s, self._composing = now, event.preeditString()
        super().inputMethodEvent(event)

    def take_scan(self) -> Reading | None:
        """Return what came as fast as a scanner types until now, and take it out of the text; else nothing."""
        burst = self.text()[len(self._before) :] + self._composing
        is_late = self._clock() - self._last_s > GAP_S
        if is_late or not self.text().startswith(self._before) or len(keys_of(burst)) < SCAN_MIN_CHARS:
            return None
        QApplication.inputMethod().reset()  # it still holds the last syllable
        self.setText(self._before)
        self._post(Entered(name="remark", text=self._before))
        self._last_s, self._composing = float("-inf"), ""
        return read(burst)._replace(doubtful=True)
