"""Big buttons: word, key of the keyboard, countdown. None takes the focus: a space in a scan must click nothing.

A button belongs to its key for as long as it is there, so that what is under a finger never changes its meaning.
"""

from collections.abc import Sequence

from station.flow.facts import Post, Pressed
from station.qt import QAbstractButton, QPainter, QPaintEvent, QRectF, Qt, QWidget
from station.screen import Button, Tone
from station.view.drawn import keycap, panel
from station.view.letters import fitted, write
from station.view.theme import DARK, TOUCH_PX, Look

WIDEST_PX = 300


class BigButton(QAbstractButton):
    def __init__(self, key: str, post: Post, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: Button | None = None
        self.look = Look(DARK)
        self.setFocusPolicy(Qt.NoFocus)
        self.setAttribute(Qt.WA_InputMethodEnabled, False)
        self.clicked.connect(lambda: post(Pressed(key=key)))

    def draw(self, button: Button, look: Look) -> None:
        if button == self.shown and look == self.look:
            return
        self.shown, self.look = button, look
        self.setEnabled(button.enabled)
        self.setAccessibleName(button.word)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        if self.shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        look, theme, shade = self.look, self.look.theme, self.look.shade(self.shown.tone)
        idle = self.shown.tone is Tone.IDLE
        ink = theme.text if idle else shade.ink
        box = QRectF(self.rect())
        painter.setOpacity(0.45 if not self.isEnabled() else 0.75 if self.isDown() else 1.0)
        panel(painter, box, theme.raised if idle else shade.fill, look.px(12), theme.line if idle else "")
        if self.shown.left_s is not None:
            self._countdown(painter, box, ink)
        inside = box.adjusted(look.px(10), look.px(4), -look.px(10), -look.px(4))
        if self.shown.hotkey:
            keycap(painter, look, _cap(self.shown.hotkey), inside.right(), box.top() + look.px(18), ink)
            inside.setTop(inside.top() + look.px(18))
        size = fitted(self.shown.word, int(inside.width()), int(inside.height()), look.px(27), look.px(14))
        write(painter, inside, self.shown.word, size, ink, align=Qt.AlignCenter, wrap=True)
        painter.end()

    def _countdown(self, painter: QPainter, box: QRectF, ink: str) -> None:
        """Show how long the offer stands: seconds in the corner, and a bar that runs out in ten."""
        left_s = self.shown.left_s or 0.0 if self.shown else 0.0
        look = self.look
        corner = QRectF(box.left() + look.px(12), box.top() + look.px(6), look.px(60), look.px(24))
        write(painter, corner, f"{left_s:.0f} s", fitted("10 s", 60, 40, look.px(18), 12), ink)
        bar = QRectF(box.left() + look.px(12), box.bottom() - look.px(9), 0, look.px(4))
        bar.setWidth((box.width() - look.px(24)) * min(1.0, left_s / 10))
        panel(painter, bar, ink, look.px(2))


_CAPS = {"Return": "↵", "Left": "←", "Right": "→", "Down": "↓", "Esc": "Esc"}


def _cap(hotkey: str) -> str:
    return _CAPS.get(hotkey, hotkey)


class ButtonRows(QWidget):
    """Buttons of one width side by side, in as many rows as they need."""

    def __init__(self, post: Post, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._buttons: dict[str, BigButton] = {}
        self._order: list[str] = []
        self._look = Look(DARK)
        self._per_row = 8

    def draw(self, buttons: Sequence[Button], look: Look, *, per_row: int = 8) -> None:
        order = [button.key for button in buttons]
        for button in buttons:
            if button.key not in self._buttons:
                self._buttons[button.key] = BigButton(button.key, self._post, self)
            self._buttons[button.key].draw(button, look)
        if (order, look, per_row) == (self._order, self._look, self._per_row):
            return
        self._order, self._look, self._per_row = order, look, per_row
        rows = -(-len(order) // per_row)
        self.setFixedHeight(rows * look.px(TOUCH_PX + 8) + max(0, rows - 1) * look.px(10))
        for key, widget in self._buttons.items():
            widget.setVisible(key in order)
        self._place()

    def resizeEvent(self, _: object) -> None:
        self._place()

    def _place(self) -> None:
        gap, height = self._look.px(10), self._look.px(TOUCH_PX + 8)
        rows = -(-len(self._order) // self._per_row) or 1
        per_row = -(-len(self._order) // rows) or 1
        width = min(self._look.px(WIDEST_PX), (self.width() - gap * (per_row - 1)) / per_row)
        indent = (
            self.width() - per_row * (width + gap) + gap
        )  # to the right: the hand that does not hold the unit
        for number, key in enumerate(self._order):
            left, top = indent + (number % per_row) * (width + gap), (number // per_row) * (height + gap)
            self._buttons[key].setGeometry(round(left), round(top), round(width), height)
