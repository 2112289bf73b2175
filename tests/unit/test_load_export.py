"""A load run tells Prometheus what its generators said, added up."""

from prometheus_client import CollectorRegistry, generate_latest

from bench.export import Export
from bench.words import BOUNDS_S, Spread, Tick
from neurohub.telemetry.metrics import SECONDS


def page_of(*ticks: Tick) -> list[str]:
    export = Export("normal-hour")
    export.tell("hold", ticks)
    registry = CollectorRegistry()
    registry.register(export)
    return generate_latest(registry).decode().splitlines()


def tick(**said: float) -> Tick:
    spread = Spread()
    for took_ms in (2.0, 40.0, 60_000.0):
        spread.add(took_ms)
    return Tick(at=1.0, users=10, requests=30, refused=2, errors=1, spread=spread, **said)


def test_what_the_generators_said_is_added_up() -> None:
    page = page_of(tick(offered=50.0), tick(offered=70.0))
    assert 'neurohub_load_info{phase="hold",scenario="normal-hour"} 1.0' in page
    assert "neurohub_load_users 20.0" in page
    assert "neurohub_load_offered_per_second 120.0" in page
    answers = {"served": 54.0, "refused": 4.0, "failed": 2.0}
    for outcome, count in answers.items():
        assert f'neurohub_load_answers_total{{outcome="{outcome}"}} {count}' in page
    durations = {"0.001": 0.0, "0.0025": 2.0, "0.05": 4.0, "30.0": 4.0, "+Inf": 6.0}
    for bound, count in durations.items():
        assert f'neurohub_load_answer_duration_seconds_bucket{{le="{bound}"}} {count}' in page
    assert "neurohub_load_answer_duration_seconds_sum 120.084" in page


def test_a_closed_loop_offers_nothing_that_could_be_told() -> None:
    assert not any(line.startswith("neurohub_load_offered") for line in page_of(tick()))


def test_both_ends_of_the_wire_are_drawn_in_the_same_buckets() -> None:
    assert BOUNDS_S == SECONDS
