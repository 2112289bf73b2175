"""Redis beyond one server: behind three sentinels, whose primary is killed, and as a cluster of three."""

import asyncio
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis

from neurohub.cache.shared import SharedCache
from neurohub.embedded import binaries
from support import service
from support.floor import Floor

pytestmark = pytest.mark.long
SECRET = "s" * 32


@pytest.fixture
def program(tmp_path: Path) -> str:
    found = binaries.valkey(tmp_path / "programs", None) or shutil.which("redis-server")
    assert found is not None
    return str(found)


@contextmanager
def server(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def asked(port: int, *words: str) -> object:
    with redis.Redis(port=port, retry=None) as client:
        return client.execute_command(*words)


def until(holds: Callable[[], bool], limit_s: float = 30) -> float:
    """Wait for a condition; return the seconds that it took."""
    begun = time.monotonic()
    while True:
        try:
            if holds():
                return time.monotonic() - begun
        except redis.RedisError:
            pass
        assert time.monotonic() - begun < limit_s
        time.sleep(0.05)


async def came_back(cache: SharedCache, limit_s: float = 30) -> tuple[float, float]:
    """Put and get until a value is found; return after how many seconds, and the longest that a call took."""
    begun, longest_s = time.monotonic(), 0.0

    async def timed(call: Awaitable[object]) -> object:
        nonlocal longest_s
        before = time.monotonic()
        answer = await call
        longest_s = max(longest_s, time.monotonic() - before)
        return answer

    while True:
        await timed(cache.put("key", b"again", 60))
        if await timed(cache.get("key")) == b"again":
            return time.monotonic() - begun, longest_s
        assert time.monotonic() - begun < limit_s
        await asyncio.sleep(0.05)


@contextmanager
def behind_sentinels(program: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a primary, a replica and three sentinels; yield their URL and the primary."""
    first, second, *watching = (service.free_port() for _ in range(5))
    plain = ("--save", "", "--appendonly", "no", "--dir", str(folder), "--bind", "127.0.0.1")
    with ExitStack() as stack:
        primary = stack.enter_context(server(program, "--port", str(first), *plain))
        until(lambda: asked(first, "PING") is True)
        stack.enter_context(
            server(program, "--port", str(second), *plain, "--replicaof", f"127.0.0.1 {first}")
        )
        for port in watching:
            written = folder / f"sentinel-{port}.conf"
            written.write_text(
                f"port {port}\nbind 127.0.0.1\ndir {folder}\nsentinel monitor plant 127.0.0.1 {first} 2\n"
                "sentinel down-after-milliseconds plant 1000\nsentinel failover-timeout plant 5000\n"
            )
            stack.enter_context(server(program, str(written), "--sentinel"))
        for port in watching:
            until(lambda port=port: knows_all(port))
        hosts = ",".join(f"127.0.0.1:{port}" for port in watching)
        yield f"redis+sentinel://{hosts}/plant", primary


def knows_all(port: int) -> bool:
    with redis.Redis(port=port) as client:
        known = client.sentinel_master("plant")
        return (known["num-slaves"], known["num-other-sentinels"]) == (1, 2)


def test_the_sentinels_new_primary_is_found_without_anybody_waiting(program: str, tmp_path: Path) -> None:
    async def lose_the_primary(url: str, primary: subprocess.Popen[bytes]) -> tuple[float, float]:
        cache = SharedCache(url, SECRET)
        try:
            await cache.put("key", b"first", 60)
            assert await cache.get("key") == b"first"
            primary.send_signal(signal.SIGKILL)
            return await came_back(cache)
        finally:
            await cache.close()

    with behind_sentinels(program, tmp_path) as (url, primary):
        away_s, longest_s = asyncio.run(lose_the_primary(url, primary))
    assert away_s < 20
    assert longest_s < 0.5


def test_the_service_goes_on_while_the_sentinels_decide(
    program: str, tmp_path: Path, database_url: str
) -> None:
    with behind_sentinels(program, tmp_path) as (url, primary), service.running(database_url, url) as base:
        floor = Floor(base)
        lot = floor.lot()
        assert floor.client.get(f"{base}/health").json()["redis"] == "ok"
        primary.send_signal(signal.SIGKILL)
        while floor.client.get(f"{base}/health").json()["redis"] != "ok":
            assert floor.get(f"/lots/{lot}").status_code == 200
            assert floor.start(floor.unit(), 1).is_success
        floor.close()


def test_a_cluster_keeps_each_value_where_its_slot_is(program: str, tmp_path: Path) -> None:
    async def keep_many(url: str) -> int:
        cache = SharedCache(url, SECRET)
        try:
            for number in range(60):
                await cache.put(f"key {number}", b"%d" % number, 60)
            found = [await cache.get(f"key {number}") for number in range(60)]
            assert await cache.is_reachable() is True
            return sum(value == b"%d" % number for number, value in enumerate(found))
        finally:
            await cache.close()

    with cluster(program, tmp_path) as ports:
        url = "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports[:2])
        assert asyncio.run(keep_many(url)) == 60
        assert all(int(str(asked(port, "DBSIZE"))) > 0 for port in ports)


@contextmanager
def cluster(program: str, folder: Path) -> Iterator[list[int]]:
    """Run three servers that share the slots; yield their ports."""
    buses = {service.free_port(): service.free_port() for _ in range(3)}
    shares = ((0, 5460), (5461, 10922), (10923, 16383))
    with ExitStack() as stack:
        for (port, bus), (least, most) in zip(buses.items(), shares, strict=True):
            options = f"--port {port} --cluster-port {bus} --bind 127.0.0.1 --cluster-enabled yes"
            kept = f"--cluster-config-file nodes-{port}.conf --dir {folder} --appendonly no"
            stack.enter_context(server(program, *options.split(), *kept.split(), "--save", ""))
            until(lambda port=port: asked(port, "PING") is True)
            asked(port, "CLUSTER", "ADDSLOTSRANGE", str(least), str(most))
        first = next(iter(buses))
        for port, bus in buses.items():
            asked(first, "CLUSTER", "MEET", "127.0.0.1", str(port), str(bus))
        for port in buses:
            until(lambda port=port: b"cluster_state:ok" in bytes(asked(port, "CLUSTER", "INFO")))
        yield list(buses)
