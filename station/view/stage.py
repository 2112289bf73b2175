"""The stage: what one reads from three metres. Icon, one sentence, the unit, where it goes; all in its colour."""

from msgspec import Struct

from station.qt import QColor, QPainter, QRectF, Qt
from station.screen import Icon, Screen, Tone
from station.view.drawn import Drawn, panel
from station.view.icons import paint_icon
from station.view.letters import fitted, fitted_code, height_of, sans, width_of, write
from station.view.theme import Look


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
        self._words(painter, shown, QRectF(left, 0, right - left, box.height()), shade.ink)
        if shown.progress is not None:
            self._progress(painter, shown.progress, box, shade.ink)

    def _words(self, painter: QPainter, shown: Shown, box: QRectF, ink: str) -> None:
        """Write from the top: sentence, unit, arrow, detail; what is there shares the height, centred."""
        look = self.look
        if shown.elapsed:
            box = box.adjusted(0, 0, -look.px(150), 0)
        line, gap = look.px(34), look.px(12)
        rows = shown.detail[: max(1, int((box.height() * 0.45) // line))]
        code_h = look.px(78) if shown.code else 0
        arrow_h = look.px(84) if shown.arrow else 0
        fixed = len(rows) * line + code_h + arrow_h + gap * bool(rows)
        room = box.height() - fixed - look.px(32)
        font = fitted(shown.headline, int(box.width()), int(room), look.px(124), look.px(34))
        head_h = min(room, height_of(shown.headline, font, box.width()))
        top = (box.height() - fixed - head_h) / 2
        head = QRectF(box.left(), top, box.width(), head_h)
        write(painter, head, shown.headline, font, ink, wrap=True)
        top += head_h
        if shown.code:
            mono = fitted_code(shown.code, int(box.width()), look.px(64), look.px(26))
            write(painter, QRectF(box.left(), top, box.width(), code_h), shown.code, mono, ink)
            top += code_h
        if shown.arrow:
            self._arrow(painter, shown.arrow, shown.tone, QRectF(box.left(), top, box.width(), arrow_h))
            top += arrow_h
        top += gap * bool(rows)
        for row in rows:
            write(painter, QRectF(box.left(), top, box.width(), line), row, sans(look.px(26)), ink)
            top += line

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
        height = self.look.px(12)
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
