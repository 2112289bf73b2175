"""The read-through cache: what it serves, when it loads, and that it loads once for all who wait."""

import asyncio

import pytest

from neurohub.cache.read_through import KEEP_WARM_S, L1_ENTRIES, ReadThrough


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Shared:
    """Redis as a dictionary on the test's clock; `broken` forgets everything, like the real one when gone."""

    def __init__(self, clock):
        self.clock = clock
        self.held = {}
        self.broken = False

    async def get(self, key):
        value, until = self.held.get(key, (None, 0.0))
        return value if not self.broken and self.clock() < until else None

    async def put(self, key, value, ttl_s):
        self.held[key] = (value, self.clock() + ttl_s)


class Plant:
    """What the database would say: a revision that grows with every write."""

    def __init__(self):
        self.revision = 1
        self.loads = 0
        self.gate = None

    async def load(self):
        self.loads += 1
        if self.gate is not None:
            await self.gate.wait()
        return str(self.revision), f"body {self.revision}".encode()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shared(clock):
    return Shared(clock)


@pytest.fixture
def plant():
    return Plant()


def _validated(cache, plant):
    return cache.validated("lot:1", str(plant.revision), plant.load)


def test_same_revision_is_served_from_memory(clock, shared, plant):
    cache = ReadThrough(shared, clock)

    async def read_twice():
        return [(await _validated(cache, plant)).content for _ in range(2)]

    assert asyncio.run(read_twice()) == [b"body 1"] * 2
    assert (plant.loads, cache.counts) == (1, {("lot", "l1"): 1, ("lot", "miss"): 1})


def test_other_worker_takes_the_body_from_redis_without_a_load(clock, shared, plant):
    first, second = ReadThrough(shared, clock), ReadThrough(shared, clock)

    async def read():
        return await _validated(first, plant), await _validated(second, plant)

    one, two = asyncio.run(read())
    assert (one.content, one.etag) == (two.content, two.etag)
    assert (plant.loads, second.counts["lot", "l2"]) == (1, 1)


@pytest.mark.parametrize("broken", [False, True])
def test_no_body_of_an_older_revision_is_served(clock, shared, plant, broken):
    workers = [ReadThrough(shared, clock) for _ in range(2)]
    shared.broken = broken

    async def write_and_read():
        for n in range(20):
            plant.revision += 1
            body = await _validated(workers[n % 2], plant)
            assert body.content == f"body {plant.revision}".encode()

    asyncio.run(write_and_read())


def test_body_put_late_by_a_slow_worker_is_not_served(clock, shared, plant):
    """A worker loaded revision 1, slept, and put it over revision 2: nobody takes it for the newer one."""
    cache = ReadThrough(shared, clock)

    async def read():
        plant.revision = 2
        await _validated(cache, plant)
        await shared.put("lot:1", b"1\nbody 1", 60)
        return await _validated(ReadThrough(shared, clock), plant)

    assert asyncio.run(read()).content == b"body 2"


def test_rubbish_in_redis_reads_as_a_miss(clock, shared, plant):
    async def read():
        answers = []
        for rubbish in (b"", b"\n", b"1", b"1\n", b"no revision here", b"\xff\x00\n\n"):
            await shared.put("lot:1", rubbish, 60)
            answers.append((await _validated(ReadThrough(shared, clock), plant)).content)
        return answers

    assert set(asyncio.run(read())) == {b"body 1"}


def test_one_load_serves_all_who_wait_though_the_first_one_leaves(clock, shared, plant):
    cache = ReadThrough(shared, clock)

    async def read():
        plant.gate = asyncio.Event()
        waiting = [asyncio.ensure_future(_validated(cache, plant)) for _ in range(50)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting[0].cancel()
        plant.gate.set()
        return await asyncio.gather(*waiting[1:])

    assert {body.content for body in asyncio.run(read())} == {b"body 1"}
    assert plant.loads == 1


def test_failed_load_reaches_everybody_and_the_next_one_loads_again(clock, shared, plant):
    cache = ReadThrough(shared, clock)

    async def fail():
        raise LookupError("gone")

    async def read():
        failed = await asyncio.gather(
            *(cache.validated("lot:1", "1", fail) for _ in range(3)), return_exceptions=True
        )
        return failed, await _validated(cache, plant)

    failed, body = asyncio.run(read())
    assert [type(error) for error in failed] == [LookupError] * 3
    assert body.content == b"body 1"


@pytest.mark.parametrize("broken", [False, True])
def test_fresh_body_is_never_older_than_its_age(clock, shared, plant, broken):
    """Two workers look every 0.1 s while the plant changes every 0.1 s."""
    workers = [ReadThrough(shared, clock) for _ in range(2)]
    shared.broken = broken
    written_at = {}

    async def look():
        for tick in range(100):
            clock.now = tick / 10
            plant.revision = tick
            written_at[f"body {tick}".encode()] = clock.now
            body = await workers[tick % 2].fresh("board:all", 1.0, plant.load)
            assert clock.now - written_at[body.content] <= 1.0

    asyncio.run(look())
    assert plant.loads < 50


def test_memory_is_bounded(clock, shared, plant):
    cache = ReadThrough(shared, clock)
    shared.broken = True

    async def read():
        for n in range(L1_ENTRIES + 10):
            await cache.validated(f"unit {n}", "1", plant.load)
        before = plant.loads
        await cache.validated("unit 0", "1", plant.load)
        return plant.loads - before

    assert asyncio.run(read()) == 1


def test_equal_bodies_have_equal_tags_and_others_do_not(clock, shared, plant):
    cache = ReadThrough(shared, clock)

    async def read():
        one = await _validated(cache, plant)
        plant.revision = 2
        return (
            one,
            await _validated(cache, plant),
            await ReadThrough(shared, clock).validated("x", "1", _same),
        )

    async def _same():
        return "7", b"body 1"

    one, two, same = asyncio.run(read())
    assert one.etag != two.etag
    assert one.etag == same.etag


def test_board_is_renewed_before_it_is_old_and_nobody_waits_for_that(clock, shared, plant):
    cache = ReadThrough(shared)
    shared.broken = True

    async def look():
        await cache.fresh("board:all", 0.4, plant.load)
        while plant.loads < 5:
            await asyncio.sleep(0.01)
        return await cache.fresh("board:all", 0.4, plant.load)

    assert asyncio.run(asyncio.wait_for(look(), 10)).content == b"body 1"
    assert cache.counts == {("board", "miss"): 1, ("board", "l1"): 1}


def test_board_that_nobody_asks_for_is_not_renewed(clock, shared, plant):
    cache = ReadThrough(shared, clock)

    async def look():
        await cache.fresh("board:all", 0.1, plant.load)
        clock.now = KEEP_WARM_S
        while cache._renewals:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(look(), 10))
    assert plant.loads == 1
