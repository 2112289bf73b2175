"""Texts: the same in both languages, none missing, none left over, short where they are giant."""

import ast
import re
import string
from pathlib import Path

import pytest

from neurohub.contract.enums import Result
from neurohub.contract.problems import Code
from neurohub.contract.stations import DeviceState
from station.device import folder
from station.flow.answers import NOT_SAVED
from station.flow.asks import ASKS
from station.flow.facts import ServerState
from station.flow.press import KEYS
from station.link import keeper, outbox
from station.text import LANGUAGES, known, say, texts
from station.text.rig import REASONS
from support.operator import Operator

ROOM = Path(folder.__file__).parents[1]
SECTIONS = {key.partition(".")[0] for key in texts("ko") if "." in key}
KEY = re.compile(r"[a-z_]+(\.[\w:\-.]+)?")
HANGUL = re.compile(r"[가-힣]")
# What the floor says in Latin letters too, and texts that only frame others.
SAME_IN_BOTH = {
    "arrow.process",
    "arrow.station",
    "bad.other",
    "problem.other.do",
    "refused.field",
    "file_refused.do",
}
SAME_IN_BOTH |= {
    "unit.degC",
    "unit.mm",
    "unit.kgf",
    "banner.device",
    "banner.device.do",
    "trial.printer.ill",
    "button.process",
    "button.language",
}
GIANT = ("ready.", "setup.", "work.", "outcome.", "problem.", "badge.", "scan.", "job.", "command.", "undo.")


def literals(room: Path = ROOM) -> set[str]:
    """Return every text in the code of a room, f-strings with `*` where something is put in."""
    found: set[str] = set()
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
                found.add("".join(str(part) for part in parts))
    return found


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(texts("ko")) == list(texts("en"))


def test_both_languages_put_the_same_facts_in():
    for key in texts("ko"):
        facts = [
            {name for _, name, _, _ in string.Formatter().parse(texts(one)[key]) if name} for one in LANGUAGES
        ]
        assert facts[0] == facts[1], key


def test_no_text_is_left_over():
    said = literals()
    framed = [re.escape(text) for text in said if "*" in text and "." in text]
    patterns = [re.compile(text.replace(r"\*", r"[\w:.\-]+")) for text in framed]
    followed = {f"{text}.do" for text in said}
    unused = [
        key
        for key in texts("ko")
        if key not in said | followed and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


def test_no_text_is_missing():
    said = {text for text in literals(ROOM / "flow") if "." in text and KEY.fullmatch(text)}
    assert {text for text in said if text.partition(".")[0] in SECTIONS and not known(text)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_has_a_name_has_words(language):
    names = [f"problem.{code}" for code in Code] + [f"problem.{code}.do" for code in Code]
    names += [f"button.{key}" for key in KEYS] + [f"result.{result}" for result in Result]
    names += [f"device.{state}" for state in DeviceState] + [f"server.{state}" for state in ServerState]
    names += [f"field.{ask.name}" for number, asks in ASKS.items() if number != 6 for ask in asks]
    names += [
        f"point.{part}{end}"
        for part in ("measured_force", "temperature", "displacement")
        for end in ("", ".at")
    ]
    names += [f"choice.{choice}" for asks in ASKS.values() for ask in asks for choice in ask.choices]
    names += [f"not_saved.{reason}" for reason in NOT_SAVED]
    names += [f"setup.{state}{end}" for state in ServerState for end in ("", ".do")]
    assert [name for name in names if not texts(language).get(name)] == []


def test_every_reason_of_the_outbox_and_the_folder_has_words():
    assert {keeper.DISK_FULL, keeper.DISK_FAILED, outbox.NOT_TEXT} == NOT_SAVED
    assert all(words.sentence(language) for words in REASONS.values() for language in LANGUAGES)


def test_korean_is_korean():
    latin = {key for key, text in texts("ko").items() if not HANGUL.search(text)}
    assert latin <= SAME_IN_BOTH
    assert [key for key, text in texts("en").items() if HANGUL.search(text)] == ["button.language"]


def test_what_is_read_from_three_metres_is_short():
    heads = [
        key for key in texts("ko") if key.startswith(GIANT) and not key.endswith((".do", ".next", ".held"))
    ]
    assert {key: text for key in heads if len(text := texts("ko")[key]) > 22} == {}
    assert {key: text for key in heads if len(text := texts("en")[key]) > 42} == {}


def test_a_scan_is_answered_in_the_language_of_the_moment():
    operator = Operator(5)
    operator.scans("???")
    assert operator.screen.headline == say("en", "scan.unknown")
    operator.presses("language")
    operator.scans("????")
    assert operator.screen.headline == say("ko", "scan.unknown")
