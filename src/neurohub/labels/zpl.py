"""A label as ZPL, the language of Zebra printers. Every text goes through `^FH`, so no text can hold a command.

Who calls it: `operations.labels`. Commands: ZPL II Programming Guide; compression of `^GF` as in its appendix.
"""

import re
from typing import Final

from PIL import Image

from neurohub.labels import symbols
from neurohub.labels.layout import Area, Ink, Label, Piece, Rule, Symbol

_PLAIN: Final = re.compile(rb"[A-Za-z0-9 .,:/+\-]")


def zpl(label: Label) -> str:
    """Return the format that prints `label` once."""
    head = f"^XA^CI28^PW{label.width}^LL{label.height}^LH0,0^LS0"
    return "\n".join([head, *(_command(piece) for piece in label.pieces), "^PQ1^XZ", ""])


def escaped(text: str) -> str:
    """Return `text` for a field with `^FH`: all but letters, digits and the tamest signs as `_` and two digits."""
    return "".join(
        chr(byte) if _PLAIN.match(bytes([byte])) else f"_{byte:02X}"
        for byte in text.encode("utf-8", "replace")
    )


def _command(piece: Piece) -> str:
    place = _at(piece.area)
    if isinstance(piece, Rule):
        across, down = piece.area.width, piece.area.height
        return f"{place}^GB{across},{down},{min(across, down)}^FS"
    if isinstance(piece, Ink):
        return f"{place}{_graphic(piece.picture)}^FS"
    return f"{place}{_code(piece)}^FS"


def _at(area: Area) -> str:
    return f"^FO{area.x},{area.y}"


def _code(piece: Symbol) -> str:
    text = escaped(piece.text)
    if piece.form is symbols.CODE_128:  # automatic mode: pairs of digits in half the room
        return f"^BY{piece.module}^BCN,{piece.area.height},N,N,N,A^FH^FD{text}"
    if piece.form is symbols.DATA_MATRIX:  # 200: the error correction of ECC 200
        return f"^BXN,{piece.module},200,{piece.modules},{piece.modules}^FH^FD{text}"
    return f"^BQN,2,{piece.module}^FH^FDMA,{text}"


def _graphic(picture: Image.Image) -> str:
    """Return the picture as hexadecimal rows, black as 1, with runs of a digit shortened."""
    across = (picture.width + 7) // 8
    black = Image.new("L", (across * 8, picture.height), 255)
    black.paste(picture)
    bits = (
        black.point(lambda value: 255 - value).convert("1", dither=Image.Dither.NONE).tobytes().hex().upper()
    )
    rows = [bits[start : start + across * 2] for start in range(0, len(bits), across * 2)]
    return f"^GFA,{across * picture.height},{across * picture.height},{across},{_shortened(rows)}"


def _shortened(rows: list[str]) -> str:
    out, before = [], ""
    for row in rows:
        out.append(":" if row == before else _runs(row))
        before = row
    return "".join(out)


def _runs(row: str) -> str:
    """Return one row: a comma for zeros to its end, and a count before a digit that repeats."""
    kept = row.rstrip("0")
    body = re.sub(r"(.)\1*", lambda run: _count(len(run[0])) + run[1], kept)
    return body if len(kept) == len(row) else body + ","


def _count(times: int) -> str:
    """Return how often the next digit comes: `g`..`z` are 20..400, `G`..`Y` are 1..19; nothing for once."""
    out = "z" * (times // 400)
    times %= 400
    if times >= 20:
        out += chr(ord("f") + times // 20)
    if times % 20 and (times > 1 or out):
        out += chr(ord("F") + times % 20)
    return out
