"""The window: draws a `Screen`, posts what is pressed and entered. Decides nothing, holds nothing but what it shows."""

from collections.abc import Iterator

from station.flow.facts import Post, Pressed
from station.qt import (
    QColor,
    QHBoxLayout,
    QPalette,
    QResizeEvent,
    Qt,
    QVBoxLayout,
    QWidget,
)
from station.screen import Screen
from station.view.banner import BannerLine
from station.view.bar import Strip, TopBar
from station.view.buttons import ButtonRows
from station.view.fields import Form
from station.view.lists import Limits, Recent
from station.view.sheet import SheetView
from station.view.stage import Stage
from station.view.theme import FULL_HEIGHT, LEAST_PX, Look, is_wide, look_for

SIDE_PX = 340
FEW_FIELDS = 3  # more of them need the whole width of a tablet: their choices are for gloves
ALONE_PX, SMALL_PX, TOLD_PX = 216, 178, 136  # heights below the stage: the more is told above, the lower


class Window(QWidget):
    """`draw` shows a screen; `press` does what a key means on it."""

    def __init__(self, post: Post) -> None:
        super().__init__()
        self._post = post
        self._screen: Screen | None = None
        self._look: Look | None = None
        self._keys: dict[str, str] = {}
        self.setWindowTitle("NeuroHub")
        self.setMinimumSize(*LEAST_PX)
        self.setAttribute(Qt.WA_InputMethodEnabled, False)
        self.setAutoFillBackground(True)
        self.top, self.stage, self.banner = TopBar(), Stage(), BannerLine(post)
        self.form, self.limits, self.recent = Form(post), Limits(), Recent()
        self.buttons, self.strip = ButtonRows(post), Strip(post)
        self.sheet = SheetView(post, self)
        self.sheet.hide()
        self._body, self._outer = QHBoxLayout(), QVBoxLayout(self)
        self._lay_out()

    def _lay_out(self) -> None:
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(self.top)
        self._outer.addWidget(self.stage, 1)
        self._outer.addWidget(self.banner)
        self._body.addWidget(self.form, 1)
        self._body.addWidget(self.limits, 1)
        self._body.addWidget(self.recent)
        self._outer.addLayout(self._body)
        self._row = QVBoxLayout()
        self._row.addWidget(self.buttons)
        self._outer.addLayout(self._row)
        self._outer.addWidget(self.strip)

    def draw(self, screen: Screen) -> None:
        """Show `screen`; parts that are as before are not touched."""
        look = look_for(screen.theme, self.width(), self.height(), screen.text)
        if screen == self._screen and look == self._look:
            return
        self._screen = screen
        if look != self._look:
            self._restyle(look)
        self.top.draw(screen, look)
        self.stage.draw(screen, look)
        self.banner.draw(screen.banner, look)
        self._draw_body(screen, look)
        self.buttons.draw(screen.buttons, look)
        self.strip.draw(screen.chips, look)
        self.sheet.draw(screen.sheet, look)
        self._place_sheet()
        self._keys = dict(_hotkeys(screen))

    def _restyle(self, look: Look) -> None:
        self._look = look
        palette = self.palette()
        palette.setColor(QPalette.Window, QColor(look.theme.ground))
        self.setPalette(palette)
        edge = look.px(12)
        self._body.setContentsMargins(edge, edge, edge, 0)
        self._body.setSpacing(edge)
        self._row.setContentsMargins(edge, edge, edge, edge)

    def _draw_body(self, screen: Screen, look: Look) -> None:
        """Form or limits on the left with the last ten beside them; alone these take the whole width."""
        form, limits = bool(screen.fields), bool(screen.limits) and not screen.fields
        self.form.draw(screen.fields if form else (), look)
        self.limits.draw(screen.limits if limits else (), look)
        self.form.setVisible(form)
        self.limits.setVisible(limits)
        self.recent.draw(screen.recent, screen.counts, look)
        self.recent.setVisible(len(screen.fields) <= FEW_FIELDS or is_wide(self.width(), look))
        if form or limits:
            self.recent.setFixedWidth(look.px(SIDE_PX))
        else:
            self.recent.setMinimumWidth(0)
            self.recent.setMaximumWidth(16_777_215)
        told = bool(screen.arrow) or screen.banner is not None
        wanted = TOLD_PX if told else SMALL_PX if form or limits else ALONE_PX
        least = round(min(look.px(wanted), self.height() * wanted / FULL_HEIGHT))
        height = max(self.form.wanted_height(), least) if form else least
        for part in (self.form, self.limits, self.recent):
            part.setFixedHeight(height)

    def press(self, hotkey: str) -> bool:
        """Do what the key `hotkey` does now; return whether it does anything. A sheet hides what is behind it."""
        key = self._keys.get(hotkey)
        if key is not None:
            self._post(Pressed(key=key))
        return key is not None

    def _place_sheet(self) -> None:
        top, bottom = self.top.height(), self.strip.height()
        self.sheet.setGeometry(0, top, self.width(), self.height() - top - bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._screen is not None:
            self.draw(self._screen)
        self._place_sheet()


def _hotkeys(screen: Screen) -> Iterator[tuple[str, str]]:
    if screen.sheet is None:
        yield from (
            (button.hotkey, button.key) for button in screen.buttons if button.hotkey and button.enabled
        )
        return
    yield from ((row.hotkey, row.key) for row in screen.sheet.rows if row.hotkey and row.key)
    yield from ((button.hotkey, button.key) for button in screen.sheet.buttons if button.hotkey)
