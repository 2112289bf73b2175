"""A coalescer on fake stores for the length of a block, and stories that are run on it."""

import asyncio
from contextlib import asynccontextmanager

from fake_store import fate_of

from neurohub.coalesce.coalescer import Coalescer
from neurohub.telemetry import metrics


@asynccontextmanager
async def running(*stores, **options):
    coalescer = Coalescer(stores, fate_of, metrics.lanes, **options)
    await coalescer.open()
    try:
        yield coalescer
    finally:
        await coalescer.close()


def run(story):
    return asyncio.run(asyncio.wait_for(story(), 20))


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)
