"""The coalescer on a fake store: what it promises to everybody who waits."""

import asyncio

import pytest
from fake_store import FakeStore, Poison, StoreError, fate_of
from running import run, running, settle

from neurohub.coalesce.coalescer import REPEATS_MAX, Coalescer, Fate, TooLateError
from neurohub.coalesce.waiting import REPLAYS_SHARE, SAME_HOLD_MAX, QueueFullError, Ticket, Waiting
from neurohub.telemetry import metrics


def test_single_item_goes_at_once_and_alone():
    async def story():
        store = FakeStore()
        async with running(store) as lanes:
            assert await lanes.submit("a", ("unit",)) == "done a"
        assert store.batches == [["a"]]
        assert store.closed

    run(story)


def test_what_comes_while_a_lane_commits_goes_together():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store) as lanes:
            first = lanes.submit("a", ("u0",))
            await settle()
            rest = [lanes.submit(f"b{n}", (f"u{n + 1}",)) for n in range(20)]
            await settle()
            store.gate.set()
            await asyncio.gather(first, *rest)
        assert [len(batch) for batch in store.batches] == [1, 20]

    run(story)


def test_each_item_gets_its_own_answer():
    async def story():
        async with running(FakeStore(), FakeStore()) as lanes:
            waiting = {n: lanes.submit(str(n), (n,)) for n in range(500)}
            assert {n: await answer for n, answer in waiting.items()} == {n: f"done {n}" for n in range(500)}

    run(story)


def test_second_lane_helps_when_the_first_is_stuck():
    async def story():
        stuck, free = FakeStore(), FakeStore()
        stuck.gate.clear()
        async with running(stuck, free) as lanes:
            first = lanes.submit("a", ("u0",))
            await settle()
            assert await asyncio.wait_for(lanes.submit("b", ("u1",)), 2) == "done b"
            assert not first.done()
            stuck.gate.set()
            await first
        assert (stuck.batches, free.batches) == ([["a"]], [["b"]])

    run(story)


def test_full_queue_refuses_at_once_and_queues_nothing():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store, waiting=Waiting(2, 3)) as lanes:
            lanes.submit("under way", ())
            await settle()
            queued = [lanes.submit("x", ()), lanes.submit("y", ())]
            with pytest.raises(QueueFullError):
                lanes.submit("z", ())
            with pytest.raises(QueueFullError):
                lanes.submit_all([(str(n), ()) for n in range(4)])
            assert len(lanes.waiting) == 2
            store.gate.set()
            await asyncio.gather(*queued)

    run(story)


def test_scan_does_not_stand_behind_a_replay():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store) as lanes:
            lanes.submit("under way", ())
            await settle()
            replay = lanes.submit_all([(f"r{n}", (n,)) for n in range(500)])
            scan = lanes.submit("scan", ("u",))
            store.gate.set()
            await scan
            assert sum(answer.done() for answer in replay) < 100
            await asyncio.gather(*replay)
        assert "scan" in store.batches[1]

    run(story)


def test_replays_move_on_while_scans_never_end():
    waiting = Waiting()
    loop = asyncio.new_event_loop()
    for n in range(200):
        waiting.add_scan(Ticket(f"s{n}", (f"s{n}",), loop.create_future(), 0.0))
    waiting.add_replays([Ticket(f"r{n}", (f"r{n}",), loop.create_future(), 0.0) for n in range(200)])
    batch = [ticket.item for ticket in waiting.take(())]
    assert len(batch) == 64
    assert sum(item.startswith("r") for item in batch) == REPLAYS_SHARE
    loop.close()


def test_culprit_fails_alone():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store) as lanes:
            lanes.submit("under way", ())
            await settle()
            good = [lanes.submit(f"g{n}", (n,)) for n in range(5)]
            bad = lanes.submit(Poison("p"), ("p",))
            store.gate.set()
            assert await asyncio.gather(*good) == [f"done g{n}" for n in range(5)]
            with pytest.raises(StoreError):
                await bad

    run(story)


def test_batch_that_met_another_transaction_is_repeated():
    async def story():
        store = FakeStore()
        store.failures = [StoreError(Fate.REPEAT)] * REPEATS_MAX
        async with running(store) as lanes:
            assert await lanes.submit("a", ()) == "done a"
        assert len(store.batches) == REPEATS_MAX + 1

    run(story)


def test_lost_connection_is_resubmitted_once():
    async def story():
        store = FakeStore()
        store.failures = [StoreError(Fate.RESUBMIT)]
        store.lands_before_failing = True
        async with running(store) as lanes:
            assert await lanes.submit("a", ()) == "done a"
            store.failures = [StoreError(Fate.RESUBMIT)] * 2
            with pytest.raises(StoreError):
                await lanes.submit("b", ())
        assert store.batches == [["a"], ["a"], ["b"], ["b"]]

    run(story)


def test_store_that_cannot_is_not_asked_item_by_item():
    async def story():
        store = FakeStore()
        store.gate.clear()
        store.failures = [StoreError(Fate.FAIL)] * 2
        async with running(store) as lanes:
            waiting = [lanes.submit(f"{n}", (n,)) for n in range(20)]
            await settle()
            store.gate.set()
            results = await asyncio.gather(*waiting, return_exceptions=True)
            assert all(isinstance(result, StoreError | str) for result in results)
        assert len(store.batches) <= 3

    run(story)


def test_client_that_goes_away_stops_nobody():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store) as lanes:
            under_way = lanes.submit("gone while under way", (0,))
            await settle()
            queued = lanes.submit("gone while queued", (1,))
            stays = lanes.submit("stays", (2,))
            under_way.cancel()
            queued.cancel()
            store.gate.set()
            assert await stays == "done stays"
        assert store.log == ["gone while under way", "stays"]

    run(story)


def test_frozen_store_is_answered_for_in_time():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store, answer_within_s=0.6) as lanes:
            under_way, queued = lanes.submit("a", (0,)), lanes.submit("b", (0,))
            for answer in (under_way, queued):
                with pytest.raises(TooLateError):
                    await answer
            store.gate.set()
            assert await lanes.submit("c", (1,)) == "done c"

    run(story)


def test_closing_finishes_what_waits_and_takes_no_more():
    async def story():
        store = FakeStore()
        coalescer = Coalescer([store], fate_of, metrics.lanes)
        await coalescer.open()
        waiting = [coalescer.submit(str(n), (n,)) for n in range(100)]
        await coalescer.close()
        assert [await answer for answer in waiting] == [f"done {n}" for n in range(100)]
        with pytest.raises(QueueFullError):
            coalescer.submit("late", ())

    run(story)


def test_one_unit_does_not_fill_a_batch():
    async def story():
        store = FakeStore()
        store.gate.clear()
        async with running(store) as lanes:
            lanes.submit("under way", ())
            await settle()
            hot = [lanes.submit(f"h{n}", ("hot",)) for n in range(30)]
            cold = lanes.submit("cold", ("cold",))
            store.gate.set()
            await asyncio.gather(*hot, cold)
        assert "cold" in store.batches[1]
        assert len(store.batches[1]) == SAME_HOLD_MAX + 1

    run(story)
