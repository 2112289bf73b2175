"""Code 128, set B: a printable ASCII text as bars. For the card of command barcodes; labels are the printer's.

Source: ISO/IEC 15417. A test has every character read back by another program.
"""

from typing import Final

QUIET_MODULES: Final = 10
_START_B: Final = 104
_STOP: Final = "2331112"
# Widths of bar, space, bar, space, bar, space of the values 0..105, six digits each.
_WIDTHS: Final = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)


def widths(text: str) -> list[int]:
    """Return the widths in modules of bars and spaces in turn, a bar first, without the quiet zones."""
    if not text or any(not " " <= character <= "~" for character in text):
        raise ValueError(f"Code 128 B holds printable ASCII, not {text!r}")
    values = [_START_B, *(ord(character) - 32 for character in text)]
    check = (_START_B + sum(at * value for at, value in enumerate(values))) % 103
    patterns = [_WIDTHS[6 * value : 6 * value + 6] for value in (*values, check)]
    return [int(width) for width in "".join((*patterns, _STOP))]


def svg(text: str, module_mm: float = 0.33, height_mm: float = 12.0) -> str:
    """Return `text` as an SVG of its true size with quiet zones."""
    at, bars = QUIET_MODULES, []
    for index, width in enumerate(widths(text)):
        if index % 2 == 0:
            bars.append(f"M{at} 0h{width}v1h-{width}z")
        at += width
    total = at + QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} 1" preserveAspectRatio="none" '
        f'width="{total * module_mm:.2f}mm" height="{height_mm:g}mm" shape-rendering="crispEdges">'
        f'<path d="{"".join(bars)}"/></svg>'
    )
