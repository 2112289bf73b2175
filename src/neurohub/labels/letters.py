"""Text as a picture: the same letters, Hangul and all, on every printer and in every preview.

A printer's own font has no Hangul, and its widths are its own. Who calls it: `labels.layout`.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

FONT: Final = Path(__file__).parent / "font" / "Pretendard-SemiBold.otf"
_FONT_BYTES: Final = FONT.read_bytes()
_PROBE: Final = 100  # a size to measure at: letters grow in proportion
_LEAST: Final = 0.6  # of the box's height; a text that would be smaller is cut
_INK: Final = 128  # of 255: where grey becomes black
_MORE: Final = "…"


def written(text: str, width: int, height: int) -> Image.Image:
    """Return the ink of `text` as large as `width` x `height` dots allow; white where there is none."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    size = _fitting(text, width, height)
    while size < 1 and len(text) > 1:
        text = text.rstrip(_MORE)[:-1].rstrip() + _MORE
        size = _fitting(text, width, height)
    drawn = _drawn(text, max(size, 1))
    while (drawn.width > width or drawn.height > height) and size > 1:
        size -= 1
        drawn = _drawn(text, size)
    return drawn.crop((0, 0, min(drawn.width, width), min(drawn.height, height)))


def is_cut(text: str, width: int, height: int) -> bool:
    """Tell whether `text` does not fit even in the smallest letters that the box allows."""
    return _fitting(text, width, height) < 1


def _fitting(text: str, width: int, height: int) -> int:
    """Return the size of letters that fills the box; 0 when they would be too small beside its height."""
    left, top, right, bottom = _font(_PROBE).getbbox(text)
    tall, wide = height / max(bottom - top, 1), width / max(right - left, 1)
    return int(_PROBE * min(tall, wide)) if wide >= tall * _LEAST else 0


def _drawn(text: str, size: int) -> Image.Image:
    font = _font(size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    grey = Image.new("L", (max(right - left, 1) + 2, max(bottom - top, 1) + 2), 255)
    ImageDraw.Draw(grey).text((1 - left, 1 - top), text, fill=0, font=font)
    black = grey.point(lambda value: 0 if value < _INK else 255)
    ink = Image.eval(black, lambda value: 255 - value).getbbox()
    return black.crop(ink) if ink else Image.new("L", (1, 1), 255)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(_FONT_BYTES), size, layout_engine=ImageFont.Layout.BASIC)
