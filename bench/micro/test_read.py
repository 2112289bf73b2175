"""Pieces of every request: the check of its token, and a body out of the cache of the worker."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

import pytest

from neurohub.auth import tokens
from neurohub.auth.caller import Account
from neurohub.cache.read_through import ReadThrough
from neurohub.contract.enums import Locale, Role

KEY = "a key of the benchmarks, longer than 32 bytes"
STATION = Account("station:ST-01", Role.STATION, None, "ST-01", "KR01", (1,), "Laser", Locale.KOREAN)


class NoRedis:
    """A shared cache that has nothing and keeps nothing."""

    async def get(self, _key: str) -> None:
        return None

    async def put(self, _key: str, _value: bytes, _ttl_s: float) -> None:
        return None


async def load() -> tuple[str, bytes]:
    return "1", b"{}" * 250


def at_once(answer: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that does not wait: a hit answers within the turn of the loop it was asked in."""
    try:
        answer.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited: this was no hit")


@pytest.fixture
def cache() -> ReadThrough:
    async def filled() -> ReadThrough:
        made = ReadThrough(NoRedis())  # type: ignore[arg-type]
        await made.validated("unit", "1", load)
        await made.fresh("board", 3600.0, load)
        return made

    return asyncio.run(filled())


def test_check_a_token(benchmark):
    token = tokens.issue_access(KEY, STATION, uuid4())
    assert benchmark(tokens.read_access, KEY, token).credential == "station:ST-01"


def test_hit_of_a_revision(benchmark, cache):
    assert benchmark(lambda: at_once(cache.validated("unit", "1", load))).revision == "1"


def test_hit_of_the_board(benchmark, cache):
    assert benchmark(lambda: at_once(cache.fresh("board", 3600.0, load))).content == b"{}" * 250
