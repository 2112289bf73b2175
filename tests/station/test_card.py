"""The card of command barcodes: each bar code reads back by another program, and does what its words say."""

import re
import string

import msgspec
import pytest
import zxingcpp
from PIL import Image

from station import card, code128
from station.flow.press import KEYS
from support.operator import Operator, briefing

BY_HAND = {"CMD-SET-UP", "CMD-CARD"}  # for whoever looks after the PC
PRINTABLE = "".join(chr(code) for code in range(32, 127))


def read(text: str) -> list[str]:
    """Draw the bars as pixels and let zxing-cpp read them."""
    modules = [0] * code128.QUIET_MODULES
    for index, width in enumerate(code128.widths(text)):
        modules += [1 - index % 2] * width
    modules += [0] * code128.QUIET_MODULES
    row = bytes(0 if module else 255 for module in modules for _ in range(3))
    image = Image.frombytes("L", (len(row), 60), row * 60)
    return [found.text for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.Code128)]


@pytest.mark.parametrize("text", [PRINTABLE[:32], PRINTABLE[32:64], PRINTABLE[64:], "A", string.digits])
def test_every_printable_character_reads_back(text):
    assert read(f"<{text}>") == [f"<{text}>"]


@pytest.mark.parametrize("text", ["", "불량", "a\n"])
def test_other_characters_are_refused(text):
    with pytest.raises(ValueError, match="printable ASCII"):
        code128.widths(text)


def test_every_barcode_of_the_card_reads_back_and_is_known_to_the_flow():
    rows = [row for rows in card.commands(briefing(2, 5)).values() for row in rows]
    assert len({row.barcode for row in rows}) == len(rows)
    for row in rows:
        assert read(row.barcode) == [row.barcode]
        operator = Operator(2, 5)
        operator.presses("process:5")
        operator.starts()
        operator.scans(row.barcode)
        notice = operator.state.notice
        assert notice is None or notice.headline.key not in {"command.unknown", "scan.unknown"}, row


def test_the_card_holds_every_command_a_button_has():
    barcodes = {row.barcode for rows in card.commands().values() for row in rows}
    buttons = {f"CMD-{key.upper()}" for key in KEYS}
    # Opened or answered with `ok`, or nothing that a scan should do.
    assert buttons - barcodes == {"CMD-ALARM", "CMD-LABEL", "CMD-SIGN-IN", "CMD-ENTER", "CMD-LEAVE", *BY_HAND}


def test_the_page_needs_nothing_else_and_says_both_languages(tmp_path):
    source, target = tmp_path / "briefing.json", tmp_path / "card.html"
    source.write_bytes(msgspec.json.encode(briefing(5)))
    card.main([str(target), str(source)])
    page = target.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=|url\(", page)
    for word in ("합격", "PASS", "CMD-PASS", "DEF-ASSEMBLY_ERROR", "CMD-PROCESS-5", "ST-05"):
        assert word in page
    assert "CMD-PROCESS-4" not in page
    assert 'width="' in page
    first, second = page.split('<h2 class="aside">')
    assert "DEF-ASSEMBLY_ERROR" in first
    assert "CMD-REASON-LOST" in second
    assert '<figure class="good">' in first
    card.main([str(target)])
    assert "CMD-PROCESS-4" in target.read_text(encoding="utf-8")
