"""The reason file beside a refused completion file: for a vendor's program as JSON, for a person as sentences."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from station.rig.passing import Problem
from station.rig.words import said

ENDING = ".reason.json"


class ReasonFile(Struct, frozen=True, kw_only=True):
    """`reason` is that of the first problem; `en` and `ko` say each problem in one line."""

    file: str
    reason: str
    refused_at: datetime
    problems: list[Problem]
    en: list[str]
    ko: list[str]


def encode(file: str, problems: Sequence[Problem], refused_at: datetime) -> bytes:
    """Return the bytes of the reason file for `file`."""
    reason = ReasonFile(
        file=file,
        reason=problems[0].reason,
        refused_at=refused_at,
        problems=list(problems),
        en=[said(problem, "en") for problem in problems],
        ko=[said(problem, "ko") for problem in problems],
    )
    members = msgspec.to_builtins(reason) | {"problems": [problem._asdict() for problem in problems]}
    return msgspec.json.format(msgspec.json.encode(members)) + b"\n"
