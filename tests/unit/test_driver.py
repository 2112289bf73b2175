"""The driver against small servers of its own: what it counts, and what it makes of trouble."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from bench.driver import LOST, Answer, Fixed, Request, by_chance, drive, drive_at, every, run

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Reply = Callable[[int, asyncio.StreamWriter], Awaitable[None]]


class Forever:
    """The same request for ever, and what came back."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: list[Answer] = []

    def next(self) -> Request:
        self.asked += 1
        return Request(GET, "get", self.asked)

    def answered(self, request: Request, answer: Answer) -> None:  # noqa: ARG002
        self.answers.append(answer)


@asynccontextmanager
async def server(reply: Reply) -> AsyncIterator[int]:
    """Serve with `reply(number of the request, writer)` on a free port."""
    numbers: Iterator[int] = iter(range(10**9))
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await reply(next(numbers), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for writer in writers:
            writer.close()
        await listening.wait_closed()


async def answer_ok(number: int, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


def test_closed_loop_counts_every_answer_of_every_connection() -> None:
    async def main() -> None:
        work = [Forever() for _ in range(5)]
        async with server(answer_ok) as port:
            samples = await drive("127.0.0.1", port, work, duration_s=0.2)
        assert samples.statuses() == {200: sum(one.asked for one in work)}
        assert all(len(one.answers) == one.asked > 0 for one in work)
        assert {name: len(samples.status) for name in samples.name} == {"get": len(samples.latency_s)}
        assert not samples.is_exhausted

    run(main())


def test_work_that_ends_before_the_time_is_told() -> None:
    async def main() -> None:
        async with server(answer_ok) as port:
            samples = await drive("127.0.0.1", port, [Fixed([Request(GET)] * 3)], duration_s=5)
        assert samples.statuses() == {200: 3}
        assert samples.is_exhausted

    run(main())


def test_answer_in_pieces_is_one_answer() -> None:
    async def in_pieces(number: int, writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 409 Conflict\r\nCONTENT-LENGTH:3\r\nx: y\r\n\r\nabc":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    async def main() -> None:
        work = Forever()
        async with server(in_pieces) as port:
            await drive("127.0.0.1", port, [work], duration_s=0.05)
        assert set(work.answers) == {Answer(409, b"abc")}

    run(main())


def test_answer_without_a_body_needs_no_length() -> None:
    async def empty(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    async def main() -> None:
        async with server(empty) as port:
            samples = await drive("127.0.0.1", port, [Fixed([Request(GET)] * 2)], duration_s=5)
        assert samples.statuses() == {204: 2}

    run(main())


def test_lost_connection_is_dialled_anew_and_its_request_counted_as_lost() -> None:
    async def break_every_second(number: int, writer: asyncio.StreamWriter) -> None:
        if number % 2:
            writer.transport.abort()
        else:
            writer.write(OK)

    async def main() -> None:
        async with server(break_every_second) as port:
            samples = await drive("127.0.0.1", port, [Fixed([Request(GET)] * 4)], duration_s=5)
        assert samples.statuses() == {200: 2, LOST: 2}

    run(main())


def test_answer_that_does_not_come_is_lost_after_the_timeout() -> None:
    async def never(number: int, writer: asyncio.StreamWriter) -> None:
        pass

    async def main() -> None:
        async with server(never) as port:
            samples = await drive(
                "127.0.0.1", port, [Fixed([Request(GET)])], duration_s=5, answer_timeout_s=0.05
            )
        assert samples.statuses() == {LOST: 1}

    run(main())


def test_chunked_answer_ends_the_run_with_the_reason() -> None:
    async def chunked(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")

    async def main() -> None:
        async with server(chunked) as port:
            with pytest.raises(ValueError, match="Content-Length"):
                await drive("127.0.0.1", port, [Forever()], duration_s=5)

    run(main())


def test_nobody_there_is_an_os_error() -> None:
    async def main() -> None:
        async with server(answer_ok) as port:
            pass
        with pytest.raises(OSError):  # noqa: PT011 (which one depends on the system)
            await drive("127.0.0.1", port, [Forever()], duration_s=1)

    run(main())


def test_service_that_goes_away_is_one_error_and_no_noise() -> None:
    complaints: list[object] = []

    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Stop listening and break this connection; leave the others waiting."""
        writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        if listening.is_serving():
            listening.close()
            writer.transport.abort()

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        nonlocal listening
        listening = await asyncio.start_server(leave, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(OSError):  # noqa: PT011 (which one depends on the system)
            await drive("127.0.0.1", port, [Forever() for _ in range(4)], duration_s=30)
        for writer in writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    writers: list[asyncio.StreamWriter] = []
    listening: asyncio.Server
    run(main())
    assert complaints == []


def test_open_run_sends_every_arrival_once() -> None:
    async def main() -> None:
        work = Forever()
        async with server(answer_ok) as port:
            samples = await drive_at("127.0.0.1", port, work, every(500, 0.3), connections=10)
        assert samples.statuses() == {200: 150}
        assert (work.asked, len(work.answers), samples.unsent) == (150, 150, 0)

    run(main())


def test_latency_of_an_open_run_counts_from_the_intended_time() -> None:
    async def slow(number: int, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(OK)

    async def main() -> None:
        async with server(slow) as port:
            samples = await drive_at("127.0.0.1", port, Forever(), [0.0, 0.0, 0.0], connections=1)
        assert [latency >= 0.049 * n for n, latency in enumerate(samples.latency_s, 1)] == [True] * 3
        assert samples.backlog_max == 2

    run(main())


def test_arrivals_beyond_the_backlog_are_given_up_and_counted() -> None:
    async def never(number: int, writer: asyncio.StreamWriter) -> None:
        pass

    async def main() -> None:
        async with server(never) as port:
            samples = await drive_at(
                "127.0.0.1",
                port,
                Forever(),
                [0.0] * 10,
                connections=2,
                backlog_max=3,
                answer_timeout_s=0.3,
            )
        assert len(samples.status) + samples.unsent == 10
        assert samples.backlog_max == 3

    run(main())


def test_arrivals_by_chance_keep_the_rate_and_the_seed() -> None:
    drawn = list(by_chance(1000, 10, seed=7))
    assert drawn == sorted(drawn) == list(by_chance(1000, 10, seed=7))
    assert 9_000 < len(drawn) < 11_000
