"""Texts of the station, in Korean and English: one file each, with the same keys.

Who calls it: whoever shows words. A key that is missing is a bug; a test finds it.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("ko", "en")


@cache
def texts(language: str) -> dict[str, str]:
    """Return every text of a language by key."""
    found: dict[str, str] = json.loads(
        files(__name__).joinpath(f"{language}.json").read_text(encoding="utf-8")
    )
    return found


def known(key: str) -> bool:
    return key in texts(LANGUAGES[0])


def say(language: str, key: str, **facts: Any) -> str:
    """Return the text `key` with `facts` in their places."""
    return texts(language)[key].format_map(facts)
