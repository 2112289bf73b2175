"""An upgrade at work: instances behind nginx are restarted one after the other, and nobody on the floor notices."""

import contextlib
import sys
import time

import psutil
import pytest

from support import front as fronts
from support import instances
from support.operators import shift

LOOKED_AT_S = 15


@contextlib.contextmanager
def plant(servers_url, database_url, folder, count):
    """Yield `count` instances and what is in front of them."""
    with (
        instances.running(count, database_url, servers_url.redis_url, str(folder)) as found,
        fronts.running(folder / "nginx", found.ports) as front,
    ):
        yield found, front


def answers_of(operators):
    return [answer for operator in operators for answer in operator.answers]


@pytest.mark.long
def test_four_instances_are_restarted_twice_and_no_request_fails(servers_url, fresh_database_url, tmp_path):
    with (
        plant(servers_url, fresh_database_url, tmp_path, 4) as (found, front),
        shift(front.url, front.context, f"http://127.0.0.1:{found.ports[0]}") as operators,
    ):
        for _ in range(2):
            found.restart_one_by_one()
    answers = answers_of(operators)
    assert [(asked, status) for asked, status, _ in answers if status not in (200, 201)] == []
    assert len(answers) > 1000
    assert max(seconds for _, _, seconds in answers) < 8


@pytest.mark.long
def test_a_request_through_nginx_costs_less_than_half_a_millisecond_of_its_time(
    servers_url, fresh_database_url, tmp_path, capsys
):
    """CPU time, not the clock's: it is the same on a machine that does other things."""
    seen = {}
    with plant(servers_url, fresh_database_url, tmp_path, 2) as (found, front):
        direct = f"http://127.0.0.1:{found.ports[0]}"
        for name, base, verify in (("direct", direct, True), ("nginx", front.url, front.context)):
            before = _seconds_of(front.pid)
            with shift(base, verify, direct) as operators:
                time.sleep(LOOKED_AT_S)  # the load is the thing looked at
            answers = answers_of(operators)
            assert {status for _, status, _ in answers} <= {200, 201}
            seen[name] = (
                len(answers),
                _seconds_of(front.pid) - before,
                sorted(answer[2] for answer in answers),
            )
    with capsys.disabled():
        for name, (count, cpu_s, took) in seen.items():
            p50_ms, p99_ms = took[count // 2] * 1000, took[count * 99 // 100] * 1000
            line = f"{name}: {count} requests, p50 {p50_ms:.1f} ms, p99 {p99_ms:.1f} ms"
            sys.stdout.write(f"\n{line}, {cpu_s / count * 1e6:.0f} us of nginx each")
    count, cpu_s, _ = seen["nginx"]
    assert cpu_s / count < 0.0005


def _seconds_of(pid):
    """Return the CPU time of nginx and its workers."""
    parent = psutil.Process(pid)
    used = [process.cpu_times() for process in [parent, *parent.children()]]
    return sum(each.user + each.system for each in used)
