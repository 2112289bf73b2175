"""Makes the sounds: `python -m station.sound.make`. Each differs in pitch and rhythm, to be told apart in noise."""

import math
import struct
import wave
from typing import Final

from station.flow.effects import Sound
from station.sound import FOLDER

RATE_HZ: Final = 22_050
FADE_S: Final = 0.008
# (Hz, seconds); 0 Hz is a pause. Saved: a tick. Good: up. Bad: low, twice. Warn: one tone, three times.
NOTES: Final[dict[Sound, tuple[tuple[int, float], ...]]] = {
    Sound.SAVED: ((1760, 0.05),),
    Sound.GOOD: ((1047, 0.08), (1568, 0.14)),
    Sound.BAD: ((311, 0.22), (0, 0.06), (233, 0.34)),
    Sound.WARN: ((880, 0.09), (0, 0.06), (880, 0.09), (0, 0.06), (880, 0.09)),
}


def make(sound: Sound) -> bytes:
    """Return the samples of `sound`: 16 bit, one channel."""
    samples: list[int] = []
    for pitch_hz, length_s in NOTES[sound]:
        count = int(RATE_HZ * length_s)
        for at in range(count):
            fade = min(1.0, at / RATE_HZ / FADE_S, (count - at) / RATE_HZ / FADE_S)
            wave_at = math.sin(2 * math.pi * pitch_hz * at / RATE_HZ)
            third = 0.3 * math.sin(6 * math.pi * pitch_hz * at / RATE_HZ)  # heard better beside machines
            samples.append(int(24_000 * fade * (wave_at + third) / 1.3))
    return struct.pack(f"<{len(samples)}h", *samples)


def main() -> None:
    for sound in Sound:
        with wave.open(str(FOLDER / f"{sound}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(make(sound))


if __name__ == "__main__":
    main()
