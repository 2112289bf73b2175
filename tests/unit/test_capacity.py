"""A capacity is read from a step load with a knee, errs on the careful side, and shows the customer's sums."""

import json
import math
import sys
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from bench import capacity, report
from bench.capacity_measured import CannotPlanError, measured
from bench.capacity_model import Sizing, sizings
from bench.capacity_offers import AWS, OFFERS, ON_PREMISES, RAILWAY, Offer
from bench.capacity_page import page
from bench.ledger import Findings
from bench.measures import Latency, Stretch
from bench.report import Machine, Report, Setting
from bench.slo import Verdict
from bench.timeline import Series, Timeline
from bench.usl import fit, knee

# connections, transactions/s, µs of service and of database, mean ms: a knee at 64
STEPS = (
    (1, 400, 500, 400, 2.5),
    (8, 2000, 250, 200, 4.0),
    (64, 5000, 150, 120, 13),
    (128, 5100, 150, 120, 25),
)
FLAT = ((1, 1000, 200, 100, 1.0), (8, 4000, 200, 100, 2.0), (64, 4100, 200, 100, 16))
EMPTY = Series([], [])


def stretch(name: str, connections: int, tps: float, service: float, database: float, mean: float) -> Stretch:
    us = {"service": float(service), "PostgreSQL": float(database), "cache": 0.0}
    cores = {part: cost * tps * 1e-6 for part, cost in us.items()}
    workers = {"service 1": 0.001, "service 2": cores["service"] / 2, "service 3": cores["service"] / 2}
    return Stretch(
        name=name,
        begin_s=0.0,
        seconds=10.0,
        connections=connections,
        tps=tps,
        undos_per_s=0.0,
        writes_per_s=tps,
        refused_per_s=0.0,
        answers_per_s=tps,
        all=Latency(count=9, mean_ms=mean, p99_ms=2 * mean),
        refused=Latency(),
        by_sentence={},
        cores=cores | workers,
        cpu_us=us,
        commits_per_s=0.0,
        mbit_in_per_s=tps * 400 * 8e-6,
        mbit_out_per_s=tps * 100 * 8e-6,
        batch_mean=None,
        batch_wait_ms=None,
        batch_commit_ms=None,
        cache_hit_rate=None,
    )


def setting(scenario: str) -> Setting:
    return Setting(
        at="2026-01-02T03:04:05+00:00",
        scenario=scenario,
        claim="",
        host="here",
        users=0,
        tps_target=0,
        connections=128,
        rate=0,
        warm_up_s=1,
        seconds=40,
        generators=1,
        seed=1,
        postgresql="PostgreSQL 18 on here",
        machine=Machine(system="", cores=2, load_before=0, memory_gib=4, packages={}, commit="abc"),
    )


def made(
    steps: tuple[tuple[float, ...], ...] = STEPS, scenario: str = "step-load", state: str = "held"
) -> Report:
    phases = [stretch(f"{int(n)} connections", int(n), *rest) for n, *rest in steps]
    findings = dict.fromkeys(("acknowledged", "refused", "in_doubt", "double_starts"), 0)
    curves = {name: [] for name in ("tps", "refused", "failed", "mean_ms", "p50_ms", "p95_ms", "p99_ms")}
    curves |= {
        "mbit_in": [],
        "mbit_out": [],
        "users": EMPTY,
        "connections": EMPTY,
        "cores": {},
        "memory_mb": {},
    }
    return Report(
        setting=setting(scenario),
        verdicts=[Verdict(claim="errors: none", measured="3", state=state)],
        facts={},
        whole=phases[-1],
        phases=phases,
        errors={},
        refusals={},
        unsent=0,
        findings=Findings(**findings, lost=[], duplicated=[], invented=[], altered=[]),
        memory_max_mb={
            "service 1": 100.0,
            "service 2": 90.0,
            "service 3": 95.0,
            "PostgreSQL, not shared": 50.0,
        },
        memory_trend_per_h={},
        knee=knee([(p.connections, p.tps, p.all.p99_ms) for p in phases]) if len(phases) >= 3 else None,
        law=fit([(p.connections, p.tps) for p in phases]),
        curves=Timeline(**curves, batch_size=EMPTY, queued=EMPTY, cache_hit_rate=EMPTY),
    )


def row(offer: Offer, report: Report) -> Sizing:
    return next(one for one in sizings(measured(report)) if one.offer is offer)


def test_a_dearer_transaction_carries_fewer_users() -> None:
    dearer = tuple((n, tps, service * 2, database * 2, mean) for n, tps, service, database, mean in FLAT)
    for cheap, dear in zip(sizings(measured(made(FLAT))), sizings(measured(made(dearer))), strict=True):
        assert dear.peak.tps < cheap.peak.tps
        assert dear.always.tps < cheap.always.tps


def test_the_managed_database_bounds_by_its_own_cores() -> None:
    heavy = tuple((n, tps, 100, 400, mean) for n, tps, _, _, mean in FLAT)
    found = row(AWS, made(heavy))
    assert found.peak.bound.startswith("CPU of RDS")
    assert found.peak.tps == pytest.approx(2 * 0.7 * 0.6 / (400e-6 * 1.1 * 1.21), rel=0.01)  # 4 workers for 2
    assert found.always.tps == pytest.approx(2 * 0.2 * 0.6 / (400e-6 * 1.1), rel=0.01)


def test_one_server_pays_for_service_and_database_and_more_cores_are_worth_less() -> None:
    heavy = tuple((n, tps, 1000, 1000, mean) for n, tps, _, _, mean in FLAT)
    found = row(ON_PREMISES, made(heavy))
    assert found.peak.tps < 7 * 0.7 / (2000e-6 * 1.1)
    assert found.peak.tps > 2 * 0.7 / (2000e-6 * 1.1)


def test_the_peak_counts_with_full_batches_and_day_and_night_with_what_is_paid_for() -> None:
    rows = {one.offer.name: one for one in sizings(measured(made()))}
    full = 270e-6 * 1.1 * 1.21**2  # 8 workers for the 2 measured
    cores = 2 * 1.6 ** math.log2(7 / 2) * 0.7
    assert rows[ON_PREMISES.name].peak.tps == pytest.approx(cores / full, rel=0.01)
    assert rows["AWS"].always.tps < rows["AWS"].peak.tps * 0.2 / 0.7


def test_no_worker_is_asked_for_more_than_one_was_seen_to_do() -> None:
    light = tuple((n, tps, 10, 10, mean) for n, tps, _, _, mean in FLAT)
    for found in sizings(measured(made(light))):
        workers = found.offer.instances * found.offer.workers
        assert found.peak.tps <= 4100 / 2 * workers
        assert found.peak.bound.startswith("a worker")


def test_steps_slower_than_the_limit_are_not_counted_with() -> None:
    slow = (*FLAT[:2], (64, 9000, 200, 100, 101.0), (128, 8000, 200, 100, 300.0))
    assert measured(made(slow)).points[-1].connections == 8


def test_a_slower_core_carries_no_more_than_keeps_the_mean() -> None:
    late = tuple((n, tps, 10, 10, mean) for (n, tps, *_), mean in zip(FLAT, (5, 50, 90), strict=True))
    found = row(AWS, made(late))
    assert found.peak.bound == "mean of 100 ms"
    assert 95 < found.mean_ms <= 100
    assert row(ON_PREMISES, made(late)).peak.bound.startswith("a worker")


def test_a_normal_hour_makes_a_user_as_dear_as_it_was() -> None:
    hour = msgspec.structs.replace(made(FLAT, "normal-hour"), whole=stretch("all", 0, 500, 600, 300, 2.0))
    mix = measured(made(FLAT), hour).mix
    assert mix == {"service": pytest.approx(3.0), "database": pytest.approx(3.0)}


def test_five_hundred_a_second_day_and_night_have_their_price() -> None:
    heavy = tuple((n, tps, 1000, 1000, mean) for n, tps, _, _, mean in FLAT)
    busy = 500 * 1000e-6 * 1.1 / 0.6
    found = {one.offer.name: one.asked_usd for one in sizings(measured(made(heavy)))}
    assert found["AWS"] == pytest.approx(228 + 730 * ((busy - 0.8) * 0.05 + (busy - 0.4) * 0.075))
    assert found["Railway"] == pytest.approx(7 + 2 * busy * 20 + (100 + 4 * 120) / 1024 * 10 + 2.5)
    assert found[ON_PREMISES.name] is None


def test_a_day_of_credits_carries_a_peak_for_hours() -> None:
    burst = {one.offer.name: one.burst_h for one in sizings(measured(made()))}
    assert burst["AWS"] == pytest.approx(9.6)
    assert burst[RAILWAY.name] is burst[ON_PREMISES.name] is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (
            made(((1, 400, 1, 1, 1), (8, 900, 1, 1, 1), (64, 2000, 1, 1, 1))),
            "no knee: the rate still grew at 64",
        ),
        (made(STEPS[:2]), "no knee"),
        (made(scenario="saturation"), "a report of saturation"),
        (made(state="missed"), "did not hold.*errors: none: 3"),
        (
            made(((1, 400, 1, 1, 101), (8, 900, 1, 1, 200), (64, 900, 1, 1, 300))),
            "no step has a mean of 100 ms",
        ),
    ],
)
def test_a_report_that_says_no_capacity_is_refused(wrong: Report, why: str) -> None:
    with pytest.raises(CannotPlanError, match=why):
        measured(wrong)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.outside += [v or "" for k, v in attrs if k in {"src", "href"} and not (v or "").startswith("#")]


def test_the_page_needs_nothing_else_and_shows_what_was_corrected() -> None:
    seen = measured(made())
    text = page(made(), None, seen, sizings(seen))
    tags = Tags()
    tags.feed(text)
    assert tags.outside == []
    assert tags.seen.count("figure") == tags.seen.count("svg") == 3
    assert text.count("CONTRADICTS") == 3
    assert "296,400원" in text
    assert "28,600원" in text


def test_the_command_writes_page_and_json_from_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setattr(capacity, "RESULTS", tmp_path)
    path = report.write(made())
    monkeypatch.setattr(sys, "argv", ["capacity", "--from", str(path)])
    assert capacity.main() == 0
    kept = json.loads((tmp_path / "capacity-2026-01-02T030405Z.json").read_bytes())
    assert [one["offer"]["name"] for one in kept["sizings"]] == [offer.name for offer in OFFERS]
    assert (tmp_path / "capacity-2026-01-02T030405Z.html").exists()
    assert "extrapolated" in capsys.readouterr().out


def test_the_command_says_in_one_line_why_there_is_no_capacity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["capacity", "--from", str(tmp_path / "none.json")])
    assert capacity.main() == 1
    assert capsys.readouterr().err.startswith("No capacity: there is no ")
