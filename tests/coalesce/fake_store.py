"""A store that keeps in memory what it was told, and fails when a test says so."""

import asyncio

from neurohub.coalesce.coalescer import Fate


class StoreError(Exception):
    """A failure with the fate a test wants for it."""

    def __init__(self, fate):
        super().__init__(fate.name)
        self.fate = fate


def fate_of(error):
    return error.fate if isinstance(error, StoreError) else Fate.ISOLATE


class Poison(str):
    """An item that no store can commit."""


class FakeStore:
    """Answers each item with itself, after `gate` lets it; commits are written down in order."""

    def __init__(self, log=None, lane=0):
        self.batches = []
        self.log = [] if log is None else log
        self.lane = lane
        self.failures = []
        self.lands_before_failing = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.closed = False

    async def commit(self, items):
        self.batches.append(list(items))
        await asyncio.sleep(0)
        await self.gate.wait()
        if self.failures:
            failure = self.failures.pop(0)
            if self.lands_before_failing:
                self.log.extend(items)
            raise failure
        if any(isinstance(item, Poison) for item in items):
            raise StoreError(Fate.ISOLATE)
        self.log.extend(items)
        return [f"done {item}" for item in items]

    async def close(self):
        self.closed = True
