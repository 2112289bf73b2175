"""One measured request: sent, decoded into its Struct, checked. A wrong answer is an error of the run.

Who calls it: the users, one call per task, so that the pace of the tasks is the pace of the requests.
"""

import random
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

import gevent  # type: ignore[import-untyped]
import msgspec
from locust import FastHttpUser

T = TypeVar("T")

# Statuses that say nothing about whether the effect happened, or that ask to come again.
AGAIN: Final = frozenset({0, 408, 425, 429, 500, 502, 503, 504})


class WrongAnswerError(Exception):
    """The service answered, and the answer is not what it has to be. The text says what is wrong."""


class LostAnswerError(Exception):
    """No answer, or one that leaves open whether the effect happened: send the same thing again."""


class Request(NamedTuple):
    """What is sent, under the sentence it is counted by."""

    sentence: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


def call(user: FastHttpUser, request: Request, read: Callable[[int, bytes], T]) -> T:
    """Send one request and return what `read` makes of status and body; time and errors are recorded.

    Raises `LostAnswerError` or `WrongAnswerError` after counting the error.
    """
    sentence, method, path, headers, body = request
    with user.client.request(
        method,
        path,
        name=sentence,
        data=body,  # type: ignore[arg-type]  # bytes are what it sends
        headers=headers,
        catch_response=True,
        context={"sent": len(body or b"")},
    ) as response:
        status, content = response.status_code or 0, response.content or b""
        if status in AGAIN:
            response.failure(f"{status} {_code(content) or response.error or 'no answer'}")
            raise LostAnswerError(sentence)
        try:
            answer = read(status, content)
        except (WrongAnswerError, msgspec.ValidationError, msgspec.DecodeError) as error:
            response.failure(f"{status} {_code(content)} {error}")
            raise WrongAnswerError(sentence) from error
        response.success()
        return answer


def spread(dice: random.Random, rate: float) -> None:
    """Begin at any moment of one's period: locust starts users in batches, which would stay in step."""
    gevent.sleep(dice.random() / rate)


def expect(condition: bool, claim: str, seen: object) -> None:  # noqa: FBT001
    """Refuse an answer whose `claim` does not hold."""
    if not condition:
        raise WrongAnswerError(f"expected {claim}, got {seen!r}"[:200])


class _Coded(msgspec.Struct, frozen=True):
    code: str = ""


_decode_code: Final = msgspec.json.Decoder(_Coded).decode


def _code(content: bytes) -> str:
    try:
        return _decode_code(content).code
    except (msgspec.ValidationError, msgspec.DecodeError):
        return ""
