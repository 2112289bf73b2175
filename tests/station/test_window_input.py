"""Bad input in the real window: whatever a scanner does, a scan is one, is said in words, and types nowhere."""

import pytest

from station.qt import QLineEdit, QMessageBox, Qt
from station.screen import Tone
from station.view.remark import RemarkLine
from support import seat
from support.hangul_keyboard import HangulKeyboard, Others
from support.linking import unit
from support.seat import BADGE

UNIT = unit(7)
HAND_S = 0.2  # between two keys of a hand
DEFECT = "DEF-MARKING_UNREADABLE"


@pytest.fixture
def service():
    with seat.served() as fake:
        yield fake


@pytest.fixture
def operator(service, tmp_path):
    """Somebody signed in at process 1."""
    with seat.seated(tmp_path, service.url) as one:
        one.sign_in()
        yield one


def started(operator, code=UNIT):
    operator.scan(code)
    operator.until(lambda: operator.screen.tone is Tone.WORK and operator.screen.code == code)


def done(service, kind):
    return [event for event in service.effects.values() if event["kind"] == kind]


class Clock:
    """The time between two keys, for the field that takes Hangul: none for a scanner, some for a hand."""

    now_s = 0.0

    def __call__(self):
        return self.now_s

    def rest(self):
        self.now_s += HAND_S


def choosing_a_defect(operator):
    """Start a unit, open the choice of a defect, put the cursor into its remark; return the field and its clock."""
    started(operator)
    operator.scan("CMD-FAIL")
    operator.until(lambda: operator.screen.sheet is not None)
    remark = operator.field(RemarkLine)
    operator.click(remark)
    clock = remark._clock = Clock()
    return remark, clock


@pytest.mark.parametrize("others", Others)
def test_a_scan_into_the_remark_under_a_hangul_keyboard_is_a_scan(operator, service, others):
    _, clock = choosing_a_defect(operator)
    keyboard = HangulKeyboard(operator, others)
    keyboard.type("ghkrdls")
    clock.rest()
    keyboard.scan(DEFECT)
    operator.until(lambda: done(service, "complete"))
    (event,) = done(service, "complete")
    assert event["defect"] == {"code": "MARKING_UNREADABLE", "description": "확인"}


@pytest.mark.parametrize("others", Others)
@pytest.mark.parametrize(("scanned", "end"), [(UNIT, Qt.Key_Tab), ("1-QWERTOP-9", Qt.Key_Return)])
def test_a_scan_under_a_hangul_keyboard_leaves_nothing_in_the_remark(operator, others, scanned, end):
    remark, _ = choosing_a_defect(operator)
    HangulKeyboard(operator, others).scan(scanned, end)
    operator.until(lambda: operator.station.presenter.state.scan == scanned)
    assert remark.text() == ""


def test_hangul_by_hand_stays_in_the_remark_with_its_numbers(operator):
    remark, clock = choosing_a_defect(operator)
    keyboard = HangulKeyboard(operator, Others.WINDOW)
    for key in "gksrmf":
        keyboard.type(key)
        clock.rest()
    for key, text in ((" ", "한글 "), ("1", "한글 1"), ("2", "한글 12")):
        keyboard.type(key)
        operator.until(lambda text=text: remark.text() == text)
        clock.rest()
    operator.press(Qt.Key_Return)
    assert remark.text() == "한글 12"
    assert operator.station.presenter.state.scan == "CMD-FAIL"


@pytest.mark.parametrize("jamo", ["ㅉㅑㅔ-ㅏㄲ01ㅔㄴㅁ2511001-007", "쨔ㅖ-ㅏㄱ01ㅖㄴㅁ2511001-007"])
def test_keys_that_say_hangul_outside_a_text_field_are_the_unit_that_was_scanned(operator, service, jamo):
    """A keyboard layout, not an input method: each key press says a letter of Hangul."""
    for letter in jamo:
        operator.key(letter)
    operator.press(Qt.Key_Return)
    operator.until(lambda: operator.screen.code == UNIT)
    operator.until(lambda: done(service, "start"))


@pytest.mark.parametrize("scanned", ["CMD-CANCEL", BADGE])
def test_a_scan_into_a_text_field_types_nothing(operator, scanned):
    operator.scan("CMD-SIGN-IN")
    operator.until(lambda: operator.screen.sheet is not None)
    name = operator.field(QLineEdit)
    operator.click(name)
    operator.scan(scanned)
    operator.until(lambda: operator.station.presenter.state.scan == scanned)
    assert name.text() == ""


def test_a_scan_while_a_dialog_is_open_counts_and_leaves_the_dialog_open(operator, service):
    box = QMessageBox(QMessageBox.Warning, "NeuroHub", "a fault of the program", QMessageBox.Ok)
    box.open()
    operator.until(lambda: box.windowHandle() is not None and box.windowHandle().isVisible())
    operator.scan(UNIT, window=box)
    operator.until(lambda: done(service, "start"))
    assert box.isVisible()
    box.close()


def test_two_scans_within_20_ms_are_both_done_in_their_order(operator, service):
    operator.scan(UNIT)
    operator.scan("CMD-PASS")
    operator.until(lambda: operator.screen.tone is Tone.GOOD)
    assert [event["kind"] for event in service.effects.values()] == ["start", "complete"]


def test_the_same_scan_twice_is_one(operator, service):
    operator.scan(UNIT)
    operator.scan(UNIT)
    operator.scan("CMD-PASS")
    operator.scan("CMD-PASS")
    operator.until(lambda: operator.screen.tone is Tone.GOOD)
    assert [event["kind"] for event in service.effects.values()] == ["start", "complete"]


@pytest.mark.parametrize(
    ("text", "end", "headline"),
    [
        (UNIT[:-2], 0, "Scan again"),
        (UNIT[:-2], Qt.Key_Return, "Not a barcode of the plant"),
        ("@#!%^&*()", Qt.Key_Return, "Not a barcode of the plant"),
        ("8801234567893", Qt.Key_Return, "Not a barcode of the plant"),
        ("CMD-PASSS", Qt.Key_Return, "Unknown command barcode"),
        ("X" * 200, Qt.Key_Return, "Not a barcode of the plant"),
    ],
)
def test_half_a_scan_and_garbage_are_said_in_words_and_the_next_scan_works(
    operator, service, text, end, headline
):
    operator.scan(text, end=end)
    operator.until(lambda: operator.screen.headline == headline)
    assert operator.screen.tone is Tone.BAD
    assert service.effects == {}
    started(operator)
