"""Templates of labels: what is wrong with one is said in words, and what fits is as large as it can be."""

import pytest

from neurohub.labels.book import SAMPLES, template_of
from neurohub.labels.layout import Ink, Rule, Symbol, place
from neurohub.labels.letters import written
from neurohub.labels.template import TemplateError, parse

TEXT = 'kind = "text"\nvalue = "{code}"\nx = 1\ny = 1\nwidth = 30\nheight = 2'
SIZE = "width = 40\nheight = 20\n"


def own(tmp_path, text, kind="wip"):
    (tmp_path / f"{kind}.toml").write_text(text)
    return template_of(kind, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("width = ", "Invalid value"),
        ("width = 40\nheight = 20", "missing required field `item`"),
        ("item = []\n" + SIZE, "length >= 1"),
        (f"{SIZE}colour = 'red'\n[[item]]\n{TEXT}", "unknown field `colour`"),
        (f"{SIZE}[[item]]\n{TEXT}\nbold = true", "unknown field `bold` - at `item 1`"),
        (f"{SIZE}[[item]]\nkind = 'ean13'", "Invalid value 'ean13' - at `item 1.kind`"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("x = 1", "x = 'left'"), "Expected `float`, got `str`"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("x = 1", "x = -1"), ">= 0"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("{code}", "{kode}"), "no fact {kode}; there are code, lot, number"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("{code}", "{code"), "a brace stands alone"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("{code}", "{code.__class__}"), "no fact {code.__class__}"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("30", "39.5"), "item 1: reaches over the edge of the label of 40 x 20 mm"),
        (f"{SIZE}[[item]]\n{TEXT}\n[[item]]\n{TEXT}", "item 2: lies over item 1"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("width = 30", "width = 5"), "item 1: {code} does not fit"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("text", "code128"), "266 modules and its quiet zone do not fit"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("text", "qr").replace("{code}", "a\\u2028"), "item 1: A QR code holds"),
        (f"{SIZE}[[item]]\n" + TEXT.replace("text", "code128").replace("{code}", "한"), "item 1: This code holds"),
    ],
)  # fmt: skip
def test_a_template_that_is_not_usable_says_why(tmp_path, text, words):
    with pytest.raises(TemplateError) as refusal:
        own(tmp_path, text)
    assert str(refusal.value).startswith("wip.toml: ")
    assert words in str(refusal.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "lot.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=r"lot\.toml"):
        template_of("lot", tmp_path)


def test_a_plants_file_wins_and_a_change_is_seen(tmp_path):
    packaged = template_of("wip", None)
    assert template_of("wip", tmp_path) == packaged
    assert own(tmp_path, f"{SIZE}[[item]]\n{TEXT}").item[0].width == 30
    assert (
        own(tmp_path, f"{SIZE}[[item]]\n" + TEXT.replace("width = 30", "width = 31.5")).item[0].width == 31.5
    )
    (tmp_path / "wip.toml").unlink()
    assert template_of("wip", tmp_path) == packaged


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_letters_stand_where_they_are_aligned(align):
    text = f'{SIZE}[[item]]\n{TEXT}\nalign = "{align}"'.replace("{code}", "AB")
    (ink,) = place(parse(text.encode()), SAMPLES["wip"], 203).pieces
    assert isinstance(ink, Ink)
    assert 14 <= ink.area.height <= 16  # 2 mm
    left, right = ink.area.x - 8, 8 + 240 - ink.area.x - ink.area.width
    assert {"left": left == 0, "center": abs(left - right) <= 1, "right": right == 0}[align]


@pytest.mark.parametrize(
    "text", ["", " ", "A", "한국 1라인", "g" * 80, "\u202eabc", "🤖", "\ud800", "가" * 80, "…"]
)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (200, 24), (30, 24), (500, 8)])
def test_letters_never_leave_their_box(text, width, height):
    picture = written(text, width, height)
    assert picture.width <= width
    assert picture.height <= height


def test_a_name_that_is_too_long_is_cut_and_says_so():
    long, short = written("가나다라마바사아자차" * 8, 200, 24), written("가나다", 200, 24)
    assert short.height >= 20
    assert long.height >= 12
    assert long.width <= 200


def test_every_dot_of_an_item_is_on_the_label():
    for kind, facts in SAMPLES.items():
        for dpi in (203, 300):
            label = place(template_of(kind, None), facts, dpi)
            for piece in label.pieces:
                assert isinstance(piece, Ink | Rule | Symbol)
                assert 0 <= piece.area.x < piece.area.x + piece.area.width <= label.width
                assert 0 <= piece.area.y < piece.area.y + piece.area.height <= label.height
