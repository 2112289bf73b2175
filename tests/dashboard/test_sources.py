"""The dashboard's sources: its own tests of pure functions, and words that are there in both languages."""

import json
import re

import pytest

from deploy import build_dashboard
from support.dashboard import FOLDER

KOREAN = FOLDER / "text" / "ko"
ENGLISH = FOLDER / "text" / "en"
AREAS = sorted(path.name for path in KOREAN.glob("*.json"))


def test_pure_functions_do_what_their_tests_say(built):
    assert build_dashboard.npm(["test", "--silent", "--", "--reporter=dot"]) == 0


def test_both_languages_have_the_same_areas():
    assert sorted(path.name for path in ENGLISH.glob("*.json")) == AREAS
    for folder in (KOREAN, ENGLISH):
        named = re.findall(r'from "./(.+\.json)"', (folder / "index.ts").read_text(encoding="utf-8"))
        assert sorted(named) == AREAS


@pytest.mark.parametrize("area", AREAS)
def test_every_word_is_said_in_both_languages_about_the_same_facts(area):
    korean, english = (_words(folder / area) for folder in (KOREAN, ENGLISH))
    assert korean.keys() == english.keys()
    assert [key for key in korean if _facts(korean[key]) != _facts(english[key])] == []
    assert [key for key, said in (korean | english).items() if not said.strip()] == []


def _words(path):
    return dict(_flat(json.loads(path.read_text(encoding="utf-8")), ""))


def _flat(words, place):
    for key, said in words.items():
        if isinstance(said, str):
            yield place + key, said
        else:
            yield from _flat(said, f"{place}{key}.")


def _facts(said):
    """Return what a word is told: `{count, plural, one {a unit} other {# units}}` is told `count` alone."""
    return set(re.findall(r"\{(\w+) *[,}]", said))
