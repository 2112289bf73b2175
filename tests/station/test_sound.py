"""Sounds: each is heard where a PC's small speaker gives nothing below 500 Hz, and the one for trouble above all."""

import math
import struct
from itertools import pairwise

from station.flow.effects import Sound
from station.sound import FOLDER, make

CUT_HZ = 500


def loudness_db(samples: bytes) -> float:
    """Return the level after a speaker that falls off below 500 Hz (twice a first-order high pass)."""
    heard = [value / 32768 for (value,) in struct.iter_unpack("<h", samples)]
    keep = 1 / (1 + 2 * math.pi * CUT_HZ / make.RATE_HZ)
    for _ in range(2):
        passed = [0.0]
        for before, now in pairwise(heard):
            passed.append(keep * (passed[-1] + now - before))
        heard = passed
    return 10 * math.log10(sum(value * value for value in heard) / len(heard))


def test_the_files_are_what_is_made():
    for sound in Sound:
        made = make.make(sound)
        kept = (FOLDER / f"{sound}.wav").read_bytes()[-len(made) :]
        pairs = zip(struct.iter_unpack("<h", kept), struct.iter_unpack("<h", made), strict=True)
        assert max(abs(before - now) for (before,), (now,) in pairs) <= 1, (
            sound
        )  # a library may round otherwise


def test_trouble_is_as_loud_as_success_and_no_sound_is_lost_in_the_speaker():
    level = {sound: loudness_db(make.make(sound)) for sound in Sound}
    assert level[Sound.BAD] >= level[Sound.GOOD] - 0.5
    assert min(level.values()) > -14, level


def test_sounds_differ_in_rhythm_or_direction_not_in_pitch_alone():
    shapes = {
        sound: (len(notes), [later > sooner for (sooner, _), (later, _) in pairwise(notes)])
        for sound, notes in make.NOTES.items()
    }
    assert len({str(shape) for shape in shapes.values()}) == len(Sound)
