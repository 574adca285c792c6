"""wechaty, imported so that it works on today's Python and leaves no traces.

Importing this module takes about a second, so only a started channel does.  To be mended: wechaty
0.10.7 (2022) expects names that pyee 12 and urllib3 2 have dropped and a default that Python 3.11
refuses (python-wechaty #422, #430); it makes `.wechaty` folders where the process stands, prints
login codes to stdout, and logs message texts at INFO to handlers of its own.
"""

import logging
import os
import sys
import tempfile
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyee
import pyee.asyncio
import structlog
import urllib3
from urllib3.util import parse_url

log = structlog.get_logger()


class _Forward(logging.Handler):
    """Hands the SDK's log lines on at DEBUG: they quote what people wrote."""

    def emit(self, record: logging.LogRecord) -> None:
        log.debug("wechaty.sdk", logger_name=record.name, line=record.getMessage())


def _get_host(url: str) -> tuple[str, str | None, int | None]:
    parts = parse_url(url)
    return parts.scheme or "http", parts.hostname, parts.port


def _mend_libraries() -> None:
    if not hasattr(pyee, "AsyncIOEventEmitter"):
        pyee.AsyncIOEventEmitter = pyee.asyncio.AsyncIOEventEmitter
    if not hasattr(urllib3, "get_host"):
        urllib3.get_host = _get_host  # type: ignore[attr-defined]
    # This module does nothing but make a folder when it is imported.
    config = types.ModuleType("wechaty_puppet.config")
    config.CACHE_DIR = ""  # type: ignore[attr-defined]
    sys.modules.setdefault("wechaty_puppet.config", config)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """The SDK takes these settings from nowhere else."""
    environ = os.environ  # noqa: TID251
    before = {name: environ.get(name) for name in values}
    environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                environ.pop(name, None)
            else:
                environ[name] = value


@contextmanager
def _quietly() -> Iterator[None]:
    known = set(logging.root.manager.loggerDict)
    with (
        tempfile.TemporaryDirectory(prefix="wechaty-") as folder,
        _environment(WECHATY_LOG="error", CACHE_DIR=folder),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
    for name in set(logging.root.manager.loggerDict) - known:
        logger = logging.getLogger(name)
        if logger.handlers and not logger.propagate:  # only wechaty's own are made like this
            logger.handlers = [_Forward()]


def _no_code(*_: Any) -> None:
    """Instead of printing the login code to stdout: the channel shows it itself."""


_mend_libraries()
with _quietly():
    from wechaty_puppet.schemas.puppet import PuppetOptions

    PuppetOptions.__hash__ = object.__hash__  # a mutable default of WechatyOptions

    import wechaty
    import wechaty_puppet
    from grpclib.client import Channel
    from grpclib.config import Configuration
    from grpclib.const import Cardinality, Status
    from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
    from wechaty import Wechaty, WechatyOptions
    from wechaty.schema import WechatySchedulerOptions
    from wechaty_grpc.wechaty import PuppetStub
    from wechaty_grpc.wechaty.puppet import (
        ContactPayloadResponse,
        MessagePayloadResponse,
        RoomMemberPayloadResponse,
        RoomPayloadResponse,
    )
    from wechaty_puppet import FileBox, ScanStatus
    from wechaty_puppet_service import PuppetService
    from wechaty_puppet_service.puppet import _map_message_type as map_message_type

sys.modules["wechaty.wechaty"].qr_terminal = _no_code  # type: ignore[attr-defined]

CONNECTION_ERRORS = (OSError, StreamTerminatedError, ProtocolError, TimeoutError)
"""What a broken connection looks like; ssl.SSLError is an OSError."""

__all__ = [
    "CONNECTION_ERRORS",
    "Cardinality",
    "Channel",
    "Configuration",
    "ContactPayloadResponse",
    "FileBox",
    "GRPCError",
    "MessagePayloadResponse",
    "PuppetOptions",
    "PuppetService",
    "PuppetStub",
    "RoomMemberPayloadResponse",
    "RoomPayloadResponse",
    "ScanStatus",
    "Status",
    "Wechaty",
    "WechatyOptions",
    "WechatySchedulerOptions",
    "map_message_type",
    "wechaty",
    "wechaty_puppet",
]
