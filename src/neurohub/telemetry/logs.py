"""Logs: structlog to stdout, one JSON object a line (text at a terminal), one canonical line per request.

Events are `noun.past_verb`. Secrets are masked by key, wherever they are put. What is said while a request is
served carries its id, and other libraries' warnings come in the same form.
"""

import logging
import sys
from contextvars import ContextVar
from typing import Any, Final

import orjson
import structlog
from structlog.types import EventDict, Processor

_SECRET_KEYS: Final = frozenset(
    {"password", "secret", "token", "access_token", "refresh_token", "authorization", "mac", "secret_key"}
)


request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")  # of the request being served


def configure(level: str, *, as_json: bool) -> None:
    """Set up structlog for this process. `level` is a name of the standard library."""
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        _ask,
        _mask,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    number = logging.getLevelNamesMapping()[level]
    shown: Processor = (
        structlog.processors.JSONRenderer(serializer=_dump)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    structlog.configure(
        processors=[*shared, shown],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory() if as_json else structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    others = logging.StreamHandler(sys.stdout)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown, _text],
            foreign_pre_chain=[_name, *shared],
        )
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[others])


def _name(_: Any, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event["message"], event["event"] = event["event"], record.name
    return event


def _text(_: Any, __: str, line: Any) -> str:
    """The standard library writes text, not bytes."""
    return line.decode() if isinstance(line, bytes) else str(line)


def _ask(_: Any, __: str, event: EventDict) -> EventDict:
    if asked := request_id.get():
        event["request_id"] = asked
    return event


def _dump(event: EventDict, **_: Any) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)


def _mask(_: Any, __: str, event: EventDict) -> EventDict:
    for key in _SECRET_KEYS & event.keys():
        event[key] = "***"
    return event
