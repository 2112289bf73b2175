"""What is shown can be read: every text of every scene fits its box, every colour has contrast."""

import os
from itertools import product

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from station.qt import QApplication, QImage, QPainter, QRectF
from station.scenes import SCENES, screen_of, set_up_of
from station.screen import Tone
from station.setup.entries import Page
from station.view.letters import load_fonts, sans, watching_cuts, write
from station.view.sheet import SheetView
from station.view.theme import LEAST_PX, THEMES, contrast, look_for
from station.view.window import Window

READABLE, VISIBLE = 4.5, 3.0  # WCAG 2.2: text, and what parts one thing from another
LANGUAGES = ("ko", "en")


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_colour_of_text_can_be_read_on_what_it_stands_on(theme):
    grounds = (theme.ground, theme.surface, theme.raised)
    marks = [theme.text, theme.muted, *(theme.shades[tone].mark for tone in Tone)]
    pairs = {*product(marks, grounds)}
    pairs |= {(shade.ink, shade.fill) for shade in theme.shades.values()}
    pairs |= {(theme.text, theme.shades[Tone.IDLE].fill)}
    assert {pair: found for pair in pairs if (found := contrast(*pair)) < READABLE} == {}
    edges = {*product((theme.line,), grounds)}
    assert {pair: found for pair in edges if (found := contrast(*pair)) < VISIBLE} == {}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_states_differ_from_one_another_and_from_the_ground(theme):
    fills = [theme.shades[tone].fill for tone in Tone if tone is not Tone.IDLE]
    assert len(set(fills)) == len(fills)
    assert {fill: contrast(fill, theme.ground) for fill in fills if contrast(fill, theme.ground) < 1.2} == {}


@pytest.fixture(scope="module", autouse=True)
def application():
    made = QApplication.instance() or QApplication([])
    made.setStyle("Fusion")
    load_fonts()
    return made


def cut_texts(size: tuple[int, int], text: str = "normal") -> set[tuple[str, str]]:
    window = Window(lambda _: None)
    window.resize(*size)
    window.show()
    found = set()
    for scene, language in product(SCENES, LANGUAGES):
        window.draw(screen_of(scene, language, "dark", text))
        QApplication.processEvents()
        with watching_cuts() as cut:
            window.grab()
        found |= {(scene, each) for each in cut}
    window.close()
    for page, language in product(Page, LANGUAGES):
        sheet = SheetView(lambda _: None, None)
        sheet.resize(*size)
        with watching_cuts() as cut:
            sheet.draw(set_up_of(page, language, "dark", text), look_for("dark", *size, text))
            sheet.grab()
        found |= {(page, each) for each in cut}
        sheet.close()
    return found


@pytest.mark.parametrize("size", [(1024, 768), (1280, 720), (1920, 1080)], ids=str)
def test_every_text_fits(size):
    assert cut_texts(size) == set()


@pytest.mark.long
@pytest.mark.parametrize("text", ["normal", "large"])
@pytest.mark.parametrize("size", [LEAST_PX, (1280, 720), (1280, 800), (1920, 1080)], ids=str)
def test_every_text_fits_at_every_size(size, text):
    assert cut_texts(size, text) == set()


def test_a_text_that_does_not_fit_is_noticed(application):
    image = QImage(100, 60, QImage.Format_RGB32)
    painter = QPainter(image)
    with watching_cuts() as cut:
        write(painter, QRectF(0, 0, 100, 60), "WIP", sans(20), "#ffffff")
        write(painter, QRectF(0, 0, 100, 60), "in two lines", sans(20), "#ffffff", wrap=True)
        write(painter, QRectF(0, 0, 100, 60), "in one line that is too long", sans(20), "#ffffff")
        write(
            painter, QRectF(0, 0, 100, 60), "in three lines or more of them", sans(20), "#ffffff", wrap=True
        )
        write(painter, QRectF(0, 0, 100, 60), "Unbreakable", sans(30), "#ffffff", wrap=True)
    painter.end()
    assert [text.split()[0] for text in cut] == ["in", "in", "Unbreakable"]
    assert len(cut[0]) < len(cut[1])


def test_larger_text_is_larger_where_there_is_room():
    assert look_for("dark", 1280, 800, "large").scale > look_for("dark", 1280, 800).scale == 1.0
    assert look_for("dark", 1920, 1080, "large").scale > look_for("dark", 1920, 1080).scale
    assert look_for("dark", *LEAST_PX, "large") == look_for("dark", *LEAST_PX)
