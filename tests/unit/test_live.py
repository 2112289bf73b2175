"""The live board: one reading for all who look, frames on change, and a word when nothing can be read."""

import asyncio
from datetime import date

import msgspec
import pytest

from neurohub.cache.read_through import Body
from neurohub.contract.enums import ProcessState
from neurohub.contract.problems import ProblemError
from neurohub.contract.views import DashboardSummary, ProcessSummary
from neurohub.http import live
from neurohub.http.live import Live


class Board:
    """What is read: `started` is a change, `age_s` only grows; `away` fails."""

    def __init__(self):
        self.started, self.age_s, self.away, self.reads = 0, 0.0, False, 0

    async def read(self):
        self.reads += 1
        if self.away:
            raise OSError("the database is away")
        process = ProcessSummary(
            process=1, waiting=1, open=0, done_today=0, p50_s=None, p95_s=None, standard_s=60,
            oldest_wait_s=self.age_s, state=ProcessState.WAITING,
        )  # fmt: skip
        shown = DashboardSummary(
            date=date(2026, 1, 2), started=self.started, completed=0, defects=0, fpy=None, lots=[],
            processes=[process], alerts_unread=0,
        )  # fmt: skip
        return Body("", msgspec.json.encode(shown), '"tag"')


@pytest.fixture
def board():
    return Board()


def run(story):
    return asyncio.run(asyncio.wait_for(story, 20))


def test_everybody_gets_the_same_frame_of_one_reading(board):
    async def story():
        many = Live()

        async def look():
            async with many.watch("all", board.read) as channel:
                return await channel.next_after("")

        return await asyncio.gather(*(look() for _ in range(200)))

    frames = run(story())
    assert (len(set(frames)), board.reads) == (1, 1)
    assert frames[0].content.startswith(b"id: ")


def test_change_is_told_and_growing_older_is_not(board):
    async def story():
        async with Live().watch("all", board.read) as channel:
            first = await channel.next_after("")
            news = asyncio.ensure_future(channel.next_after(first.event_id))
            board.age_s = 99.0
            while board.reads < 3:
                await asyncio.sleep(0.05)
            assert not news.done()
            board.started = 1
            return first, await news

    first, second = run(story())
    assert first.event_id != second.event_id
    assert b'"started":1' in second.content


def test_who_comes_back_with_the_last_id_waits_for_the_next(board):
    async def story():
        many = Live()
        async with many.watch("all", board.read) as channel:
            seen = await channel.next_after("")
        async with many.watch("all", board.read) as channel:
            news = asyncio.ensure_future(channel.next_after(seen.event_id))
            while board.reads < 3:
                await asyncio.sleep(0.05)
            assert not news.done()
            news.cancel()

    run(story())


def test_board_that_cannot_be_read_is_stale_until_it_can(board):
    async def story():
        async with Live().watch("all", board.read) as channel:
            first = await channel.next_after("")
            board.away = True
            stale = await channel.next_after(first.event_id)
            board.away = False
            return first, stale, await channel.next_after(stale.event_id)

    first, stale, again = run(story())
    assert stale.content.startswith(b'event: stale\ndata: {"since": "')
    assert again == first


def test_nothing_is_read_when_nobody_looks(board):
    async def story():
        many = Live()
        async with many.watch("all", board.read) as channel:
            await channel.next_after("")
        reads = board.reads
        await asyncio.sleep(2.5 * live.EVERY_S)
        return reads

    assert run(story()) == board.reads


def test_too_many_lookers_are_sent_to_polling(board, monkeypatch):
    monkeypatch.setattr(live, "LOOKERS_MAX", 1)

    async def story():
        many = Live()
        async with many.watch("all", board.read):
            with pytest.raises(ProblemError, match="poll"):
                async with many.watch("all", board.read):
                    pass

    run(story())
