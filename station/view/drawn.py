"""The base of what is painted: a widget that holds a part of the screen and repaints only when that has changed."""

from station.qt import QColor, QPainter, QPaintEvent, QPen, QRectF, Qt, QWidget
from station.screen import Icon, Tone
from station.view.icons import paint_icon
from station.view.letters import sans, width_of, write
from station.view.theme import DARK, Look


class Drawn(QWidget):
    """`shown` is what is drawn now: any value that can be compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look(DARK)
        self.shown: object = None
        self.setFocusPolicy(Qt.NoFocus)
        self.setAttribute(Qt.WA_InputMethodEnabled, False)

    def changes(self, shown: object, look: Look) -> bool:
        """Take what is to be drawn; return whether anything is new (then it will be repainted)."""
        if shown == self.shown and look == self.look:
            return False
        self.shown, self.look = shown, look
        self.update()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())  # a long list looks here what of it can be seen
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setRenderHint(QPainter.TextAntialiasing)
        self.paint(painter)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Draw `shown`."""


def panel(
    painter: QPainter, box: QRectF, fill: str, radius: float, line: str = "", width: float = 1.5
) -> None:
    """Fill a rounded box, with a border where `line` names a colour."""
    painter.setBrush(QColor(fill) if fill else Qt.NoBrush)
    painter.setPen(QPen(QColor(line), width) if line else Qt.NoPen)
    inset = width / 2 if line else 0
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)


def disc(painter: QPainter, look: Look, tone: Tone, icon: Icon, box: QRectF) -> None:
    """Draw a state as a filled disc with its icon: the mark of a line in a list."""
    shade = look.shade(tone)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QColor(shade.fill))
    painter.drawEllipse(box)
    inset = box.width() * 0.24
    paint_icon(painter, icon, box.adjusted(inset, inset, -inset, -inset), shade.ink)


def keycap(painter: QPainter, look: Look, text: str, right: float, middle: float, ink: str) -> float:
    """Draw the name of a key as a small cap whose right edge is at `right`; return its width."""
    font = sans(look.px(13), bold=True)
    width = width_of(text, font) + look.px(12)
    box = QRectF(right - width, middle - look.px(11), width, look.px(22))
    panel(painter, box, "", look.px(5), ink, 1.2)
    write(painter, box, text, font, ink, align=Qt.AlignCenter)
    return width
