"""The program's own log: JSON lines in `log/station.log`, ten files of 1 MB. Secrets do not go in.

Modules log by `logging` or `structlog`, both end here. Who calls it: the app, once.
"""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import structlog

FILE_BYTES: Final = 1_000_000
FILES: Final = 10
_SECRET: Final = ("secret", "password", "token")


def begin(folder: Path) -> Path:
    """Send every line of this process's log into `folder`/log; return the file."""
    path = folder / "log" / "station.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    ]
    if sys.stderr is not None and sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _masked,
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(handlers=handlers, level=logging.INFO, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write a line per request
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return path


def _masked(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    return {name: "***" if any(word in name for word in _SECRET) else value for name, value in event.items()}
