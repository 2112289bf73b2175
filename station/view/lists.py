"""Painted lists: the last ten with today's counts, and the measurements beside their limits."""

from station.qt import QColor, QPainter, QRectF, Qt
from station.screen import Choice, Icon, Limit, Row, Tone
from station.view.drawn import Drawn, disc, panel
from station.view.icons import paint_icon
from station.view.letters import mono, sans, width_of, write
from station.view.theme import Look

_RIGHT = Qt.AlignRight | Qt.AlignVCenter


class Recent(Drawn):
    """Today's counts on top, below them as many of the last ten as there is room for; two columns where wide."""

    def draw(self, rows: tuple[Row, ...], counts: tuple[Choice, ...], look: Look) -> None:
        self.changes((rows, counts), look)

    def paint(self, painter: QPainter) -> None:
        if not isinstance(self.shown, tuple):
            return
        rows, counts = self.shown
        look, theme = self.look, self.look.theme
        box = QRectF(self.rect())
        panel(painter, box, theme.surface, look.px(12))
        inside = box.adjusted(look.px(18), look.px(6), -look.px(18), -look.px(8))
        self._counts(painter, counts, QRectF(inside.left(), inside.top(), inside.width(), look.px(44)))
        inside.setTop(inside.top() + look.px(46))
        columns = 2 if inside.width() >= look.px(900) else 1
        height = look.px(38)
        lines = max(1, int(inside.height() // height))
        gap = look.px(40)
        width = (inside.width() - gap * (columns - 1)) / columns
        for number, row in enumerate(rows[: lines * columns]):
            left = inside.left() + (number // lines) * (width + gap)
            self._row(painter, row, QRectF(left, inside.top() + (number % lines) * height, width, height))

    def _counts(self, painter: QPainter, counts: tuple[Choice, ...], box: QRectF) -> None:
        look, theme = self.look, self.look.theme
        left = box.left()
        for count in counts:
            at = QRectF(left, box.top(), box.right() - left, box.height())
            left += write(painter, at, count.word, sans(look.px(18)), theme.muted) + look.px(8)
            at.setLeft(left)
            left += write(painter, at, count.value, sans(look.px(26), bold=True), theme.text) + look.px(26)

    def _row(self, painter: QPainter, row: Row, box: QRectF) -> None:
        look, theme = self.look, self.look.theme
        side = look.px(26)
        disc(painter, look, row.tone, row.icon, QRectF(box.left(), box.center().y() - side / 2, side, side))
        at, unit, *words = (*row.cells, "", "")[: max(2, len(row.cells))]
        left = box.left() + side + look.px(12)
        font = sans(look.px(17), bold=True)
        wide = box.width() > look.px(520)
        shown = " · ".join(word for word in (words if wide else words[:1]) if word)
        right = write(painter, box, shown, font, look.shade(row.tone).mark, align=_RIGHT)
        middle = QRectF(left, box.top(), box.right() - right - left - look.px(10), box.height())
        used = write(painter, middle, at, mono(look.px(16)), theme.muted) + look.px(14)
        middle.setLeft(middle.left() + used)
        write(painter, middle, _short(unit, middle.width(), look), mono(look.px(18)), theme.text)


def _short(code: str, width: float, look: Look) -> str:
    """Return the end of a code where it does not fit: units of one LOT differ at the end."""
    font = mono(look.px(18))
    if width_of(code, font) <= width:
        return code
    fits = int(width // width_of("0", font)) - 1
    return f"…{code[-fits:]}" if fits > 0 else ""


class Limits(Drawn):
    """Each measurement as a card: name, value, limits, and whether it is within."""

    def draw(self, limits: tuple[Limit, ...], look: Look) -> None:
        self.changes(limits, look)

    def paint(self, painter: QPainter) -> None:
        limits = self.shown if isinstance(self.shown, tuple) else ()
        look = self.look
        columns = min(3, max(1, len(limits)))
        gap = look.px(12)
        width = (self.width() - gap * (columns - 1)) / columns
        lines = max(1, -(-len(limits) // columns))
        height = min(look.px(170), (self.height() - gap * (lines - 1)) / lines)
        for number, limit in enumerate(limits):
            left, top = (number % columns) * (width + gap), (number // columns) * (height + gap)
            self._card(painter, limit, QRectF(left, top, width, height))

    def _card(self, painter: QPainter, limit: Limit, box: QRectF) -> None:
        look, theme = self.look, self.look.theme
        shade = look.shade(limit.tone)
        panel(painter, box, theme.surface, look.px(12))
        painter.fillRect(QRectF(box.left(), box.top() + 8, look.px(6), box.height() - 16), QColor(shade.fill))
        inside = box.adjusted(look.px(20), look.px(6), -look.px(14), -look.px(6))
        top = QRectF(inside.left(), inside.top(), inside.width(), inside.height() * 0.36)
        write(painter, top, limit.word, sans(look.px(17)), theme.muted)
        rest = QRectF(inside.left(), top.bottom(), inside.width(), inside.height() * 0.64)
        side = look.px(30)
        icon = Icon.GOOD if limit.tone is Tone.GOOD else Icon.BAD
        paint_icon(painter, icon, QRectF(rest.left(), rest.center().y() - side / 2, side, side), shade.mark)
        value = rest.adjusted(side + look.px(10), 0, 0, 0)
        used = write(painter, value, limit.text, sans(look.px(32), bold=True), theme.text)
        write(
            painter,
            value.adjusted(used + look.px(10), 0, 0, 0),
            limit.range,
            sans(look.px(19)),
            theme.muted,
            align=_RIGHT,
        )
