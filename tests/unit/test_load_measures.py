"""What a load run is told by: exact percentiles, stretches of it, costs; and the mix its users are paced by."""

from array import array

import pytest

from bench import slo
from bench.conduct import Heads, Mark
from bench.exported import Exported, pick
from bench.measures import LOSE, UNDO, Run, latency, run_of, stretch, whole
from bench.plan import Phase, Plan, WorkUnit, shares
from bench.timeline import timeline
from bench.users.samples import REFUSED, Recording
from bench.watch import Second


def recording(*samples: tuple[str, float, float]) -> Recording:
    names = sorted({name for name, _, _ in samples})
    return Recording(
        names=names,
        ended_at=array("d", [at for _, at, _ in samples]).tobytes(),
        duration_ms=array("d", [ms for _, _, ms in samples]).tobytes(),
        kind=array("B", [names.index(name) for name, _, _ in samples]).tobytes(),
        received=array("I", [125_000 for _ in samples]).tobytes(),
        sent=array("I", [25_000 for _ in samples]).tobytes(),
        errors={},
        refusals={},
    )


def second(at: float, **changes: object) -> Second:
    plain = {"connections": 1, "commits": 0, "cpu_s": {}, "rss_bytes": {}}
    return Second(at=at, **plain | changes)


def ran(*recordings: Recording, seconds: list[Second] | None = None, phases: int = 1) -> Run:
    """A run from 9 s with a warm-up of a second, then phases of two seconds each."""
    marks = [Mark(Phase(name="warm-up", seconds=1, judged=False), 9.0, 10.0)]
    marks += [Mark(Phase(name=f"phase {n}", seconds=2), 10.0 + 2 * n, 12.0 + 2 * n) for n in range(phases)]
    return run_of(list(recordings), seconds or [], marks, Heads([], []))


def plan(users: int, tps: float) -> Plan:
    return Plan(
        host="http://127.0.0.1",
        users=users,
        tps=tps,
        seed=1,
        roles={"operator": 7, "manager": 3},
        phases=[Phase(name="hour", seconds=1, users=users, rate=tps)],
        units=[WorkUnit("KR01", str(n)) for n in range(users)],
    )


def test_percentiles_are_samples_and_not_buckets():
    one = latency([float(n) for n in range(1, 101)])
    assert (one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms, one.mean_ms) == (50, 95, 99, 100, 50.5)


def test_only_judged_phases_count_and_undos_do_not_count_as_transactions():
    run = recording(("start", 9.0, 900.0), ("start", 10.0, 1.0), (UNDO, 11.0, 3.0), ("start", 12.0, 900.0))
    numbers = whole(ran(run))
    assert (numbers.tps, numbers.undos_per_s, numbers.all.mean_ms) == (0.5, 0.5, 2.0)


def test_refusals_are_no_transactions_and_have_times_of_their_own():
    run = recording(("start", 10.0, 4.0), (REFUSED, 10.1, 1.0), (LOSE, 10.2, 8.0))
    numbers = whole(ran(run))
    assert (numbers.tps, numbers.refused_per_s) == (0.5, 0.5)
    assert (numbers.all.mean_ms, numbers.refused.mean_ms) == (6.0, 1.0)


def test_cost_of_a_transaction_is_the_growth_of_cpu_over_the_work_done():
    work = recording(*(("start", 10.0 + n / 10, 1.0) for n in range(20)))
    looks = [second(10.0, cpu_s={"service": 5.0}), second(12.0, cpu_s={"service": 5.2})]
    numbers = whole(ran(work, seconds=looks))
    assert numbers.cores["service"] == pytest.approx(0.1)
    assert numbers.cpu_us["service"] == pytest.approx(10_000)


def test_names_of_several_generators_are_brought_together():
    one, other = recording(("b", 10.0, 1.0)), recording(("a", 10.0, 3.0), ("b", 10.0, 5.0))
    assert {n: t.mean_ms for n, t in whole(ran(one, other)).by_sentence.items()} == {"a": 3.0, "b": 3.0}


def test_bytes_become_mbit_of_the_stretch():
    numbers = stretch(ran(recording(("a", 10.0, 1.0), ("a", 11.0, 1.0))), "x", 10.0, 12.0)
    assert (numbers.mbit_in_per_s, numbers.mbit_out_per_s) == (pytest.approx(1.0), pytest.approx(0.2))


def test_curves_have_a_point_for_every_second_even_without_an_answer():
    curves = timeline(ran(recording(("a", 9.5, 1.0), ("a", 11.5, 7.0))))
    assert curves.tps == [1.0, 0.0, 1.0]
    assert curves.p99_ms == [1.0, 0.0, 7.0]


def test_hit_rate_is_that_of_the_stretch_and_not_since_the_service_started():
    def told(hits: float, reads: float) -> Exported:
        return Exported(cache_hits=hits, cache_reads=reads)

    looks = [second(10.0, exported=told(900, 1000)), second(11.0), second(12.0, exported=told(903, 1010))]
    assert whole(ran(recording(("a", 10.0, 1.0)), seconds=looks)).cache_hit_rate == pytest.approx(0.3)


def test_what_the_service_exports_is_picked_from_its_page():
    page = (
        'neurohub_cache_reads_total{cache="board",level="l1",pid="1"} 3.0\n'
        'neurohub_cache_reads_total{cache="board",level="miss",pid="2"} 1.0\n'
        'neurohub_cache_reads_total{cache="lot",level="miss",pid="2"} 9.0\n'
        "neurohub_lane_batch_events_sum 64.0\nneurohub_lane_batch_events_count 4.0\n"
        "neurohub_lane_queue_events 5.0\nneurohub_lane_commit_seconds_sum 0.5\n"
        'neurohub_database_pool{state="waiting"} 2.0\nneurohub_http_requests_total{route="/"} 9\n'
    )
    assert pick(page) == Exported(
        cache_hits=3.0,
        cache_reads=4.0,
        batches=4.0,
        batched_items=64.0,
        commit_s=0.5,
        queued=5.0,
        pool_waiting=2.0,
    )


def test_the_pace_of_all_users_is_the_target_with_its_undos_and_headroom():
    whole_plan = plan(200, 500)
    offered = sum(n * whole_plan.rate_of(role) for role, n in whole_plan.counts.items())
    assert offered == pytest.approx(500 * 1.1 * slo.PACE_HEADROOM)


def test_generators_share_users_pace_phases_and_never_a_unit():
    parts = shares(plan(7, 70), 3)
    assert sum(part.users for part in parts) == sum(part.phases[0].users for part in parts) == 7
    assert sum(part.tps for part in parts) == sum(part.phases[0].rate for part in parts) == pytest.approx(70)
    assert sorted(int(unit.wip_id) for part in parts for unit in part.units) == list(range(7))
