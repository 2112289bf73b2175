"""Logs: structlog to stdout, one JSON object a line (text at a terminal), one canonical line per request.

Events are `noun.past_verb`. Secrets are masked by key, wherever they are put.
"""

import logging
import sys
from typing import Any, Final

import orjson
import structlog
from structlog.types import EventDict, Processor

_SECRET_KEYS: Final = frozenset(
    {"password", "secret", "token", "access_token", "refresh_token", "authorization", "mac", "secret_key"}
)


def configure(level: str, *, as_json: bool) -> None:
    """Set up structlog for this process. `level` is a name of the standard library."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _mask,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_dump)]
        if as_json
        else [*shared, structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory() if as_json else structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stdout, format="%(name)s %(message)s")


def _dump(event: EventDict, **_: Any) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)


def _mask(_: Any, __: str, event: EventDict) -> EventDict:
    for key in _SECRET_KEYS & event.keys():
        event[key] = "***"
    return event
