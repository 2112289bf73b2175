"""The icons, drawn as vectors on a 24 x 24 grid: strokes of one width, so that they read at any size and colour.

A line of data per icon: `M x y` and `L x y` and `C` (cubic) as in SVG, `Z`, and `O x y r` for a circle.
"""

from functools import cache
from typing import Final

from station.qt import QColor, QPainter, QPainterPath, QPen, QPointF, QRectF, Qt
from station.screen import Icon

GRID: Final = 24.0
STROKE: Final = 2.0
_ICONS: Final[dict[Icon, str]] = {
    Icon.SCAN: "M 3 8 L 3 4 L 7 4 M 17 4 L 21 4 L 21 8 M 21 16 L 21 20 L 17 20 M 7 20 L 3 20 L 3 16 "
    "M 7 8 L 7 16 M 10.3 8 L 10.3 16 M 13.6 8 L 13.6 16 M 17 8 L 17 16",
    Icon.BADGE: "M 5 3 L 19 3 L 19 21 L 5 21 Z M 10 3 L 10 5.5 L 14 5.5 L 14 3 O 12 11 2.3 "
    "M 8 17.6 C 8.4 14.6 15.6 14.6 16 17.6",
    Icon.WORK: "O 12 12 9 M 12 6.6 L 12 12 L 15.6 14.2",
    Icon.SAVED: "M 12 3 L 12 13 M 8 9.2 L 12 13.2 L 16 9.2 M 4 14 L 4 20 L 20 20 L 20 14",
    Icon.GOOD: "M 4 12.8 L 9.5 18.4 L 20 6.4",
    Icon.BAD: "M 5.5 5.5 L 18.5 18.5 M 18.5 5.5 L 5.5 18.5",
    Icon.WARN: "M 12 3.4 L 22 20.4 L 2 20.4 Z M 12 9.4 L 12 14.4 M 12 17.2 L 12 17.5",
    Icon.ARROW: "M 3 12 L 20 12 M 13.4 5.2 L 20.4 12 L 13.4 18.8",
    Icon.REPAIR: "M 20 11 C 18.6 3.4 8.4 2.2 5.2 8.4 M 5 3.6 L 5 8.8 L 10.2 8.8 "
    "M 4 13 C 5.4 20.6 15.6 21.8 18.8 15.6 M 19 20.4 L 19 15.2 L 13.8 15.2",
    Icon.SERVER: "M 4 4 L 20 4 L 20 11 L 4 11 Z M 4 13.4 L 20 13.4 L 20 20.4 L 4 20.4 Z "
    "M 7.4 7.5 L 7.8 7.5 M 7.4 16.9 L 7.8 16.9 M 12 7.5 L 17 7.5 M 12 16.9 L 17 16.9",
    Icon.QUEUE: "M 4 4 L 20 4 L 20 8.4 L 4 8.4 Z M 4 12.4 L 20 12.4 M 4 16.4 L 20 16.4 M 4 20.4 L 20 20.4",
    Icon.SCANNER: "M 3.4 5 L 17 4 L 19 10.4 L 4.4 11.4 Z M 9 11.4 L 12 20.4 L 15.8 20.4 L 13.4 11 "
    "M 20 5 L 22 4.4 M 20.6 8 L 22.6 8",
    Icon.PRINTER: "M 7 9 L 7 3.6 L 17 3.6 L 17 9 M 6 16.6 L 3 16.6 L 3 9 L 21 9 L 21 16.6 L 18 16.6 "
    "M 7 14 L 17 14 L 17 20.6 L 7 20.6 Z",
    Icon.GAUGE: "M 4.4 18.6 C -0.6 10 5.6 4 12 4 C 18.4 4 24.6 10 19.6 18.6 Z M 12 14.6 L 16 9",
    Icon.FOLDER: "M 3 5 L 9.4 5 L 11.6 7.8 L 21 7.8 L 21 19.4 L 3 19.4 Z",
    Icon.CLOCK: "O 12 12 9 M 12 6.6 L 12 12 L 15.6 14.2",
    Icon.LIST: "M 8.6 6 L 21 6 M 8.6 12 L 21 12 M 8.6 18 L 21 18 M 3.6 6 L 4 6 M 3.6 12 L 4 12 M 3.6 18 L 4 18",
    Icon.UNDO: "M 8.4 4 L 3.6 8.8 L 8.4 13.6 M 4 8.8 L 14 8.8 C 22.4 8.8 22.4 19.6 14 19.6 L 8 19.6",
}


def paint_icon(painter: QPainter, icon: Icon, box: QRectF, colour: str) -> None:
    """Draw `icon` in the largest square in the middle of `box`."""
    side = min(box.width(), box.height())
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side / GRID, side / GRID)
    pen = QPen(QColor(colour), STROKE, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.NoBrush)
    painter.drawPath(path_of(icon))
    painter.restore()


@cache
def path_of(icon: Icon) -> QPainterPath:
    """Return the strokes of `icon` on its grid."""
    path = QPainterPath()
    words = _ICONS[icon].split()
    at = 0
    while at < len(words):
        verb, count = words[at], {"M": 2, "L": 2, "C": 6, "O": 3, "Z": 0}[words[at]]
        _draw(path, verb, [float(word) for word in words[at + 1 : at + 1 + count]])
        at += 1 + count
    return path


def _draw(path: QPainterPath, verb: str, numbers: list[float]) -> None:
    if verb == "Z":
        path.closeSubpath()
    elif verb == "O":
        x, y, radius = numbers
        path.addEllipse(QPointF(x, y), radius, radius)
    elif verb == "C":
        a, b, c, d, e, f = numbers
        path.cubicTo(a, b, c, d, e, f)
    else:
        x, y = numbers
        path.moveTo(x, y) if verb == "M" else path.lineTo(x, y)
