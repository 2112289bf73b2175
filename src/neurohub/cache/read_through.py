"""Read-through cache: L1 of encoded bodies in the worker, L2 in Redis, one load at a time per key.

Two kinds of reads, two laws. `validated`: PostgreSQL has just named the revision, and only a body of that
revision is served, so a unit or a LOT is never stale, on any worker, with or without Redis, and nothing has
to be invalidated. `fresh`: a body at most `max_age_s` old, for the dashboard.
"""

import asyncio
import hashlib
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from neurohub.cache.shared import SharedCache

L1_ENTRIES: Final = 2048
L2_TTL_S: Final = 60.0
KEEP_WARM_S: Final = 15.0  # managers poll every 10 s


class Body(NamedTuple):
    """An encoded answer with its entity tag and the revision it shows."""

    revision: str
    content: bytes
    etag: str
    until: float = 0.0  # monotonic; of `fresh` only
    level: str = ""  # where it was found: l2 or miss; of `fresh` only


Load = Callable[[], Awaitable[tuple[str, bytes]]]


def _body(revision: str, content: bytes, until: float = 0.0, level: str = "") -> Body:
    tag = hashlib.blake2b(content, digest_size=12).hexdigest()
    return Body(revision, content, f'"{tag}"', until, level)


class ReadThrough:
    """The cache of one worker. `counts` says for the metrics what was read (`lot`, `board`) and where it was found."""

    def __init__(self, shared: SharedCache, clock: Callable[[], float] = time.monotonic) -> None:
        self.shared = shared
        self.counts = Counter[tuple[str, str]]()
        self._clock = clock
        self._asked_at: dict[str, float] = {}
        self._renewals: dict[str, asyncio.TimerHandle] = {}
        self._l1: OrderedDict[str, Body] = OrderedDict()
        self._loads: dict[str, asyncio.Task[Body]] = {}

    async def validated(self, key: str, revision: str, load: Load) -> Body:
        """Return the body of `revision`, or of a newer one that `load` found."""
        held = self._l1.get(key)
        if held is not None and held.revision == revision:
            self._count(key, "l1")
            return held
        return await self._once(f"{key}@{revision}", lambda: self._validated(key, revision, load))

    async def fresh(self, key: str, max_age_s: float, load: Load) -> Body:
        """Return a body at most `max_age_s` old: half of that in this worker, half in Redis.

        It is renewed in the background for as long as somebody asks now and then, so that who polls never waits.
        """
        now = self._clock()
        self._asked_at[key] = now
        held = self._l1.get(key)
        if held is not None and now < held.until:
            self._count(key, "l1")
            return held
        body = await self._once(key, lambda: self._fresh(key, max_age_s / 2, load))
        self._count(key, body.level)
        return body

    async def _validated(self, key: str, revision: str, load: Load) -> Body:
        found = await self.shared.get(key)
        known, _, content = (found or b"").partition(b"\n")
        if content and known == revision.encode():
            self._count(key, "l2")
            return self._keep(key, _body(revision, content))
        self._count(key, "miss")
        newest, content = await load()
        await self.shared.put(key, newest.encode() + b"\n" + content, L2_TTL_S)
        return self._keep(key, _body(newest, content))

    async def _fresh(self, key: str, half_life_s: float, load: Load) -> Body:
        asked_at = self._clock()
        content, level = await self.shared.get(key), "l2"
        if content is None:
            level = "miss"
            _, content = await load()
            left_s = half_life_s - (self._clock() - asked_at)
            if left_s > 0:
                await self.shared.put(key, content, left_s)
        if key in self._renewals:
            self._renewals[key].cancel()
        self._renewals[key] = asyncio.get_running_loop().call_later(
            half_life_s / 2, self._renew, key, half_life_s, load
        )
        return self._keep(key, _body("", content, asked_at + half_life_s, level))

    def _renew(self, key: str, half_life_s: float, load: Load) -> None:
        """Load again, ahead of time, what has been asked for lately; what nobody asks for is left to grow old."""
        del self._renewals[key]
        if self._clock() - self._asked_at[key] < KEEP_WARM_S:
            self._begin(key, lambda: self._fresh(key, half_life_s, load))

    def _count(self, key: str, level: str) -> None:
        self.counts[key.partition(":")[0], level] += 1

    def _keep(self, key: str, body: Body) -> Body:
        self._l1[key] = body
        self._l1.move_to_end(key)
        if len(self._l1) > L1_ENTRIES:
            self._l1.popitem(last=False)
        return body

    async def _once(self, key: str, work: Callable[[], Awaitable[Body]]) -> Body:
        """Share one run of `work` between all who ask for `key` now; a client that leaves does not stop it."""
        return await asyncio.shield(self._begin(key, work))

    def _begin(self, key: str, work: Callable[[], Awaitable[Body]]) -> asyncio.Task[Body]:
        task = self._loads.get(key)
        if task is None:
            task = asyncio.ensure_future(work())
            self._loads[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return task

    def _forget(self, key: str, task: asyncio.Task[Body]) -> None:
        self._loads.pop(key, None)
        if not task.cancelled():
            task.exception()  # mark as seen: whoever waits has it, and all of them may have left
