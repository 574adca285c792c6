"""Structured logs on stderr: one line an event, no message text above DEBUG."""

import logging
import sys
from typing import Any, cast

import structlog


def configure(level: str = "INFO") -> None:
    """Send JSON lines (a readable form on a terminal) to stderr from this level on."""
    plain = not sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if plain
            else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(message)s")


def _to_stderr(*_names: object) -> Any:
    """Writes to stderr as it is at that moment: tests and daemons exchange it."""
    return structlog.PrintLogger(sys.stderr)


def get_logger(name: str) -> Any:
    """A logger of one part of the bot."""
    return cast(Any, structlog.get_logger(part=name))
