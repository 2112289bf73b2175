"""Labels as a printer would print them: a stranger draws the ZPL, another one reads the codes back."""

import pytest
import zxingcpp
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageDraw

from neurohub.contract.barcode import UnitCode
from neurohub.labels.book import PACKAGED, SAMPLES, template_of
from neurohub.labels.layout import Ink, Symbol, place
from neurohub.labels.picture import drawn
from neurohub.labels.template import parse
from neurohub.labels.zpl import zpl

KINDS = sorted(SAMPLES)
DPIS = (203, 300)
QUIET_MODULES = {"Code128": 10, "DataMatrix": 1}  # ISO 15417, ISO 16022
BLACK, WHITE = 0, 255
MARGIN = 40  # dots beside and below a label where nothing may be


def facts_of(kind, sequence, lot="KR01PSA2511001"):
    unit = UnitCode(lot, sequence, is_serial=False)
    codes = {"lot": lot, "wip": unit.wip_id, "serial": unit.serial_number}
    return replace(SAMPLES[kind], code=codes[kind], lot=lot, number=f"{sequence:03d}")


def printed(renderer, label, dpi):
    """Return the ink on the label, after a look at what is around it."""
    unclipped = zpl(label).replace(f"^PW{label.width}", "")
    canvas = renderer.ink(unclipped, label.width + MARGIN, label.height + MARGIN, dpi)
    paper = canvas.crop((0, 0, label.width, label.height))
    canvas.paste(WHITE, (0, 0, label.width, label.height))
    assert canvas.getextrema() == (WHITE, WHITE), "ink beyond the edge"
    return paper


def check_codes(label, paper, code):
    """Every symbol begins and ends where the layout says, keeps its quiet zone, and reads as the code."""
    for piece in label.pieces:
        if isinstance(piece, Symbol):
            area, quiet = piece.area, QUIET_MODULES[piece.form.name] * piece.module
            right, bottom = area.x + area.width, area.y + area.height
            symbol = paper.crop((area.x, area.y, right, bottom))
            assert ImageChops.invert(symbol).getbbox() == (0, 0, *symbol.size), piece.form
            below = 0 if piece.form.name == "Code128" else quiet
            around = paper.crop((area.x - quiet, area.y - below, right + quiet, bottom + below))
            around.paste(WHITE, (quiet, below, quiet + area.width, below + area.height))
            assert around.getextrema() == (WHITE, WHITE), f"something in the quiet zone of {piece.form}"
    found = {(barcode.format.name, barcode.text) for barcode in zxingcpp.read_barcodes(paper)}
    assert found == {("Code128", code), ("DataMatrix", code)}


def check_letters(label, paper):
    """The letters are the preview's, dot for dot."""
    seen, expected = paper.copy(), drawn(label)
    for piece in label.pieces:
        if isinstance(piece, Symbol):
            area = piece.area
            for picture in (seen, expected):
                picture.paste(WHITE, (area.x, area.y, area.x + area.width, area.y + area.height))
    assert ImageChops.difference(seen, expected).getbbox() is None


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", KINDS)
def test_labels_print_as_they_are_laid_out_and_scan(renderer, kind, dpi):
    for sequence in (1, 42, 100):
        facts = facts_of(kind, sequence)
        label = place(template_of(kind, None), facts, dpi)
        paper = printed(renderer, label, dpi)
        check_codes(label, paper, facts.code)
        check_letters(label, paper)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", ["serial", "wip"])
def test_a_thousand_labels_print_as_they_are_laid_out_and_scan(renderer, kind, dpi):
    for number in range(1000):
        model, month = ("PSA", "WFO")[number % 2], number % 12 + 1
        lot = f"KR{number % 7:02d}{model}25{month:02d}{number % 999 + 1:03d}"
        facts = facts_of(kind, number % 100 + 1, lot)
        label = place(template_of(kind, None), facts, dpi)
        paper = printed(renderer, label, dpi)
        check_codes(label, paper, facts.code)
        check_letters(label, paper)


def test_sizes_in_dots_are_the_heads():
    sizes = {
        (kind, dpi): (label.width, label.height)
        for kind in KINDS
        for dpi in DPIS
        for label in (place(template_of(kind, None), SAMPLES[kind], dpi),)
    }
    assert sizes == {
        ("lot", 203): (800, 400),
        ("lot", 300): (1180, 590),
        ("serial", 203): (480, 160),
        ("serial", 300): (708, 236),
        ("wip", 203): (320, 160),
        ("wip", 300): (472, 236),
    }


@pytest.mark.parametrize("dpi", DPIS)
def test_hangul_is_printed_as_what_it_says(renderer, dpi):
    """A font without Hangul would print the same box for every syllable."""
    papers = []
    for name in ("가나다", "하나다"):
        label = place(template_of("lot", None), replace(SAMPLES["lot"], model_name=name), dpi)
        papers.append(printed(renderer, label, dpi))
        check_letters(label, papers[-1])
    left, top, right, bottom = ImageChops.difference(*papers).getbbox()
    ink = next(piece.area for piece in label.pieces[1:] if isinstance(piece, Ink))
    assert left - ink.x < ink.width / 20
    assert right - left < ink.width / 2, "only the first of three syllables differs"
    assert bottom - top > 3.5 * label.height / 50, "it is about as high as the template says: 5 mm"


@pytest.mark.parametrize("dpi", DPIS)
def test_a_qr_code_of_a_plants_own_template_scans(renderer, dpi):
    text = 'width=40\nheight=40\n[[item]]\nkind="qr"\nvalue="{code} ^XA~_ {model_name}"\nx=2\ny=2\nwidth=36\nheight=36'
    label = place(parse(text.encode()), SAMPLES["serial"], dpi)
    (found,) = zxingcpp.read_barcodes(renderer.ink(zpl(label), label.width, label.height, dpi))
    assert found.text == f"{SAMPLES['serial'].code} ^XA~_ PSA 허리보조 로봇"


def test_a_rule_of_a_plants_own_template_is_drawn(renderer):
    text = 'width=40\nheight=20\n[[item]]\nkind="bar"\nx=2\ny=2\nwidth=30\nheight=0.5'
    label = place(parse(text.encode()), SAMPLES["wip"], 203)
    check_letters(label, printed(renderer, label, 203))


def test_the_check_sees_ink_beyond_the_edge(renderer):
    text = 'width=40\nheight=20\n[[item]]\nkind="bar"\nx=30\ny=2\nwidth=13\nheight=2'
    label = place(parse(text.encode()), SAMPLES["wip"], 203)
    with pytest.raises(AssertionError, match="beyond the edge"):
        printed(renderer, label, 203)


def test_the_check_sees_ink_in_a_quiet_zone(renderer):
    """The proof would be worth nothing if it could not fail."""
    facts = facts_of("serial", 1)
    label = place(template_of("serial", None), facts, 203)
    paper = printed(renderer, label, 203)
    area = next(piece.area for piece in label.pieces if isinstance(piece, Symbol))
    ImageDraw.Draw(paper).point((area.x - 5, area.y + 5), BLACK)
    with pytest.raises(AssertionError, match="quiet zone"):
        check_codes(label, paper, facts.code)
    with pytest.raises(AssertionError):
        check_letters(label, Image.new("L", paper.size, WHITE))


def test_the_packaged_templates_are_the_three():
    assert sorted(path.stem for path in PACKAGED.glob("*.toml")) == KINDS
