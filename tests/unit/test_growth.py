"""Growth: a unit's process data becomes a pattern and comes back; the ratio decides, and how sure it is is told."""

from types import SimpleNamespace

import numpy as np

from bench import growth_report
from bench.grow import patterned
from bench.report import machine

PILOT = SimpleNamespace(
    lot_number="KR01PSA2511003",
    sequence=7,
    board_serial="BRD-KR01PSA25110030007",
    components=[["sma_spring", "SMA-2511-A"], ["busbar", "BUS-2511-A"]],
)


def seconds(middle: float) -> list[float]:
    return list(middle * (1 + np.random.default_rng(2).normal(0, 0.05, 200)))


def judged(small: float, large: float) -> growth_report.Report:
    return growth_report.report(
        "2025-11-25T00:00:00+00:00", machine(), [], {"unit": [seconds(small), seconds(large)]}
    )


def test_what_is_the_units_own_becomes_a_place_and_the_rest_stays():
    text = '{"lot": "KR01PSA2511003", "wip": "WIP-KR01PSA2511003-007", "serial": "KR01PSA25110030007", "share": "5 %"}'
    assert patterned(text, PILOT) == (
        '{"lot": "%1$s", "wip": "WIP-%1$s-%2$s", "serial": "%1$s%3$s", "share": "5 %%"}'
    )


def test_boards_and_component_lots_get_names_of_their_own():
    text = '{"board_serial": "BRD-KR01PSA25110030007", "sma_spring_lot": "SMA-2511-A", "busbar_lot": "BUS-2511-A"}'
    assert patterned(text, PILOT) == (
        '{"board_serial": "GR-%1$s-%2$s", "sma_spring_lot": "GR-SMA-SPRING-%4$s", "busbar_lot": "GR-BUSBAR-%4$s"}'
    )


def test_a_fifth_more_is_held_and_more_than_that_is_not():
    assert judged(0.010, 0.0119).held
    assert not judged(0.010, 0.0125).held


def test_nothing_measured_is_not_held():
    assert not growth_report.report("2025-11-25T00:00:00+00:00", machine(), [], {}).held


def test_the_range_holds_the_ratio():
    (one,) = judged(0.010, 0.011).endpoints
    assert one.low <= one.ratio <= one.high
    assert 1.05 < one.low < one.high < 1.15
