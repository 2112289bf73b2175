"""The stage: what one reads from three metres. Icon, one sentence, the unit, where it goes; all in its colour."""

from msgspec import Struct

from station.qt import QColor, QPainter, QRectF, Qt
from station.screen import Icon, Screen, Tone
from station.view.drawn import Drawn, panel
from station.view.icons import paint_icon
from station.view.letters import fitted, fitted_code, fitted_line, height_of, sans, width_of, write
from station.view.theme import Look

CODE_PX, LOW_CODE_PX, ARROW_PX = 78, 44, 84
BAR_PX = 12
DETAIL_PX, LARGE_PX, ROOMY_PX = 34, 46, 300  # a line of detail; where the height allows it a larger one


class Shown(Struct, frozen=True):
    """The part of a `Screen` that the stage draws."""

    tone: Tone
    icon: Icon
    headline: str
    code: str
    detail: tuple[str, ...]
    arrow: str
    progress: float | None
    elapsed: str


class Heights(Struct, frozen=True, kw_only=True):
    """How the height is shared: `room` is the sentence's, the rest is fixed."""

    code: float
    arrow: float
    line: float
    rows: int
    gap: float
    room: float

    @property
    def fixed(self) -> float:
        return self.code + self.arrow + self.rows * self.line + self.gap


def _heights(shown: Shown, height: float, look: Look) -> Heights:
    """Give the sentence what it needs, then the unit and the arrow; of the detail comes what is left room for."""
    least = look.px(44)
    arrow = look.px(ARROW_PX) if shown.arrow else 0
    is_low = height < arrow + look.px(CODE_PX) + 2 * least
    code = look.px(LOW_CODE_PX if is_low else CODE_PX) if shown.code else 0
    is_roomy = len(shown.detail) < 3 and height > look.px(ROOMY_PX)
    line, gap = look.px(LARGE_PX if is_roomy else DETAIL_PX), look.px(12)
    left = min(height * 0.45, height - code - arrow - least * 1.3)
    rows = min(len(shown.detail), max(0, int((left - gap) // line)))
    gap = gap if rows else 0
    room = height - code - arrow - rows * line - gap
    return Heights(code=code, arrow=arrow, line=line, rows=rows, gap=gap, room=room)


class Stage(Drawn):
    def draw(self, screen: Screen, look: Look) -> None:
        shown = Shown(
            screen.tone,
            screen.icon,
            screen.headline,
            screen.code,
            screen.detail,
            screen.arrow,
            screen.progress,
            screen.elapsed,
        )
        if self.changes(shown, look):
            self.setAccessibleName(" ".join((shown.headline, shown.code, *shown.detail, shown.arrow)))

    def paint(self, painter: QPainter) -> None:
        shown = self.shown
        if not isinstance(shown, Shown):
            return
        look, shade = self.look, self.look.shade(shown.tone)
        box = QRectF(self.rect())
        painter.fillRect(box, QColor(shade.fill))
        margin = look.px(36)
        side = min(box.height() - look.px(56), look.px(210))
        paint_icon(painter, shown.icon, QRectF(margin, (box.height() - side) / 2, side, side), shade.ink)
        left = margin + side + look.px(40)
        right = box.width() - margin
        if shown.elapsed:
            self._clock(painter, shown, right, shade.ink)
        bottom = box.height() - (look.px(BAR_PX) if shown.progress is not None else 0)
        self._words(painter, shown, QRectF(left, 0, right - left, bottom), shade.ink)
        if shown.progress is not None:
            self._progress(painter, shown.progress, box, shade.ink)

    def _words(self, painter: QPainter, shown: Shown, box: QRectF, ink: str) -> None:
        """Write from the top: sentence, unit, arrow, detail; what is there shares the height, centred."""
        look = self.look
        if shown.elapsed:
            box = box.adjusted(0, 0, -look.px(150), 0)
        at = _heights(shown, box.height() - look.px(24), look)
        width, left = int(box.width()), box.left()
        font = fitted(shown.headline, width, int(at.room), look.px(124), look.px(26))
        head_h = min(at.room, height_of(shown.headline, font, width))
        top = (box.height() - at.fixed - head_h) / 2
        write(painter, QRectF(left, top, width, head_h), shown.headline, font, ink, wrap=True)
        top += head_h
        if shown.code:
            mono = fitted_code(shown.code, width, int(at.code * 0.82), look.px(20))
            write(painter, QRectF(left, top, width, at.code), shown.code, mono, ink)
            top += at.code
        if shown.arrow:
            self._arrow(painter, shown.arrow, shown.tone, QRectF(left, top, width, at.arrow))
            top += at.arrow
        top += at.gap
        for row in shown.detail[: at.rows]:
            size = fitted_line(row, width, int(at.line * 0.78), look.px(18))
            write(painter, QRectF(left, top, width, at.line), row, size, ink)
            top += at.line

    def _arrow(self, painter: QPainter, text: str, tone: Tone, box: QRectF) -> None:
        """Draw where the unit should go in inverse colours: it is the answer to a refusal."""
        look, shade = self.look, self.look.shade(tone)
        font = fitted(text, int(box.width() - look.px(110)), look.px(64), look.px(48), look.px(24), lines=1)
        width = min(box.width(), width_of(text, font) + look.px(110))
        plate = QRectF(box.left(), box.top() + look.px(8), width, box.height() - look.px(12))
        panel(painter, plate, shade.ink, look.px(12))
        side = look.px(52)
        at = QRectF(plate.left() + look.px(18), plate.center().y() - side / 2, side, side)
        paint_icon(painter, Icon.ARROW, at, shade.fill)
        write(painter, plate.adjusted(look.px(84), 0, -look.px(14), 0), text, font, shade.fill)

    def _clock(self, painter: QPainter, shown: Shown, right: float, ink: str) -> None:
        look = self.look
        width = look.px(150)
        box = QRectF(right - width, look.px(18), width, look.px(56))
        write(
            painter, box, shown.elapsed, sans(look.px(40), bold=True), ink, align=Qt.AlignRight | Qt.AlignTop
        )

    def _progress(self, painter: QPainter, progress: float, box: QRectF, ink: str) -> None:
        """Draw how much of the standard time has gone; beyond it the bar is striped and full."""
        height = self.look.px(BAR_PX)
        bar = QRectF(box.left(), box.bottom() - height, box.width(), height)
        painter.setOpacity(0.28)
        painter.fillRect(bar, QColor(ink))
        painter.setOpacity(1.0)
        bar.setWidth(box.width() * min(1.0, progress))
        painter.fillRect(bar, QColor(ink))
        if progress > 1.0:
            over = QRectF(box.left(), bar.top(), box.width() * (1 - 1 / progress), height)
            over.moveRight(box.right())
            painter.fillRect(over, QColor(self.look.shade(Tone.WARN).fill))
