"""Fonts that come with the program, and text that is made to fit its box. Nothing here depends on the PC's fonts."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from station.qt import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QRectF, Qt

FONTS: Final = Path(__file__).parent.parent / "font"
SANS: Final = "Pretendard"
MONO: Final = "IBM Plex Mono SemiBold"  # I l 1 and O 0 differ
LINE: Final = 1.22
_watched: Final[list[list[str]]] = []
_WRAP: Final = Qt.TextWordWrap | Qt.AlignLeft | Qt.AlignVCenter


def load_fonts() -> None:
    """Make the fonts known to Qt, before the first `QFont`; raises FileNotFoundError naming one that is missing."""
    for name in ("Pretendard-Medium.otf", "Pretendard-Bold.otf", "IBMPlexMono-SemiBold.ttf"):
        path = FONTS / name
        if QFontDatabase.addApplicationFontFromData(path.read_bytes()) < 0:
            raise FileNotFoundError(path)


@lru_cache(maxsize=256)
def sans(px: int, *, bold: bool = False) -> QFont:
    font = QFont(SANS)
    font.setPixelSize(max(1, px))
    font.setWeight(QFont.Bold if bold else QFont.Medium)
    return font


@lru_cache(maxsize=256)
def mono(px: int) -> QFont:
    font = QFont(MONO)
    font.setPixelSize(max(1, px))
    font.setWeight(QFont.DemiBold)
    return font


@lru_cache(maxsize=512)
def fitted(text: str, width: int, height: int, biggest: int, smallest: int, *, lines: int = 2) -> QFont:
    """Return the largest bold font in which `text` fits `width` x `height` in at most `lines` lines."""
    for px in range(biggest, smallest, -2):
        metrics = QFontMetricsF(sans(px, bold=True))
        used = metrics.boundingRect(QRectF(0, 0, width, 10_000), int(_WRAP), text)
        words_fit = all(metrics.horizontalAdvance(word) <= width for word in text.split())
        if words_fit and used.height() <= min(height, metrics.lineSpacing() * lines + 1):
            return sans(px, bold=True)
    return sans(smallest, bold=True)


@lru_cache(maxsize=512)
def fitted_line(text: str, width: int, biggest: int, smallest: int, *, bold: bool = False) -> QFont:
    """Return the largest font in which `text` fits `width` in one line."""
    advance = QFontMetricsF(sans(100, bold=bold)).horizontalAdvance(text) or 1.0
    return sans(max(smallest, min(biggest, int(width * 100 / advance))), bold=bold)


@lru_cache(maxsize=512)
def fitted_code(text: str, width: int, biggest: int, smallest: int) -> QFont:
    """Return the largest mono font in which `text` fits `width` in one line."""
    advance = QFontMetricsF(mono(100)).horizontalAdvance(text) or 1.0
    return mono(max(smallest, min(biggest, int(width * 100 / advance))))


def write(
    painter: QPainter,
    box: QRectF,
    text: str,
    font: QFont,
    colour: str,
    *,
    align: Qt.AlignmentFlag | Qt.Alignment = Qt.AlignLeft | Qt.AlignVCenter,
    wrap: bool = False,
) -> float:
    """Write `text` in `box`; one line ends in an ellipsis where it is too long. Return the width that it took."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = QFontMetricsF(font)
    if wrap:
        if _watched and _overflows(text, metrics, box):
            _notice(text)
        painter.drawText(box, int(align) | Qt.TextWordWrap, text)
        return box.width()
    shown = metrics.elidedText(text, Qt.ElideRight, box.width())
    if shown != text:
        _notice(text)
    painter.drawText(box, int(align) | Qt.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)


def _overflows(text: str, metrics: QFontMetricsF, box: QRectF) -> bool:
    used = metrics.boundingRect(QRectF(0, 0, box.width(), 10_000), int(_WRAP), text)
    words_fit = all(metrics.horizontalAdvance(word) <= box.width() + 1 for word in text.split())
    return not words_fit or used.height() > box.height() + metrics.descent()


def _notice(text: str) -> None:
    for cut in _watched:
        cut.append(text)


@contextmanager
def watching_cuts() -> Iterator[list[str]]:
    """Yield a list that takes each text which did not fit its box while it was written; for tests of the words."""
    cut: list[str] = []
    _watched.append(cut)
    try:
        yield cut
    finally:
        _watched.remove(cut)


def width_of(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def height_of(text: str, font: QFont, width: float) -> float:
    """Return how high `text` is when it is wrapped at `width`."""
    return QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 10_000), int(_WRAP), text).height() + 4
