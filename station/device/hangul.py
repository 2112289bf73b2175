"""What a scanner typed while a Hangul keyboard was on, turned back into what it scanned.

Two-set layout (dubeolsik). A scanner types keys; a Hangul keyboard makes jamo and syllables of them. Not exact for
keys whose Hangul is ambiguous, so whatever was turned back is doubtful. Who calls it: `wedge`, and the remark field.
"""

from typing import Final

_SYLLABLES: Final = range(0xAC00, 0xD7A4)
_INITIAL: Final = tuple("rRseEfaqQtTdwWczxvg")
# As one line each they read like the keyboard; as lists they would be a page.
_MEDIALS: Final = "k o i O j p u P h hk ho hl y n nj np nl b m ml l".split()  # noqa: SIM905
_FINALS: Final = " r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g".split(" ")  # noqa: SIM905
_CONSONANTS: Final = "r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w W c z x v g".split()  # noqa: SIM905
# Compatibility jamo from U+3131 (ㄱ) to U+314E (ㅎ), then the vowels from U+314F (ㅏ) to U+3163 (ㅣ).
_KEYS: Final = {chr(0x3131 + number): keys for number, keys in enumerate((*_CONSONANTS, *_MEDIALS))}


def keys_of(text: str) -> str:
    """Return the keys that were typed to make `text`; what is not Hangul stays as it is."""
    return "".join(_keys_of_letter(letter) for letter in text)


def _keys_of_letter(letter: str) -> str:
    number = ord(letter) - _SYLLABLES.start
    if ord(letter) not in _SYLLABLES:
        return _KEYS.get(letter, letter)
    initial, rest = divmod(number, len(_MEDIALS) * len(_FINALS))
    medial, final = divmod(rest, len(_FINALS))
    return _INITIAL[initial] + _MEDIALS[medial] + _FINALS[final]
