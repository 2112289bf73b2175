"""Form fields of touch size: a line to type in, or a row of choices. Each change is posted as `Entered`.

No field but the remark lets an input method in: a scan under a Hangul keyboard would never arrive.
"""

from collections.abc import Sequence

from station.flow.facts import Entered, Post
from station.qt import QColor, QLineEdit, QMouseEvent, QPainter, QPalette, QRectF, QResizeEvent, Qt, QWidget
from station.screen import Choice, Field, FieldKind, Icon, Tone
from station.view.drawn import Drawn, panel
from station.view.icons import paint_icon
from station.view.letters import fitted, fitted_line, sans, write
from station.view.remark import RemarkLine
from station.view.theme import DARK, Look

LABEL_PX, CONTROL_PX, PROBLEM_PX = 24, 54, 22
CONTROL_MAX_PX = 84
_ICONS = {Tone.BAD: Icon.BAD, Tone.WARN: Icon.WARN, Tone.GOOD: Icon.GOOD, Tone.WORK: Icon.WORK}


class Segments(Drawn):
    """A choice as buttons that share one frame; the chosen one is filled."""

    def __init__(self, name: str, post: Post, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._post = name, post

    def draw(self, choices: tuple[Choice, ...], text: str, look: Look) -> None:
        self.changes((choices, text), look)

    def paint(self, painter: QPainter) -> None:
        if not isinstance(self.shown, tuple):
            return
        choices, text = self.shown
        look, theme = self.look, self.look.theme
        panel(painter, QRectF(self.rect()), theme.raised, look.px(10), theme.line)
        width = self.width() / max(1, len(choices))
        for number, choice in enumerate(choices):
            box = QRectF(number * width, 0, width, self.height()).adjusted(4, 4, -4, -4)
            chosen = choice.value == text
            shade = look.shade(Tone.WORK)
            if chosen:
                panel(painter, box, shade.fill, look.px(8))
            font = fitted(
                choice.word, int(box.width()) - 6, int(box.height()), look.px(22), look.px(12), lines=1
            )
            ink = shade.ink if chosen else theme.text
            write(painter, box, choice.word, font, ink, align=Qt.AlignCenter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        choices = self.shown[0] if isinstance(self.shown, tuple) else ()
        if choices:
            at = int(event.localPos().x() * len(choices) // max(1, self.width()))
            chosen = choices[max(0, min(at, len(choices) - 1))]
            self._post(Entered(name=self._name, text=chosen.value))


class TextLine(QLineEdit):
    """A line for Latin text or numbers."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_InputMethodEnabled, False)


class FieldBox(Drawn):
    """One field: its word, its control, and what is wrong with it."""

    def __init__(self, field: Field, post: Post, parent: QWidget) -> None:
        super().__init__(parent)
        self.line: QLineEdit | None = None
        self.segments: Segments | None = None
        if field.kind is FieldKind.CHOICE:
            self.segments = Segments(field.name, post, self)
            return
        line = RemarkLine(post, self) if field.kind is FieldKind.REMARK else TextLine(self)
        if field.kind is FieldKind.PASSWORD:
            line.setEchoMode(QLineEdit.Password)
        line.textEdited.connect(lambda text: post(Entered(name=field.name, text=text)))
        self.line = line

    def draw(self, field: Field, look: Look) -> None:
        if self.segments is not None:
            self.segments.draw(field.choices, field.text, look)
        if self.line is not None:
            self._draw_line(self.line, field, look)
        if self.changes(field, look):
            self.setAccessibleName(f"{field.word} {field.problem}".strip())
            self._place()

    def _draw_line(self, line: QLineEdit, field: Field, look: Look) -> None:
        if line.text() != field.text:
            line.setText(field.text)
        line.setPlaceholderText(field.range)
        old = self.shown
        said = (field.problem, field.tone)
        if look != self.look or not isinstance(old, Field) or (old.problem, old.tone) != said:
            edge = look.shade(field.tone).mark if field.problem else look.theme.line
            line.setFont(sans(look.px(25), bold=True))
            palette = line.palette()
            palette.setColor(QPalette.PlaceholderText, QColor(look.theme.muted))
            line.setPalette(palette)
            line.setStyleSheet(
                f"QLineEdit {{ background: {look.theme.raised}; color: {look.theme.text};"
                f" border: {3 if field.problem else 2}px solid {edge}; border-radius: {look.px(10)}px;"
                f" padding: 0 {look.px(12)}px; selection-background-color: {look.shade(Tone.WORK).fill}; }}"
                f"QLineEdit:focus {{ border: 3px solid {look.shade(Tone.WORK).mark}; }}"
            )

    def resizeEvent(self, _: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        control = self.line or self.segments
        if control is not None:
            control.setGeometry(0, self.look.px(LABEL_PX), self.width(), self._control_px())

    def _control_px(self) -> int:
        room = self.height() - self.look.px(LABEL_PX + PROBLEM_PX)
        return min(self.look.px(CONTROL_MAX_PX), max(self.look.px(CONTROL_PX), room))

    def paint(self, painter: QPainter) -> None:
        field = self.shown
        if not isinstance(field, Field):
            return
        look, theme = self.look, self.look.theme
        label = QRectF(0, 0, self.width(), look.px(LABEL_PX))
        word = field.word + (f" ({field.unit})" if field.unit else "")
        size = fitted_line(word, int(label.width()) - look.px(24), look.px(17), look.px(12))
        used = write(painter, label, word, size, theme.muted)
        if field.required and not field.text:
            box = label.adjusted(used + look.px(8), 0, 0, 0)
            write(painter, box, "•", sans(look.px(22), bold=True), look.shade(Tone.WARN).mark)
        if field.problem:
            top = look.px(LABEL_PX) + self._control_px()
            box = QRectF(0, top, self.width(), look.px(PROBLEM_PX))
            ink, side = look.shade(field.tone).mark, look.px(18)
            paint_icon(painter, _ICONS[field.tone], QRectF(0, top + look.px(3), side, side), ink)
            box.setLeft(side + look.px(6))
            size = fitted_line(field.problem, int(box.width()), look.px(16), look.px(12), bold=True)
            write(painter, box, field.problem, size, ink)


class Form(QWidget):
    """Fields in up to three columns; a field keeps its control for as long as it is there."""

    def __init__(self, post: Post, parent: QWidget | None = None, *, columns: int = 3) -> None:
        super().__init__(parent)
        self._post, self._columns = post, columns
        self._boxes: dict[tuple[str, FieldKind], FieldBox] = {}
        self._fields: tuple[Field, ...] = ()
        self._look = Look(DARK)

    def draw(self, fields: Sequence[Field], look: Look) -> None:
        self._fields, self._look = tuple(fields), look
        keys = [(field.name, field.kind) for field in fields]
        for gone in [key for key in self._boxes if key not in keys]:
            box = self._boxes.pop(gone)
            box.hide()
            box.deleteLater()
        for key, field in zip(keys, fields, strict=True):
            if key not in self._boxes:
                self._boxes[key] = FieldBox(field, self._post, self)
                self._boxes[key].show()
            self._boxes[key].draw(field, look)
        self._place()

    def focus_first_empty(self) -> None:
        for field in self._fields:
            line = self._boxes[field.name, field.kind].line
            if line is not None and not field.text:
                line.setFocus(Qt.OtherFocusReason)
                return

    def wanted_height(self) -> int:
        rows = -(-len(self._fields) // self._columns)
        return rows * self._look.px(LABEL_PX + CONTROL_PX + PROBLEM_PX)

    def resizeEvent(self, _: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        gap = self._look.px(16)
        columns = max(1, min(self._columns, len(self._fields)))
        width = (self.width() - gap * (columns - 1)) / columns
        rows = -(-len(self._fields) // columns)
        height = self.height() / max(1, rows)
        for number, box in enumerate(self._boxes[f.name, f.kind] for f in self._fields):
            left, top = (number % columns) * (width + gap), (number // columns) * height
            box.setGeometry(round(left), round(top), round(width), round(height))
