"""A breaker for Redis: after a few failures in a row it is left alone for a while, so that nobody waits."""

import time
from collections.abc import Callable
from typing import Final

FAILURES_TO_OPEN: Final = 3
PAUSE_MIN_S: Final = 0.5
PAUSE_MAX_S: Final = 10.0


class Breaker:
    """Counts failures in a row; while `is_open`, do not call. Times are monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._pause_s = PAUSE_MIN_S
        self._closed_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._clock() < self._closed_at

    def succeeded(self) -> None:
        self._failures = 0
        self._pause_s = PAUSE_MIN_S

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self._closed_at = self._clock() + self._pause_s
            self._pause_s = min(self._pause_s * 2, PAUSE_MAX_S)
