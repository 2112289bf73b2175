"""The banner: what somebody must know while something else goes on. A line over the job, with its button."""

from station.flow.facts import Post
from station.qt import QColor, QPainter, QRectF, QResizeEvent, QWidget
from station.screen import Banner
from station.view.buttons import ButtonRows
from station.view.drawn import Drawn
from station.view.icons import paint_icon
from station.view.letters import fitted_line, write
from station.view.theme import Look


class BannerLine(Drawn):
    def __init__(self, post: Post, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._button = ButtonRows(post, self)

    def draw(self, banner: Banner | None, look: Look) -> None:
        self.setVisible(banner is not None)
        if banner is None:
            self.shown = None
            return
        self._button.draw((banner.button,) if banner.button else (), look, per_row=1)
        if self.changes(banner, look):
            self.setFixedHeight(look.px(92))
            self.setAccessibleName(f"{banner.word} {banner.detail}")
            self._place()

    def resizeEvent(self, _: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        width = self.look.px(190)
        left = self.width() - width - self.look.px(16)
        self._button.setGeometry(left, self.look.px(6), width, self.look.px(80))

    def paint(self, painter: QPainter) -> None:
        banner = self.shown
        if not isinstance(banner, Banner):
            return
        look, shade = self.look, self.look.shade(banner.tone)
        box = QRectF(self.rect())
        painter.fillRect(box, QColor(shade.fill))
        painter.fillRect(QRectF(0, 0, box.width(), look.px(3)), QColor(look.theme.ground))
        side = look.px(48)
        paint_icon(
            painter, banner.icon, QRectF(look.px(36), (box.height() - side) / 2, side, side), shade.ink
        )
        right = look.px(220) if banner.button else look.px(24)
        words = box.adjusted(look.px(106), look.px(8), -right, -look.px(8))
        head = QRectF(words.left(), words.top(), words.width(), words.height() * 0.52)
        size = fitted_line(banner.word, int(head.width()), look.px(28), look.px(18), bold=True)
        write(painter, head, banner.word, size, shade.ink)
        rest = QRectF(words.left(), head.bottom(), words.width(), words.height() * 0.48)
        size = fitted_line(banner.detail, int(rest.width()), look.px(20), look.px(13))
        write(painter, rest, banner.detail, size, shade.ink)
