"""Memory of a worker: what a request needed is given back."""

import psutil

from support import service
from support.floor import Floor

KEPT_MAX_BYTES = 10_000_000  # a password takes 19 MB while it is verified


def _worker_bytes() -> int:
    """Return what the youngest worker holds: that of this test, not of the run."""
    found = psutil.Process().children(recursive=True)
    workers = [process for process in found if "--multiprocessing-fork" in process.cmdline()]
    return max(workers, key=psutil.Process.create_time).memory_info().rss


def test_memory_of_a_sign_in_is_given_back(fresh_database_url, servers_url):
    with service.running(fresh_database_url, servers_url.redis_url, workers=1) as base:
        before = _worker_bytes()
        floor = Floor(base)
        for who in ("admin", "manager", "worker", "viewer", "ST-01"):
            floor.token(who)
        floor.close()
        assert _worker_bytes() - before < KEPT_MAX_BYTES
