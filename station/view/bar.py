"""The bar at the top (where, who, when) and the strip at the bottom (server, queue, devices): always in sight."""

from typing import Final

from station.flow.facts import Post, Pressed
from station.qt import QColor, QFont, QMouseEvent, QPainter, QRectF, Qt, QWidget
from station.screen import Chip, Icon, Screen, Tone
from station.view.drawn import Drawn, panel
from station.view.icons import paint_icon
from station.view.letters import mono, sans, width_of, write
from station.view.theme import Look

GAP_PX, EXTRA_PX = 8, 58  # between chips; of a chip beside its word
_LEADS: Final = {"queue": "refused", "refused": "refused"}


class TopBar(Drawn):
    def draw(self, screen: Screen, look: Look) -> None:
        if self.changes((screen.station, screen.process, screen.operator, screen.clock), look):
            self.setFixedHeight(look.px(60))

    def paint(self, painter: QPainter) -> None:
        if not isinstance(self.shown, tuple):
            return
        station, process, operator, clock = self.shown
        look, theme = self.look, self.look.theme
        box = QRectF(self.rect())
        painter.fillRect(box, QColor(theme.surface))
        inside = box.adjusted(look.px(24), 0, -look.px(24), 0)
        small, big = sans(look.px(22)), sans(look.px(28), bold=True)
        used = write(painter, inside, station, small, theme.muted)
        write(painter, inside.adjusted(used + look.px(22), 0, 0, 0), process, big, theme.text)
        right = Qt.AlignRight | Qt.AlignVCenter
        clock_w = write(painter, inside, clock, mono(look.px(28)), theme.text, align=right)
        if operator:
            person = inside.adjusted(0, 0, -clock_w - look.px(34), 0)
            used = write(painter, person, operator, sans(look.px(24), bold=True), theme.text, align=right)
            side = look.px(28)
            at = QRectF(person.right() - used - look.px(10) - side, (box.height() - side) / 2, side, side)
            paint_icon(painter, Icon.BADGE, at, theme.muted)


class Strip(Drawn):
    """The chips; pressing one opens what explains it."""

    def __init__(self, post: Post, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._places: list[tuple[QRectF, str]] = []

    def draw(self, chips: tuple[Chip, ...], look: Look) -> None:
        if self.changes(chips, look):
            self.setFixedHeight(look.px(56))
            self.setAccessibleName(", ".join(chip.word for chip in chips))

    def paint(self, painter: QPainter) -> None:
        look, theme = self.look, self.look.theme
        box = QRectF(self.rect())
        painter.fillRect(box, QColor(theme.surface))
        chips = self.shown if isinstance(self.shown, tuple) else ()
        chips, size = self._fitting(chips, box.width())
        gap, font = look.px(GAP_PX), sans(look.px(size), bold=True)
        left = float(look.px(12))
        self._places = []
        for chip in chips:
            width = width_of(chip.word, font) + look.px(EXTRA_PX)
            at = QRectF(left, look.px(7), width, box.height() - look.px(14))
            self._chip(painter, chip, at, font)
            self._places.append((at, chip.key))
            left += at.width() + gap

    def _fitting(self, chips: tuple[Chip, ...], width: float) -> tuple[tuple[Chip, ...], int]:
        """Return chips and size of their words that fit: smaller words first, then without what is not here."""
        look = self.look
        for shown in (chips, tuple(chip for chip in chips if chip.tone is not Tone.IDLE)):
            room = width - look.px(24) - (look.px(GAP_PX) + look.px(EXTRA_PX)) * len(shown)
            for size in range(19, 13, -1):
                font = sans(look.px(size), bold=True)
                if sum(width_of(chip.word, font) for chip in shown) <= room:
                    return shown, size
        return shown, size

    def _chip(self, painter: QPainter, chip: Chip, at: QRectF, font: QFont) -> None:
        look, shade = self.look, self.look.shade(chip.tone)
        loud = chip.tone in {Tone.WARN, Tone.BAD, Tone.SAVED}
        panel(painter, at, shade.fill if loud else look.theme.raised, at.height() / 2)
        ink = shade.ink if loud else shade.mark
        side = look.px(24)
        paint_icon(
            painter, chip.icon, QRectF(at.left() + look.px(16), at.center().y() - side / 2, side, side), ink
        )
        words = at.adjusted(look.px(44), 0, -look.px(10), 0)
        write(painter, words, chip.word, font, ink if loud else look.theme.text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place, key in self._places:
            if place.contains(event.localPos()):
                self._post(Pressed(key=_LEADS.get(key, "diagnostics")))
                return
