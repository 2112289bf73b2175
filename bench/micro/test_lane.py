"""What a lane itself costs: from submitting to the answer, with a store that answers at once (pytest-benchmark)."""

import asyncio

import pytest

from neurohub.coalesce.coalescer import Coalescer, Fate
from neurohub.telemetry.metrics import lanes


class Instant:
    """A store that has done everything already."""

    async def commit(self, items):
        return items

    async def close(self):
        pass


@pytest.mark.parametrize("together", [1, 8, 64])
def test_round_trip_through_a_lane(benchmark, together):
    async def opened():
        coalescer = Coalescer([Instant(), Instant()], lambda _: Fate.FAIL, lanes)
        await coalescer.open()
        return coalescer

    with asyncio.Runner() as runner:
        coalescer = runner.run(opened())

        async def trip():
            return await asyncio.gather(*(coalescer.submit(n, (n,)) for n in range(together)))

        assert benchmark(lambda: runner.run(trip())) == list(range(together))
        runner.run(coalescer.close())
