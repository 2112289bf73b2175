"""Forms of texts: what a key, a username, a line or a model looks like, each said here once, with its words.

Not the barcodes (`contract.barcode`). Who calls it: the commands, and whoever looks a text up before asking.
"""

import re
from typing import Annotated, Final

from msgspec import Meta

KEY: Final = r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}"
USERNAME: Final = r"[a-z0-9][a-z0-9_.\-]{0,39}"
LINE: Final = r"[A-Z]{2}[0-9]{2}"
MODEL: Final = r"[A-Z]{3}"
SAID_MAX_CHARS: Final = 300
_WORDS: Final[dict[str, str]] = {}


def whole(form: str) -> str:
    """Return the pattern of a text that has `form` from end to end: `$` alone lets a line feed through."""
    return rf"^{form}(?!\n)$"


def of(pattern: str, words: str) -> Meta:
    """Return the constraint `pattern`; what does not fit is told `words`."""
    _WORDS[f"`str` matching regex {pattern!r}"] = words
    return Meta(pattern=pattern, description=words)


def said(error: Exception) -> str:
    """Return what a decoder says of an input, with words where it shows a pattern, short whatever it names."""
    text = str(error)
    for pattern, words in _WORDS.items():
        text = text.replace(pattern, words)
    return text if len(text) <= SAID_MAX_CHARS else f"{text[:SAID_MAX_CHARS]}.."


Key = Annotated[str, of(whole(KEY), "1..40 letters, digits and _ . -, the first a letter or digit")]
Username = Annotated[
    str, of(whole(USERNAME), "1..40 small letters, digits and _ . -, the first a letter or digit")
]
LineCode = Annotated[str, of(whole(LINE), "a line: two capital letters and two digits, e.g. KR01")]
ModelCode = Annotated[str, of(whole(MODEL), "a model: three capital letters, e.g. PSA")]
Label = Annotated[
    str, of(whole(r"[^\x00-\x1f\x7f]+"), "one line of readable text"), Meta(min_length=1, max_length=80)
]
Badge = Annotated[str, of(whole(r" *[A-Za-z0-9\-]{4,32} *"), "4..32 letters, digits and -")]
Written = Annotated[str, of(r"\S", "a text that is not blank")]

is_key: Final = re.compile(KEY).fullmatch
is_username: Final = re.compile(USERNAME).fullmatch
