"""The connection to NATS: made in the background, kept up for ever, and short questions over it.

Nothing that is said here outlives a lost connection; what must not be lost goes through the bus.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js import JetStreamContext

from bot.log import get_logger

AGAIN_SECONDS = 0.5
PING_SECONDS = 5
"""A server that vanished without a word is noticed after two of these."""

End = Callable[[], Awaitable[None]]
"""Stops listening."""
Answer = Callable[[bytes], Awaitable[bytes | None]]
"""Takes a question; its answer, or None for what is only told."""

log = get_logger("broker")


class Unreachable(Exception):
    """Certainly nobody heard the question."""


class NoAnswer(Exception):
    """Nobody knows whether the question was heard."""


def shown(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 4222}"


class Connection:
    """One connection of a process; subscriptions come back with it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client: Client | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._last = ""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to connect; returns at once."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="broker")

    async def _connect(self) -> None:
        while True:
            self._client = Client()
            try:
                await self._client.connect(
                    self.url,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=AGAIN_SECONDS,
                    ping_interval=PING_SECONDS,
                    max_outstanding_pings=1,
                    pending_size=0,  # what cannot be said now must not be said later by itself
                    error_cb=self._told,
                    reconnected_cb=self._back,
                )
            except (NatsError, OSError, TimeoutError) as error:
                await self._told(error)
                await self._client.close()
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self._up.set()
                return

    async def stop(self) -> None:
        """Close it; idempotent."""
        tasks = [task for task in (self._connecting, *self._tasks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            with suppress(NatsError, OSError):
                await self._client.close()
        self._client = self._connecting = None
        self._up.clear()

    async def client(self) -> Client:
        """The client, once there has been a connection."""
        await self._up.wait()
        assert self._client is not None
        return self._client

    async def stream(self) -> JetStreamContext:
        """JetStream over it."""
        return (await self.client()).jetstream()

    def trouble(self) -> str | None:
        """Why nothing can be carried now."""
        if self._client is not None and self._client.is_connected:
            return None
        return f"{shown(self.url)} is not connected{f' ({self._last})' if self._last else ''}"

    async def _told(self, error: Exception) -> None:
        """A lost connection is told once a reason, not at every try."""
        why = " ".join(str(error).split())[:200] or type(error).__name__
        if why != self._last:
            log.warning("broker connection", error=why)
        self._last = why

    async def _back(self) -> None:
        log.info("broker connected again")
        self._last = ""

    # -- short questions -------------------------------------------------------------------------

    async def ask(self, subject: str, data: bytes, seconds: float) -> bytes:
        """The answer of whoever listens there. Raises Unreachable or NoAnswer."""
        if self._client is None or not self._client.is_connected:
            raise Unreachable("the broker is not connected")
        try:
            reply: Msg = await self._client.request(subject, data, timeout=seconds)
        except NoRespondersError:
            raise Unreachable("nobody listens") from None
        except (NatsError, OSError, TimeoutError) as error:
            raise NoAnswer(repr(error)) from error
        return bytes(reply.data)

    async def tell(self, subject: str, data: bytes = b"") -> None:
        """For whoever listens; lost when nobody does, or there is no connection."""
        if self._client is not None and self._client.is_connected:
            with suppress(NatsError, OSError):
                await self._client.publish(subject, data)

    def tell_soon(self, subject: str, data: bytes = b"") -> None:
        """The same from code that cannot wait."""
        self._spawn(self.tell(subject, data))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def listen(self, subject: str, answer: Answer) -> End:
        """Give what is asked there to `answer`, each in a task; returns how to stop."""

        async def heard(message: Msg) -> None:
            self._spawn(self._answer(message, answer))

        subscription: Any = await (await self.client()).subscribe(subject, cb=heard)

        async def end() -> None:
            with suppress(NatsError, OSError):
                await subscription.unsubscribe()

        return end

    async def _answer(self, message: Msg, answer: Answer) -> None:
        try:
            reply = await answer(message.data)
            if reply is not None and message.reply:
                await message.respond(reply)
        except (NatsError, OSError) as error:  # whoever asked does not know, and has rules for it
            log.warning("an answer was lost", subject=message.subject, error=repr(error)[:200])
        except Exception:
            log.exception("a question failed", subject=message.subject)
