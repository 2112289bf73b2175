"""Scanner codes as squares of black and white: how wide a symbol is, and what a picture of it looks like.

The printer draws its own from the text; this room knows beforehand what it will draw. Who calls it: `labels.layout`.
"""

import re
from functools import lru_cache
from typing import Any, Final, cast

import zxingcpp
from PIL import Image
from zxingcpp import BarcodeFormat

# Printers give `>` (Code 128) and `~ _` (DataMatrix) a meaning of their own.
_PLAIN: Final = re.compile(r"[ -=?-^`-}]{1,80}")
_QR_MAX_CHARS: Final = 300
_OPTIONS: Final[dict[BarcodeFormat, dict[str, Any]]] = {
    BarcodeFormat.Code128: {},
    BarcodeFormat.DataMatrix: {"forceSquare": True},
    BarcodeFormat.QRCode: {"ec_level": "M"},
}
CODE_128: Final = BarcodeFormat.Code128
DATA_MATRIX: Final = BarcodeFormat.DataMatrix
QR_CODE: Final = BarcodeFormat.QRCode


class SymbolError(ValueError):
    """This text cannot be in such a code; the message says why."""


@lru_cache(maxsize=512)
def symbol(text: str, form: BarcodeFormat) -> Image.Image:
    """Return the code of `text` without a quiet zone, a pixel for each module; bars are 1 pixel high."""
    if form is QR_CODE:
        if not text.isprintable() or not 1 <= len(text.encode()) <= _QR_MAX_CHARS:
            raise SymbolError(f"A QR code holds 1..{_QR_MAX_CHARS} readable characters, not {text[:64]!r}")
    elif _PLAIN.fullmatch(text) is None:
        raise SymbolError(f"This code holds 1..80 ASCII characters without > _ ~, not {text[:64]!r}")
    found = zxingcpp.create_barcode(text, form, **_OPTIONS[form]).to_image(scale=1, add_quiet_zones=False)
    height, width = found.shape
    picture = Image.frombytes("L", (width, height), memoryview(cast("Any", found)).tobytes())
    return picture.crop((0, 0, width, 1)) if form is CODE_128 else picture
