"""Makes the sounds: `python -m station.sound.make`. Each differs in pitch and rhythm, to be told apart in noise."""

import math
import struct
import wave
from typing import Final

from station.flow.effects import Sound
from station.sound import FOLDER

RATE_HZ: Final = 22_050
FADE_S: Final = 0.008
PEAKS: Final = {
    Sound.SAVED: 20_000,
    Sound.GOOD: 20_000,
    Sound.WARN: 27_000,
    Sound.BAD: 32_000,
}  # bad is never missed
# Share of each overtone. A PC's speaker gives little below 500 Hz: a low tone is heard by its overtones, or not at all.
HIGH: Final = {1: 1.0, 3: 0.3}
LOW: Final = {1: 1.0, 3: 0.9, 5: 0.8, 7: 0.6, 9: 0.4}
LOW_HZ: Final = 500
# (Hz, seconds); 0 Hz is a pause. Saved: a tick. Good: up. Bad: low, twice. Warn: one tone, three times.
NOTES: Final[dict[Sound, tuple[tuple[int, float], ...]]] = {
    Sound.SAVED: ((1760, 0.05),),
    Sound.GOOD: ((1047, 0.08), (1568, 0.14)),
    Sound.BAD: ((370, 0.22), (0, 0.06), (277, 0.40)),
    Sound.WARN: ((880, 0.09), (0, 0.06), (880, 0.09), (0, 0.06), (880, 0.09)),
}


def make(sound: Sound) -> bytes:
    """Return the samples of `sound`: 16 bit, one channel."""
    samples: list[float] = []
    for pitch_hz, length_s in NOTES[sound]:
        count = int(RATE_HZ * length_s)
        for at in range(count):
            fade = min(1.0, at / RATE_HZ / FADE_S, (count - at) / RATE_HZ / FADE_S)
            samples.append(fade * _wave(pitch_hz, at))
    most = max(abs(sample) for sample in samples)
    return struct.pack(f"<{len(samples)}h", *(int(PEAKS[sound] * sample / most) for sample in samples))


def _wave(pitch_hz: int, at: int) -> float:
    is_low = pitch_hz < LOW_HZ
    angle = 2 * math.pi * pitch_hz * at / RATE_HZ
    summed = sum(share * math.sin(number * angle) for number, share in (LOW if is_low else HIGH).items())
    return math.tanh(2 * summed) if is_low else summed  # fuller, so louder at the same peak


def main() -> None:
    for sound in Sound:
        with wave.open(str(FOLDER / f"{sound}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(make(sound))


if __name__ == "__main__":
    main()
