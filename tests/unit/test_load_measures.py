"""What a load run is judged by: exact percentiles, the window, the mix; nothing is held by its absence."""

from array import array

import msgspec
import pytest

from bench import slo
from bench.measures import UNDO, latency, measure
from bench.plan import Plan, WorkUnit, shares
from bench.users.samples import Recording
from bench.watch import Second

HELD = slo.Facts(
    tps=500.0, tps_target=500.0, mean_ms=4.0, errors=0, connections_max=50, ledger_faults=0, events_compared=1
)


def recording(*samples: tuple[str, float, float]) -> Recording:
    names = sorted({name for name, _, _ in samples})
    return Recording(
        names=names,
        ended_at=array("d", [at for _, at, _ in samples]).tobytes(),
        duration_ms=array("d", [ms for _, _, ms in samples]).tobytes(),
        kind=array("B", [names.index(name) for name, _, _ in samples]).tobytes(),
        errors={},
        refusals={},
        bytes_in=0,
        bytes_out=0,
    )


def plan(users: int, tps: float) -> Plan:
    return Plan(
        host="http://127.0.0.1",
        users=users,
        tps=tps,
        seed=1,
        warm_up_s=0,
        duration_s=1,
        managers=[],
        workers=[],
        sections=[],
        units=[WorkUnit("KR01", str(n)) for n in range(users)],
        empty_lots=[],
        places=[],
        firmware="v1.0.0",
    )


def test_percentiles_are_samples_and_not_buckets():
    one = latency([float(n) for n in range(1, 101)])
    assert (one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms, one.mean_ms) == (50, 95, 99, 100, 50.5)


def test_only_the_window_counts_and_undos_do_not_count_as_transactions():
    run = recording(("start", 9.0, 900.0), ("start", 10.0, 1.0), (UNDO, 11.0, 3.0), ("start", 12.0, 900.0))
    measures = measure([run], [], 10.0, 12.0)
    assert (measures.tps, measures.undos_per_s, measures.all.mean_ms) == (0.5, 0.5, 2.0)


def test_the_most_connections_of_the_whole_run_count():
    seconds = [
        Second(at=float(n), connections=c, commits=0, cpu_s={}, rss_bytes={}) for n, c in enumerate([51, 3])
    ]
    assert measure([], seconds, 100.0, 101.0).connections_max == 51


def test_a_run_on_its_limits_is_held():
    assert all(verdict.ok for verdict in slo.judge(HELD))


@pytest.mark.parametrize(
    "miss",
    [
        {"tps": 499.9},
        {"mean_ms": 100.1},
        {"mean_ms": 0.0},
        {"errors": 1},
        {"connections_max": 51},
        {"connections_max": 0},
        {"ledger_faults": 1},
        {"events_compared": 0},
    ],
)
def test_each_missed_limit_fails_the_run_alone(miss):
    assert sum(not verdict.ok for verdict in slo.judge(msgspec.structs.replace(HELD, **miss))) == 1


def test_the_pace_of_all_users_is_the_target_with_its_undos_and_headroom():
    whole = plan(200, 500)
    offered = whole.operators * whole.operator_rate + (whole.users - whole.operators) * whole.manager_rate
    assert offered == pytest.approx(500 * 1.1 * slo.PACE_HEADROOM)


def test_generators_share_users_and_pace_and_never_a_unit():
    parts = shares(plan(7, 70), 3)
    assert sum(part.users for part in parts) == 7
    assert sum(part.tps for part in parts) == pytest.approx(70)
    assert sorted(int(unit.wip_id) for part in parts for unit in part.units) == list(range(7))
