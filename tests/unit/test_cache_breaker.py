"""The breaker in front of Redis, on a clock of its own."""

from neurohub.cache.breaker import FAILURES_TO_OPEN, PAUSE_MAX_S, PAUSE_MIN_S, Breaker


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def _open(breaker):
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed()


def test_breaker_opens_after_failures_in_a_row_and_closes_after_a_pause():
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
        assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open
    clock.now += PAUSE_MIN_S
    assert not breaker.is_open


def test_success_starts_the_count_again():
    breaker = Breaker(Clock())
    for _ in range(FAILURES_TO_OPEN * 2):
        breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open


def test_each_further_failure_doubles_the_pause_up_to_the_longest():
    clock = Clock()
    breaker = Breaker(clock)
    _open(breaker)
    pauses = []
    for _ in range(8):
        opened_at = clock.now
        while breaker.is_open:
            clock.now += 0.25
        pauses.append(clock.now - opened_at)
        breaker.failed()
    assert pauses[:3] == [PAUSE_MIN_S, PAUSE_MIN_S * 2, PAUSE_MIN_S * 4]
    assert pauses[-1] == PAUSE_MAX_S


def test_success_makes_the_pause_short_again():
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(10):
        breaker.failed()
    breaker.succeeded()
    _open(breaker)
    clock.now += PAUSE_MIN_S
    assert not breaker.is_open
