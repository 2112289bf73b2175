"""No value of a label is a command: what a name or a code says never changes what the printer is told to do."""

import random
import re

import pytest
from msgspec.structs import replace

from neurohub.labels.book import SAMPLES, template_of
from neurohub.labels.layout import place
from neurohub.labels.template import TemplateError, parse
from neurohub.labels.zpl import escaped, zpl

NASTY = [
    *(
        "^XA",
        "^XZ",
        "~JA",
        "~HS",
        "^FS",
        "^FD",
        "_5E",
        "_",
        "^",
        "~",
        ">;",
        ">0",
        "^CC!",
        "~CT+",
        "^FH\\",
        "\\&",
        "^^",
    ),
    *(
        "\r\n",
        "\0",
        "\x02",
        "\x1b",
        "\u2028",
        "\u202e",
        "한글",
        "é",
        "🤖",
        "\ud800",
        "{code}",
        '"',
        "'",
        "$$",
        "^GFA",
    ),
]
COMMAND = re.compile(r"[\^~](?:A[0-9A-Z@]|[A-Z][A-Z0-9])")
# Every value three times: letters, and in a code that may hold any text.
OPEN = "width=100\nheight=50\n" + "".join(
    f'[[item]]\nkind="{kind}"\nvalue="{value}"\nx={x}\ny={y}\nwidth=30\nheight=20\n'
    for kind, value, x, y in (
        ("text", "{line_name}", 0, 0),
        ("qr", "{model_name}", 40, 0),
        ("code128", "{code}", 0, 25),
        ("datamatrix", "{code}", 40, 25),
    )
)


def values(count):
    draw = random.Random(2026)
    for _ in range(count):
        parts = [
            draw.choice(NASTY) if draw.random() < 0.5 else chr(draw.randrange(32, 0x2FF)) for _ in range(6)
        ]
        yield "".join(parts)


def commands(text):
    return COMMAND.findall(text)


def test_an_escaped_value_holds_no_command_and_is_the_value_again():
    for value in values(50_000):
        text = escaped(value)
        assert re.fullmatch(r"(?:[A-Za-z0-9 .,:/+\-]|_[0-9A-F]{2})*", text)
        given_back = re.sub(rb"_(..)", lambda code: bytes.fromhex(code[1].decode()), text.encode())
        assert given_back == value.encode("utf-8", "replace")


def check(count):
    template = parse(OPEN.encode())
    expected = commands(zpl(place(template, SAMPLES["serial"], 203)))
    assert len(expected) == 27
    for value in values(count):
        facts = replace(SAMPLES["serial"], line_name=value, model_name=value or "x")
        try:
            text = zpl(place(template, facts, 203))
        except TemplateError:
            assert not value.isprintable()  # refused in words: a code holds readable text
            text = zpl(place(template, replace(facts, model_name="x"), 203))
        assert commands(text) == expected
        assert text.isascii()
        assert text.isprintable() or set(text) - set("\n") <= set(map(chr, range(32, 127)))


def test_no_name_changes_the_commands_of_a_label():
    check(500)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_none_of_fifty_thousand_names_changes_the_commands_of_a_label():
    check(50_000)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_no_name_changes_the_commands_of_the_packaged_labels(kind):
    expected = commands(zpl(place(template_of(kind, None), SAMPLES[kind], 203)))
    for value in values(100):
        facts = replace(SAMPLES[kind], line_name=value, model_name=value)
        assert commands(zpl(place(template_of(kind, None), facts, 203))) == expected


@pytest.mark.parametrize("code", ["A~B", "A_B", "A>B", "A\nB", "한", "", "A" * 81])
def test_a_code_holds_what_a_printer_takes_literally(code):
    with pytest.raises(TemplateError, match="item 3: This code holds"):
        place(parse(OPEN.encode()), replace(SAMPLES["serial"], code=code), 203)
