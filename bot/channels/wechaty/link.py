"""The connection to the gateway: made, watched, and made again, for ever.

What a gateway does (measured on wechaty-puppet-service 1.19.9) rules this file: events are read
first and Start is called after, for what happens between the two is lost otherwise; Stop is never
called on the way, for it restarts the account's session; one stream is served at a time.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from bot.channels.wechaty.sdk import (
    CONNECTION_ERRORS,
    Channel,
    Configuration,
    GRPCError,
    PuppetStub,
    Status,
)
from bot.channels.wechaty.timing import Timing

log = structlog.get_logger()

OnEvent = Callable[[int, str], Awaitable[None]]


class Link:
    """One gateway, one account. `on_event` gets type and payload; its backpressure goes on."""

    def __init__(
        self,
        endpoint: str,
        token: str,
        *,
        tls: ssl.SSLContext | None,
        server_name: str | None,
        timing: Timing,
        on_event: OnEvent,
        on_lost: Callable[[], None],
    ) -> None:
        host, _, port = endpoint.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._tls = tls
        self._config = Configuration(ssl_target_name_override=server_name if tls else None)
        self._metadata = {"authorization": f"Wechaty {token}"}
        self._salt = f"{endpoint}:{token}"
        self.timing = timing
        self._on_event, self._on_lost = on_event, on_lost
        self._attached = asyncio.Event()
        self._greeted = asyncio.Event()
        self._heard_at = 0.0
        self._dongs = False
        self._taken_since: float | None = None
        self._stopped_once = False
        self._channel: Any = None
        self.detail = "not connected yet"

    @property
    def connected(self) -> bool:
        """Whether events come in and calls can be made."""
        return self._attached.is_set()

    async def wait_connected(self, seconds: float) -> bool:
        """Whether the link is up within so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._attached.wait()
        return self.connected

    def stub(self, timeout: float | None = None) -> Any:
        """The calls of the gateway, each ended after the timeout. Raises ConnectionError."""
        timeout = timeout or self.timing.rpc
        return PuppetStub(self.open_channel(), metadata=self._metadata, timeout=timeout)

    def open_channel(self) -> Any:
        """grpclib's channel of the moment. Raises ConnectionError."""
        if self._channel is None:
            raise ConnectionError(self.detail)
        return self._channel

    def drop(self) -> None:
        """Connect anew."""
        if self._channel is not None:
            self._channel.close()

    @property
    def metadata(self) -> dict[str, str]:
        """What every call must carry."""
        return self._metadata

    async def run(self) -> None:
        """Stay connected until cancelled."""
        attempt = 0
        while True:
            began = asyncio.get_running_loop().time()
            before = self.detail
            self.detail, refused = await self._attend()
            lived = asyncio.get_running_loop().time() - began
            say = log.debug if self.detail == before else log.warning  # once per reason
            say("wechaty.disconnected", why=self.detail, lived=round(lived, 1))
            attempt = 0 if lived > self.timing.greeting else attempt + 1
            longest = self.timing.refused_delay if refused else None
            await asyncio.sleep(self.timing.delay(attempt, self._salt, longest))

    async def _attend(self) -> tuple[str, bool]:
        """Read events until there are no more; why, and whether the token was refused."""
        channel = Channel(host=self._host, port=self._port, ssl=self._tls, config=self._config)
        self._channel = channel
        self._greeted.clear()
        watcher = asyncio.create_task(self._watch(channel))
        try:
            await self._read(channel)
            return "the gateway ended the stream", False
        except GRPCError as error:
            if error.status == Status.ALREADY_EXISTS:
                await self._taken()
            return _refusal(error), error.status == Status.UNAUTHENTICATED
        except CONNECTION_ERRORS as error:
            return self._failure(error, watcher), False
        except Exception as error:
            log.exception("wechaty.stream_failed")
            return f"{type(error).__name__} in the stream", False
        finally:
            self._attached.clear()
            self._channel = None  # a call on a closed one would open it again, for nobody
            self._on_lost()
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
            channel.close()

    async def _read(self, channel: Any) -> None:
        loop = asyncio.get_running_loop()
        stub = PuppetStub(channel, metadata=self._metadata)  # no timeout: it lasts
        async for response in stub.event():
            self._heard_at = loop.time()
            self._greeted.set()
            if int(response.type) == 3:  # dong
                self._dongs = True
            try:
                await self._on_event(int(response.type), response.payload)
            except Exception:
                log.exception("wechaty.event_failed", type=int(response.type))

    async def _watch(self, channel: Any) -> None:
        """Start the account once events are read; then see that the gateway stays alive."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timing.greeting):
                await self._greeted.wait()
        try:
            await self._start()
            await self._watchdog()
        finally:
            self._attached.clear()
            channel.close()

    async def _start(self) -> None:
        try:
            await self.stub(self.timing.start).start()
        except GRPCError as error:
            # The puppet would not start; it may log in later all the same, so stay and listen.
            log.error("wechaty.account_not_started", why=_refusal(error))
        self._taken_since, self._stopped_once = None, False
        self._heard_at = asyncio.get_running_loop().time()
        self.detail = ""
        self._attached.set()
        log.info("wechaty.connected", host=self._host, port=self._port, tls=self._tls is not None)

    async def _watchdog(self) -> None:
        misses = 0
        while misses < self.timing.ding_misses:
            await asyncio.sleep(self.timing.ding_every)
            try:
                await self.stub(self.timing.ding_timeout).ding(data="watchdog")
            except (*CONNECTION_ERRORS, GRPCError):
                misses += 1
            else:
                misses = 0
            silence = asyncio.get_running_loop().time() - self._heard_at
            if self._dongs and silence > self.timing.deaf_after:
                raise TimeoutError("no events any more: the stream was deaf")
        raise TimeoutError("the gateway did not answer")

    async def _taken(self) -> None:
        """Somebody else is being served: often our own former connection, half open."""
        now = asyncio.get_running_loop().time()
        if self._taken_since is None:
            self._taken_since = now
        if self._stopped_once or now - self._taken_since < self.timing.taken_for:
            return
        self._stopped_once = True
        log.error("wechaty.stream_taken_over", waited=round(now - self._taken_since))
        with suppress(GRPCError, *CONNECTION_ERRORS):
            await self.stub(self.timing.start).stop()

    def _failure(self, error: BaseException, watcher: asyncio.Task[None]) -> str:
        if watcher.done() and not watcher.cancelled() and (why := watcher.exception()):
            error = why  # the watchdog closed the connection: its reason is the true one
        if isinstance(error, ssl.SSLError):
            return f"TLS: {error.reason or error}"
        if isinstance(error, ConnectionRefusedError):
            return f"nothing answers at {self._host}:{self._port}"
        return f"connection lost: {error}" if str(error) else "connection lost"


def _refusal(error: GRPCError) -> str:
    if error.status == Status.UNAUTHENTICATED:
        return "the gateway refuses the token"
    if error.status == Status.ALREADY_EXISTS:
        return "the gateway serves another client"
    return f"the gateway says {error.status.name}"
