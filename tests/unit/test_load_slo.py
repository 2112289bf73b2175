"""Limits decide, aims do not, and nothing is held by its absence. The knee and the law are found again."""

import pytest

from bench import slo, usl
from bench.scenarios import SCENARIOS

HOUR = {
    "tps_of_target": 1.0,
    "mean_ms": 100.0,
    "p99_ms": 900.0,
    "errors": 0.0,
    "connections_max": 50.0,
    "ledger_faults": 0.0,
    "events_compared": 1.0,
    "mbit_per_s": 11.0,
}


def missed(scenario: str, facts: slo.Facts) -> list[str]:
    return [verdict.claim for verdict in slo.judge(scenario, facts) if not verdict.ok]


def test_a_run_on_its_limits_is_held_even_when_every_aim_is_missed():
    assert missed("normal-hour", HOUR) == []
    assert "aim missed" in {verdict.state for verdict in slo.judge("normal-hour", HOUR)}


@pytest.mark.parametrize(
    "miss",
    [
        {"tps_of_target": 0.999},
        {"mean_ms": 100.1},
        {"mean_ms": None},
        {"errors": 1.0},
        {"connections_max": 51.0},
        {"connections_max": 0.0},
        {"ledger_faults": 1.0},
        {"events_compared": 0.0},
    ],
    ids=str,
)
def test_each_missed_limit_fails_the_run_alone(miss):
    assert len(missed("normal-hour", HOUR | miss)) == 1


def test_a_memory_trend_out_of_a_short_run_is_not_judged_and_said_so():
    growth = next(v for v in slo.judge("soak", HOUR) if "memory" in v.claim)
    assert (growth.state, growth.measured, growth.ok) == ("not judged", "the run is too short", True)
    assert missed("soak", HOUR | {"memory_growth_per_h": 0.02}) == [growth.claim]


def test_every_scenario_has_limits_and_every_limit_a_scenario():
    assert set(slo.LIMITS) == set(SCENARIOS)


def test_the_law_is_found_again_in_rates_made_by_it():
    made = usl.Law(one_per_s=400.0, sigma=0.03, kappa=0.0004, r2=1.0, peak_at=None)
    law = usl.fit([(n, made.rate(n)) for n in (1, 2, 4, 8, 16, 32, 64, 128)])
    assert law is not None
    assert (law.one_per_s, law.sigma, law.kappa) == (
        pytest.approx(400.0),
        pytest.approx(0.03),
        pytest.approx(0.0004),
    )
    assert law.peak_at == pytest.approx((0.97 / 0.0004) ** 0.5)


def test_rates_that_only_grow_give_a_law_without_a_top():
    law = usl.fit([(n, 100.0 * n) for n in (1, 2, 4, 8)])
    assert law is not None
    assert (law.sigma, law.kappa, law.peak_at) == (
        pytest.approx(0, abs=1e-9),
        pytest.approx(0, abs=1e-9),
        None,
    )


def test_the_knee_is_the_first_step_near_the_highest_rate():
    knee = usl.knee(
        [(1, 100.0, 1.0), (8, 700.0, 2.0), (16, 960.0, 4.0), (32, 1000.0, 20.0), (64, 990.0, 50.0)]
    )
    assert (knee.connections, knee.p99_ms, knee.highest_tps) == (16, 4.0, 1000.0)
