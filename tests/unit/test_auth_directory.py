"""The directory without its database: nobody is believed by a copy that does not exist."""

import asyncio
import time
from uuid import uuid4

import pytest

from neurohub.auth import tokens
from neurohub.auth.caller import Account, Caller
from neurohub.auth.directory import Directory
from neurohub.contract.enums import Locale, Role
from neurohub.contract.problems import Code, ProblemError
from neurohub.storage.pool import Database

KEY = "a key of the tests that is long enough"
KIM = Account("user:kim", Role.WORKER, "kim", None, "KR01", (), "Kim", Locale.KOREAN)


def test_without_the_database_everybody_is_told_to_try_again_at_once():
    async def ask():
        directory = Directory(Database("postgresql://nobody@127.0.0.1:1/none", 2), KEY)
        header = b"Bearer " + tokens.issue_access(KEY, KIM, uuid4()).encode()
        begun = time.monotonic()
        for _ in range(3):
            with pytest.raises(ProblemError) as caught:
                await directory.identify(header)
            assert caught.value.problem.code is Code.DATABASE_UNAVAILABLE
            assert caught.value.problem.retry_after_s == 1
        assert time.monotonic() - begun < 3
        await directory.close()

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("role", "line", "sees"),
    [
        (Role.WORKER, "KR01", True),
        (Role.WORKER, "KR02", False),
        (Role.WORKER, None, False),
        (Role.STATION, "KR02", False),
        (Role.VIEWER, None, True),
        (Role.MANAGER, None, True),
    ],
)
def test_workers_and_stations_see_their_own_line_only(role, line, sees):
    caller = Caller("x", role, None, None, line, (), "x", Locale.KOREAN, family=uuid4())
    assert caller.may_read_line("KR01") is sees
