"""A channel under test, and what was heard through it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from gateway.certificates import Certificates
from gateway.driver import Gateway

from bot.channels import Event, Incoming
from bot.channels.wechaty import Timing, WechatyChannel

E = TypeVar("E")

SOON = Timing(
    first_delay=0.05,
    longest_delay=0.5,
    refused_delay=0.5,
    greeting=1.0,
    login_grace=1.5,
)
"""Impatient, for tests; the rest as in production."""

WATCHFUL = replace(SOON, ding_every=0.5, ding_timeout=1.0, deaf_after=2.0)
"""For where the gateway falls silent; elsewhere a busy machine must not look like that."""

PATIENCE = 30.0
"""Seconds until a wait has failed: long, for machines that do much else."""


class FixedClock:
    """Tells the time of events that carry none."""

    def now(self) -> datetime:
        return datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


class Ears:
    """A started channel, the events in order, and waits for them."""

    def __init__(self, channel: WechatyChannel, terminal: StringIO) -> None:
        self.channel, self.terminal = channel, terminal
        self.events: list[Event] = []
        self.dull = False

    async def take(self, event: Event) -> None:
        if self.dull:
            raise RuntimeError("the database is locked")
        self.events.append(event)

    async def until(self, true: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What `true` returns, once it is true."""
        deadline = time.monotonic() + seconds
        while not (result := true()):
            assert time.monotonic() < deadline, f"not in time; heard {self.events[-5:]}"
            await asyncio.sleep(0.02)
        return result

    async def heard(self, kind: type[E], **fields: Any) -> E:
        """The first event of this type with these fields, once it has come."""

        def found() -> Any:
            for event in self.events:
                if isinstance(event, kind) and all(
                    getattr(event, name) == value for name, value in fields.items()
                ):
                    return event
            return None

        result: E = await self.until(found)
        return result

    def texts(self, room: str) -> list[str]:
        """What people said in a room, so far."""
        return [e.text for e in self.events if isinstance(e, Incoming) and e.room == room]

    async def ready(self) -> None:
        """Connected and logged in."""
        await self.until(lambda: self.channel.state().logged_in)


@asynccontextmanager
async def listening(
    gateway: Gateway, folder: Path, *, timing: Timing = SOON, ready: bool = True, **changes: Any
) -> AsyncIterator[Ears]:
    """A channel on the gateway. `changes`: other arguments of WechatyChannel."""
    terminal = StringIO()
    own = isinstance(gateway.tls, Certificates)
    arguments: dict[str, Any] = {
        "endpoint": gateway.endpoint,
        "token": gateway.token,
        "tls_enabled": bool(gateway.tls),
        "ca": gateway.tls.ca if own else None,
        "server_name": gateway.tls.name if own else None,
        "data_dir": folder,
        "clock": FixedClock(),
        "timing": timing,
        "terminal": terminal,
    }
    channel = WechatyChannel(**arguments | changes)
    ears = Ears(channel, terminal)
    await channel.start(ears.take)
    try:
        if ready:
            await ears.ready()
        yield ears
    finally:
        await channel.stop()
