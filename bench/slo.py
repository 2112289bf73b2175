"""The limits a run is judged by, scenario by scenario: the one place where they are written. Pure.

A limit that decides makes the exit code; the others are what we aim at, and are shown. A fact that was not
seen does not count as held; a fact that a run is too short for is said to be so and decides nothing.
Who calls it: `load` at the end of a run; `report` prints what it says.
"""

from typing import Final, Literal

from msgspec import Struct

# Users are paced this much above the target, because a closed model never catches up what it lost.
PACE_HEADROOM: Final = 1.02
SOAK_JUDGED_FROM_S: Final = 1800.0  # a trend per hour out of less is noise

State = Literal["held", "missed", "aim missed", "not judged"]
Facts = dict[str, float | None]


class Limit(Struct, frozen=True, kw_only=True):
    """One fact and the range it has to be in. `claim` is how a reader says it, `form` how it is shown."""

    fact: str
    claim: str
    low: float = float("-inf")
    high: float = float("inf")
    form: str = "{:.1f}"
    decides: bool = True
    may_be_too_short: bool = False


class Verdict(Struct, frozen=True, kw_only=True):
    """One limit and what became of it."""

    claim: str
    measured: str
    state: State

    @property
    def ok(self) -> bool:
        return self.state != "missed"


def _at_most(fact: str, high: float, claim: str, form: str = "{:.1f}", **more: bool) -> Limit:
    return Limit(fact=fact, high=high, claim=claim, form=form, **more)


def _at_least(fact: str, low: float, claim: str, form: str = "{:.1f}", **more: bool) -> Limit:
    return Limit(fact=fact, low=low, claim=claim, form=form, **more)


_NO_ERRORS: Final = _at_most("errors", 0, "errors: none", "{:.0f}")
_CONNECTIONS: Final = Limit(
    fact="connections_max", low=1, high=50, claim="database connections <= 50", form="{:.0f}"
)
_LEDGER: Final = (
    _at_most("ledger_faults", 0, "ledger: no event lost, duplicated, invented or altered", "{:.0f} faults"),
    _at_least("events_compared", 1, "ledger: there was something to compare", "{:.0f} events"),
)
_ALWAYS: Final = (_NO_ERRORS, _CONNECTIONS, *_LEDGER)
_MEAN: Final = _at_most("mean_ms", 100, "mean <= 100 ms", "{:.2f} ms")
_BANDWIDTH: Final = _at_most("mbit_per_s", 10, "bandwidth <= 10 Mbit/s", "{:.2f} Mbit/s")
_PACE: Final = _at_least("tps_of_target", 1.0, "TPS reaches the target", "{:.3f} of it")
_KEPT_PACE: Final = _at_least(
    "tps_of_offered", 0.95, "users are not held up: >= 95 % of their pace", "{:.3f}"
)
_HIT_RATE: Final = _at_least("cache_hit_rate", 0.8, "board: cache hit rate > 80 %", "{:.3f}")
_AIMS: Final = (
    _at_most("mean_ms", 5, "aim: mean <= 5 ms", "{:.2f} ms", decides=False),
    _at_most("p99_ms", 25, "aim: p99 <= 25 ms", "{:.2f} ms", decides=False),
)

LIMITS: Final[dict[str, tuple[Limit, ...]]] = {
    "normal-hour": (
        _PACE,
        _MEAN,
        *_ALWAYS,
        _at_most("mbit_per_s", 10, "aim: bandwidth <= 10 Mbit/s", "{:.2f} Mbit/s", decides=False),
        _at_least("cache_hit_rate", 0.95, "aim: board: cache hit rate > 95 %", "{:.3f}", decides=False),
        *_AIMS,
    ),
    "shift-start": (_KEPT_PACE, _MEAN, *_ALWAYS, *_AIMS),
    "dashboard-poll": (_KEPT_PACE, _MEAN, _HIT_RATE, *_ALWAYS, _BANDWIDTH),
    "rig-folder": (
        _KEPT_PACE,
        _at_most("p99_ms", 1000, "p99 <= 1 s from the file to its receipt", "{:.2f} ms"),
        *_ALWAYS,
    ),
    "spike": (
        _MEAN,
        *_ALWAYS,
        _at_most("recovered_s", 10, "back to normal <= 10 s after the spike", "{:.0f} s"),
    ),
    "step-load": (*_ALWAYS, _at_least("knee", 1, "the knee lies within the steps", "{:.0f} connections")),
    "soak": (
        _PACE,
        _MEAN,
        *_ALWAYS,
        _at_most(
            "memory_growth_per_h", 0.01, "memory flat: <= 1 %/h", "{:+.2%} per hour", may_be_too_short=True
        ),
        *_AIMS,
    ),
    "reconnect-storm": (
        _at_most("drained_s", 600, "queues drained <= 10 min", "{:.1f} s"),
        _at_most("interactive_p99_ms", 1000, "scans beside it: p99 <= 1 s", "{:.1f} ms"),
        _at_most("scans_refused", 0, "no scan beside it is refused", "{:.0f} refused"),
        _at_most("queued_left", 0, "nothing left in a queue", "{:.0f} events"),
        *_ALWAYS,
    ),
    "hot-unit": (
        *_ALWAYS,
        _at_most("races_undecided", 0, "every race on the unit has one winner", "{:.0f} without"),
    ),
    "overload": (
        _at_least("goodput_of_peak", 0.9, "goodput >= 90 % of the peak", "{:.3f}"),
        _at_least(
            "offered_of_peak",
            4.5,
            "aim: five times the peak reached the service",
            "{:.2f} times",
            decides=False,
        ),
        _at_most("refused_p99_ms", 50, "refused in <= 50 ms (p99 at the wire)", "{:.1f} ms"),
        _at_most("recovered_s", 10, "back to normal <= 10 s after", "{:.0f} s"),
        *_ALWAYS,
    ),
    "saturation": (
        *_ALWAYS,
        _at_least("tps", 6000, "aim: >= 6,000 durable transactions/s to land", "{:.0f}/s", decides=False),
        _at_least("tps", 10000, "aim: >= 10,000 durable transactions/s", "{:.0f}/s", decides=False),
    ),
    "held-rate": (
        *_ALWAYS,
        _at_most("asked_mean_ms", 5, "aim: 500/s by the clock: mean <= 5 ms", "{:.2f} ms", decides=False),
        _at_most("asked_p99_ms", 25, "500/s by the clock: p99 <= 25 ms", "{:.2f} ms"),
        _at_least("held_of_peak", 0.88, "90 % of the peak is held", "{:.3f} of the peak"),
    ),
    "reads": (
        _NO_ERRORS,
        _CONNECTIONS,
        _at_least("tps", 20000, "aim: >= 20,000 reads/s", "{:.0f}/s", decides=False),
    ),
}


def judge(scenario: str, facts: Facts) -> list[Verdict]:
    """Return one verdict per limit of `scenario`."""
    return [_judge(limit, facts.get(limit.fact)) for limit in LIMITS[scenario]]


def _judge(limit: Limit, value: float | None) -> Verdict:
    if value is None:
        unseen: State = "not judged" if limit.may_be_too_short or not limit.decides else "missed"
        why = "the run is too short" if limit.may_be_too_short else "not seen"
        return Verdict(claim=limit.claim, measured=why, state=unseen)
    missed: State = "missed" if limit.decides else "aim missed"
    held = limit.low <= value <= limit.high
    return Verdict(claim=limit.claim, measured=limit.form.format(value), state="held" if held else missed)
