"""Keystrokes of a scanner and of a hand: which are scans, and that none is lost."""

import random

import pytest

from station.device.hangul import keys_of
from station.device.reading import Reading, read
from station.device.wedge import GAP_S, HELD_MAX, Heard, Key, Wedge

WIP = "WIP-KR01PSA2511001-001"
SERIAL = "KR01PSA25110010001"


class Keyboard:
    """Types on a wedge and keeps what comes out, in order: scans as `Reading`, typing as text."""

    def __init__(self):
        self.wedge, self.now_s, self.out = Wedge(), 100.0, []

    def type(self, text, gap_s=0.004):
        for letter in text:
            self.now_s += gap_s
            self._keep(self.wedge.press(Key(letter, self.now_s, None)))

    def rest(self, seconds=1.0):
        self.now_s += seconds
        self._keep(self.wedge.pause())

    def _keep(self, heard: Heard):
        if heard.typed:
            self.out.append("".join(key.text for key in heard.typed))
        if heard.scan:
            self.out.append(heard.scan)


@pytest.mark.parametrize("end", ["\r", "\n", "\t"])
def test_a_burst_that_ends_is_a_scan_and_its_end_is_swallowed(end):
    keyboard = Keyboard()
    keyboard.type(WIP + end)
    assert keyboard.out == [Reading(WIP, doubtful=False)]
    assert not keyboard.wedge.holds


def test_two_scans_within_20_ms_are_two():
    keyboard = Keyboard()
    keyboard.type(f"{WIP}\r{SERIAL}\r", gap_s=0.02 / 41)
    assert keyboard.out == [Reading(WIP, doubtful=False), Reading(SERIAL, doubtful=False)]


def test_a_scan_is_trimmed_and_upper_cased_and_keeps_a_space_within():
    keyboard = Keyboard()
    keyboard.type("  badge 0042 \r")
    assert keyboard.out == [Reading("BADGE 0042", doubtful=False)]


def test_typing_is_handed_back_key_by_key():
    keyboard = Keyboard()
    keyboard.type("screw lost\r", gap_s=0.12)
    assert "".join(keyboard.out) == "screw lost\r"


def test_fast_typing_under_six_keys_stays_typing_with_its_enter():
    keyboard = Keyboard()
    keyboard.type("12.34\r")
    assert keyboard.out == ["12.34\r"]


def test_enter_alone_is_typing():
    keyboard = Keyboard()
    keyboard.type("\r")
    assert keyboard.out == ["\r"]


def test_half_a_scan_is_handed_back_and_marked():
    wedge = Wedge()
    for number, letter in enumerate("WIP-KR01P"):
        wedge.press(Key(letter, number * 0.002, None))
    heard = wedge.pause()
    assert ("".join(key.text for key in heard.typed), heard.scan, heard.half) == ("WIP-KR01P", None, True)


def test_half_a_scan_does_not_spoil_the_next_one():
    keyboard = Keyboard()
    keyboard.type("WIP-KR01P")
    keyboard.now_s += GAP_S  # no pause was reported: the times alone tell
    keyboard.type(f"{WIP}\r")
    assert keyboard.out == ["WIP-KR01P", Reading(WIP, doubtful=False)]


def test_a_scan_right_after_typing_does_not_swallow_the_typing():
    keyboard = Keyboard()
    keyboard.type("abc", gap_s=0.2)
    keyboard.now_s += 0.06
    keyboard.type(f"{SERIAL}\r")
    assert "".join(keyboard.out[:-1]) == "abc"
    assert keyboard.out[-1] == Reading(SERIAL, doubtful=False)


def test_something_lying_on_the_keyboard_is_not_held_for_ever():
    keyboard = Keyboard()
    keyboard.type("X" * HELD_MAX)
    assert keyboard.out == ["X" * HELD_MAX]


def test_events_come_back_with_their_keys():
    wedge = Wedge[str]()
    wedge.press(Key("a", 0.0, "press a"))
    assert [key.event for key in wedge.press(Key("b", 1.0, "press b")).typed] == ["press a"]


def test_ten_thousand_random_bursts_come_out_as_they_went_in():
    _burst(10_000)


@pytest.mark.long
def test_a_hundred_thousand_random_bursts_come_out_as_they_went_in():
    _burst(100_000)


def _burst(times):
    draw = random.Random(20251117)
    letters = "".join(map(chr, range(33, 127)))
    keyboard = Keyboard()
    expected = []
    for _ in range(times):
        text = "".join(draw.choices(letters, k=draw.randint(6, 28)))
        expected.append(Reading(text.upper(), doubtful=False))
        keyboard.type(text + draw.choice("\r\t"), gap_s=draw.uniform(0.0001, GAP_S * 0.99))
    assert keyboard.out == expected


def test_no_key_is_lost_whatever_the_rhythm():
    draw = random.Random(7)
    keyboard = Keyboard()
    sent = []
    for _ in range(20_000):
        text = "".join(draw.choices("abc1 -\r\t", k=draw.randint(1, 9)))
        sent.append(text)
        keyboard.type(text, gap_s=draw.choice([0.001, 0.03, 0.049, 0.051, 0.2]))
    keyboard.rest()
    got = "".join(f"{out.text}|" if isinstance(out, Reading) else out for out in keyboard.out)
    blank = str.maketrans("", "", "\r\t| ")  # ends are swallowed, scans trimmed
    assert got.upper().translate(blank) == "".join(sent).upper().translate(blank)


# --- Hangul


@pytest.mark.parametrize(
    ("typed", "scanned"),
    [
        ("ㅈㅑㅔ-ㅏㄱ01ㅔㄴㅁ2511001-001", WIP),  # as jamo
        ("쟤-ㅏㄱ01ㅔㄴㅁ2511001-001", "WO-KR01PSA2511001-001"),
        ("ㅏㄱ01ㅔㄴㅁ25110010001", SERIAL),
        ("ㅊㅡㅇ-ㅔㅁㄴㄴ", "CMD-PASS"),
        ("층-ㄹ먀ㅣ", "CMD-FAIL"),
    ],
)
def test_a_scan_under_a_hangul_keyboard_is_turned_back_and_doubtful(typed, scanned):
    assert read(typed) == Reading(scanned, doubtful=True)


@pytest.mark.parametrize(
    ("syllables", "keys"),
    [
        ("안녕", "dkssud"),
        ("닭", "ekfr"),
        ("왜", "dho"),
        ("쌌", "TkT"),
        ("ㅢ", "ml"),
        ("ㅄ", "qt"),
        ("힣", "glg"),
    ],
)
def test_syllables_are_taken_apart_into_their_keys(syllables, keys):
    assert keys_of(syllables) == keys


def test_latin_text_is_left_alone():
    assert keys_of(WIP) == WIP


def test_every_syllable_is_taken_apart_into_two_to_five_keys_of_its_own():
    apart = [keys_of(chr(code)) for code in range(0xAC00, 0xD7A4)]
    assert len(set(apart)) == len(apart) == 11_172
    assert {len(keys) for keys in apart} == {2, 3, 4, 5}


@pytest.mark.parametrize("frame", ["\x02{}\x03", "{}\x00", " {}\r\n", "\ufeff{}"])
def test_what_scanners_put_around_a_code_is_taken_off(frame):
    assert read(frame.format(SERIAL)) == Reading(SERIAL, doubtful=False)


@pytest.mark.parametrize("garbage", ["KR01\x00PSA", "KR01\x1dPSA", "KR01\ufffdPSA", "KR01\u202ePSA"])
def test_what_no_code_has_makes_a_scan_doubtful(garbage):
    assert read(garbage) == Reading("KR01PSA", doubtful=True)
