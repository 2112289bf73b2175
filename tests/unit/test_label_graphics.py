"""The pictures in ZPL: shortened, and read back they are the same dots."""

import re

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from neurohub.labels.layout import Area, Ink, Label
from neurohub.labels.zpl import zpl


def read_back(text):
    """Return width in bytes and the rows of a `^GFA` as the ZPL manual reads it."""
    size, total, across, data = re.search(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS", text).groups()
    digits, rows, row, count = 2 * int(across), [], "", 0
    for sign in data:
        if sign in "0123456789ABCDEF":
            row, count = row + sign * (count or 1), 0
        elif "g" <= sign <= "z":
            count += 20 * (ord(sign) - ord("f"))
        elif "G" <= sign <= "Y":
            count += ord(sign) - ord("F")
        elif sign == ",":
            row = row.ljust(digits, "0")
        elif sign == ":":
            row = rows[-1]
        if len(row) == digits:
            rows.append(row)
            row = ""
    assert (row, count) == ("", 0)
    assert int(size) == int(total) == int(across) * len(rows)
    return int(across), rows


@st.composite
def pictures(draw):
    """Pictures with the runs that letters have: single dots, long rows, rows that repeat."""
    width, height = draw(st.integers(1, 300)), draw(st.integers(1, 5))
    picture = Image.new("L", (width, height), draw(st.sampled_from([0, 255])))
    for _ in range(draw(st.integers(0, 6))):
        left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        box = (
            left,
            top,
            min(width, left + draw(st.integers(1, 300))),
            min(height, top + draw(st.integers(1, 3))),
        )
        picture.paste(draw(st.sampled_from([0, 255])), box)
    return picture


@given(pictures())
def test_a_picture_is_read_back_dot_for_dot(picture):
    label = Label(400, 100, (Ink(Area(0, 0, picture.width, picture.height), picture),))
    across, rows = read_back(zpl(label))
    expected = Image.new("L", (across * 8, picture.height), 255)
    expected.paste(picture)
    seen = Image.frombytes("1", (across * 8, picture.height), bytes.fromhex("".join(rows)))
    assert seen.convert("L").point(lambda value: 255 - value).tobytes() == expected.tobytes()


def test_a_wide_white_row_is_one_sign():
    picture = Image.new("L", (4000, 2), 255)
    assert zpl(Label(4000, 2, (Ink(Area(0, 0, 4000, 2), picture),))).count(",500,,:^FS") == 1
