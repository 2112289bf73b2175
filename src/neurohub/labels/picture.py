"""A label as a picture: what the printer will print, dot for dot. Who calls it: `operations.labels`."""

from io import BytesIO
from typing import Final

from PIL import Image

from neurohub.labels.layout import Area, Ink, Label, Rule

_BLACK: Final = 0
_WHITE: Final = 255


def drawn(label: Label) -> Image.Image:
    """Return `label` in black and white, a pixel for each dot."""
    picture = Image.new("L", (label.width, label.height), _WHITE)
    for piece in label.pieces:
        if isinstance(piece, Rule):
            picture.paste(_BLACK, _corners(piece.area))
        elif isinstance(piece, Ink):
            picture.paste(piece.picture, _corners(piece.area))
        else:
            size = (piece.area.width, piece.area.height)
            picture.paste(piece.picture.resize(size, Image.Resampling.NEAREST), _corners(piece.area))
    return picture


def png(label: Label, dpi: int) -> bytes:
    """Return `label` as PNG that knows its density."""
    out = BytesIO()
    drawn(label).convert("1").save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.x, area.y, area.x + area.width, area.y + area.height
