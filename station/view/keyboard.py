"""The keyboard: an event filter that parts scans from typing and keys, before any widget sees them.

It looks at key presses of windows alone (each widget would count them again) and holds what may become a scan, 50 ms
at most. Keys that turn out to be typing go on to the field that has the focus, else they are looked up as hotkeys.
"""

import time
from collections.abc import Callable
from typing import Final

from station.device.reading import Reading, read
from station.device.wedge import ENDS, GAP_S, Heard, Key, Wedge
from station.flow.facts import Post, Scanned, Source
from station.qt import (
    QApplication,
    QCoreApplication,
    QEvent,
    QKeyEvent,
    QKeySequence,
    QLineEdit,
    QObject,
    Qt,
    QTimer,
    QWindow,
)
from station.view.remark import RemarkLine

_MODIFIED: Final = Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier
_HELD_DOWN: Final = frozenset(
    {Qt.Key_Shift, Qt.Key_CapsLock, Qt.Key_AltGr, Qt.Key_NumLock, Qt.Key_Mode_switch}
)
_FIELDS_OWN: Final = frozenset({"Left", "Right", "Up", "Down"})  # where a field has the focus


class Keyboard(QObject):
    """`pressed` is told the name of a key that is no typing; it returns whether that key does anything."""

    def __init__(self, post: Post, pressed: Callable[[str], bool]) -> None:
        super().__init__()
        self._post, self._pressed = post, pressed
        self._wedge: Wedge[QKeyEvent] = Wedge()
        self._passing_on = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.setInterval(int(GAP_S * 1000) + 5)
        self._timer.timeout.connect(lambda: self._hear(self._wedge.pause()))

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.InputMethod and self._wedge.holds:
            self._hear(self._wedge.pause())  # keys that came before the Hangul stay before it
        is_ours = event.type() == QEvent.KeyPress and isinstance(target, QWindow) and not self._passing_on
        if not is_ours or not isinstance(event, QKeyEvent):
            return False
        return self._press(event)

    def _press(self, event: QKeyEvent) -> bool:
        if event.key() in _HELD_DOWN:
            return False  # a scanner holds Shift for each capital: it parts nothing
        field = QApplication.focusWidget()
        if isinstance(field, RemarkLine) and field.is_receiving:
            return False
        text = event.text()
        if text and (text.isprintable() or text in ENDS) and not event.modifiers() & _MODIFIED:
            at_s = event.timestamp() / 1000 or time.monotonic()
            self._hear(self._wedge.press(Key(text, at_s, _copy(event))))
            return True
        self._hear(self._wedge.pause())
        return self._is_hotkey(event)

    def _hear(self, heard: Heard[QKeyEvent]) -> None:
        self._timer.start() if self._wedge.holds else self._timer.stop()
        if heard.half and not isinstance(QApplication.focusWidget(), QLineEdit):
            self._say(read("".join(key.text for key in heard.typed))._replace(doubtful=True))
        else:
            for key in heard.typed:
                self._type(key.event)
        if heard.scan is not None and heard.scan.text:
            self._say(heard.scan)

    def _say(self, scan: Reading) -> None:
        self._post(Scanned(text=scan.text, source=Source.WEDGE, doubtful=scan.doubtful))

    def _type(self, event: QKeyEvent) -> None:
        """Hand one key on: to the field that has the focus if it types there, else to the hotkeys, else to Qt."""
        in_field = isinstance(QApplication.focusWidget(), QLineEdit) and event.text().isprintable()
        window = QApplication.focusWindow()
        if (not in_field and self._is_hotkey(event)) or window is None:
            return
        self._passing_on = True
        try:
            QCoreApplication.sendEvent(window, event)
        finally:
            self._passing_on = False

    def _is_hotkey(self, event: QKeyEvent) -> bool:
        name = "Return" if event.key() == Qt.Key_Enter else QKeySequence(event.key()).toString()
        if name in _FIELDS_OWN and isinstance(QApplication.focusWidget(), QLineEdit):
            return False
        return not event.isAutoRepeat() and self._pressed(name)


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat(), event.count()
    )
