"""A sheet over the job: title, list or form, note, buttons. Top bar and chips stay in sight."""

from station.flow.facts import Post, Pressed
from station.qt import (
    QColor,
    QMouseEvent,
    QPainter,
    QRectF,
    QResizeEvent,
    QScrollArea,
    QScroller,
    Qt,
    QVBoxLayout,
    QWidget,
)
from station.screen import Row, Sheet, Tone
from station.view.buttons import ButtonRows
from station.view.drawn import Drawn, disc, keycap, panel
from station.view.fields import Form
from station.view.letters import fitted, fitted_line, sans, width_of, write
from station.view.theme import Look, is_wide

ROW_PX, HEAD_PX = 54, 36
MEASURED = 10  # of the texts of a column, the longest: a list may have 500 lines


class Table(Drawn):
    """The lines of a list; one with a key can be pressed and is of touch size."""

    def __init__(self, post: Post) -> None:
        super().__init__()
        self._post = post

    def draw(self, heads: tuple[str, ...], rows: tuple[Row, ...], look: Look) -> None:
        if self.changes((heads, rows), look):
            self.setFixedHeight(self._head_px() + len(rows) * self._row_px())

    def _rows(self) -> tuple[Row, ...]:
        return self.shown[1] if isinstance(self.shown, tuple) else ()

    def _row_px(self) -> int:
        touch = any(row.key for row in self._rows())
        return self.look.px(72 if touch else ROW_PX)

    def _head_px(self) -> int:
        heads = self.shown[0] if isinstance(self.shown, tuple) else ()
        return self.look.px(HEAD_PX) if heads else 0

    def paint(self, painter: QPainter) -> None:
        if not isinstance(self.shown, tuple):
            return
        heads, rows = self.shown
        look, theme = self.look, self.look.theme
        columns = self._columns(heads, rows)
        top = 0.0
        if heads:
            for (left, width), text in zip(columns, heads, strict=False):
                box = QRectF(left, 0, width, self._head_px())
                write(painter, box, text, sans(look.px(17)), theme.muted)
            top = float(self._head_px())
        seen, height = painter.clipBoundingRect(), self._row_px()
        first, last = (max(0, int((edge - top) // height)) for edge in (seen.top(), seen.bottom()))
        for number, row in enumerate(rows[first : last + 1], first):
            box = QRectF(0, top + number * height, self.width(), height)
            self._row(painter, row, box.adjusted(0, 3, 0, -3), columns)

    def _row(self, painter: QPainter, row: Row, box: QRectF, columns: list[tuple[float, float]]) -> None:
        look, theme = self.look, self.look.theme
        edge = look.shade(Tone.WORK).mark if row.chosen else theme.line if row.key else ""
        panel(painter, box, theme.raised, look.px(10), edge, 3 if row.chosen else 1.2)
        side = look.px(30)
        disc(painter, look, row.tone, row.icon, QRectF(look.px(14), box.center().y() - side / 2, side, side))
        size = 26 if row.key and not row.chosen and len(row.cells) < 3 else 20
        for (left, width), text in zip(columns, row.cells, strict=False):
            at = QRectF(left, box.top(), width, box.height())
            if row.key:  # high enough for two lines
                font = fitted(text, int(width), int(box.height()), look.px(size), look.px(13))
            else:
                font = fitted_line(text, int(width), look.px(size), look.px(13), bold=True)
            write(painter, at, text, font, theme.text, wrap=bool(row.key))
        if row.hotkey:
            keycap(painter, look, row.hotkey, box.right() - look.px(14), box.center().y(), theme.muted)

    def _columns(self, heads: tuple[str, ...], rows: tuple[Row, ...]) -> list[tuple[float, float]]:
        """Return left edge and width of each column: what its words need; the last takes what is left."""
        look = self.look
        font, gap = sans(look.px(20), bold=True), look.px(26)
        count = max((len(cells) for cells in (heads, *(row.cells for row in rows))), default=1)
        texts = [
            [cells[at] for cells in (heads, *(r.cells for r in rows)) if at < len(cells)]
            for at in range(count)
        ]
        longest = [sorted(set(column), key=len)[-MEASURED:] for column in texts]
        wanted = [max((width_of(text, font) for text in column), default=0.0) + gap for column in longest]
        if count == 2:
            wanted[0] = max(wanted[0], self.width() * 0.4)
        left, found = float(look.px(58)), []
        for at, width in enumerate(wanted):
            last = at == count - 1
            found.append((left, self.width() - left - look.px(60) if last else width - gap * 0.4))
            left += width
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int((event.localPos().y() - self._head_px()) // self._row_px())
        rows = self._rows()
        if 0 <= at < len(rows) and rows[at].key:
            self._post(Pressed(key=rows[at].key))


class SheetView(Drawn):
    def __init__(self, post: Post, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._table = Table(post)
        self._form = Form(post, columns=2)
        self._buttons = ButtonRows(post)
        self._scroll = QScrollArea(self)
        self._scroll.setFocusPolicy(Qt.NoFocus)
        self._scroll.setFrameShape(QScrollArea.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._table)
        QScroller.grabGesture(self._scroll.viewport(), QScroller.TouchGesture)
        layout = QVBoxLayout(self)
        layout.addWidget(self._form)
        layout.addWidget(self._scroll, 1)
        self._space = QWidget()
        layout.addWidget(self._space, 1)
        layout.addWidget(self._buttons)
        self._layout = layout
        self._key = ""

    def draw(self, sheet: Sheet | None, look: Look) -> None:
        if sheet is None:
            self._key, self.shown = "", None
            self.hide()
            return
        new = self.changes(sheet, look)
        if new:
            edge = look.px(36)
            self._layout.setContentsMargins(edge, self._top(look), edge, look.px(20))
            self._layout.setSpacing(look.px(16))
            self._scroll.setStyleSheet(_bars(look))
            self._table.draw(sheet.heads, sheet.rows, look)
            self._form.draw(sheet.fields, look)
            self._form.setFixedHeight(self._form.wanted_height())
            self._form.setVisible(bool(sheet.fields))
            self._scroll.setVisible(bool(sheet.rows))
            self._space.setVisible(not sheet.rows)
            per_row = (8 if is_wide(self.width(), look) else 5) if sheet.rows else 5 if sheet.fields else 4
            self._buttons.draw(sheet.buttons, look, per_row=per_row)
            self.setAccessibleName(f"{sheet.title} {sheet.note}")
        if self._key != sheet.key:
            self._key = sheet.key
            self._scroll.verticalScrollBar().setValue(0)
            self.show()
            self.raise_()
            if sheet.is_typed:
                self._form.focus_first_empty()

    def _top(self, look: Look) -> int:
        note = self.shown.note if isinstance(self.shown, Sheet) else ""
        return look.px(132 if note else 88)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def paint(self, painter: QPainter) -> None:
        sheet = self.shown
        if not isinstance(sheet, Sheet):
            return
        look, theme = self.look, self.look.theme
        painter.fillRect(self.rect(), QColor(theme.surface))
        painter.fillRect(0, 0, self.width(), look.px(4), QColor(look.shade(Tone.WORK).fill))
        edge = look.px(36)
        title = QRectF(edge, look.px(18), self.width() - 2 * edge, look.px(56))
        write(painter, title, sheet.title, sans(look.px(36), bold=True), theme.text)
        note = QRectF(edge, look.px(78), self.width() - 2 * edge, look.px(40))
        size = fitted_line(sheet.note, int(note.width()), look.px(22), look.px(14))
        write(painter, note, sheet.note, size, theme.muted)


def _bars(look: Look) -> str:
    theme = look.theme
    return (
        f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {theme.surface}; }}"
        f"QScrollBar:vertical {{ background: {theme.surface}; width: {look.px(22)}px; }}"
        f"QScrollBar::handle:vertical {{ background: {theme.line}; min-height: {look.px(60)}px;"
        f" border-radius: {look.px(8)}px; margin: 3px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
    )
