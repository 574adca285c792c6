"""Events prepared side by side and delivered one after the other, in the order they came."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.channels import Deliver, Event
from bot.channels.wechaty.events import GatewayEvent

log = structlog.get_logger()

WAITING = 512
"""Events in hand; more wait at the gateway, which the connection's flow control holds back."""

AT_ONCE = 32
"""Preparations at a time: each is up to three calls."""

DELIVERIES = 3
"""How often an event is offered that the bot could not take."""

Prepare = Callable[[GatewayEvent], Awaitable[Sequence[Event]]]


class Pump:
    """Between the gateway's events and the bot; an event offered in vain too often is lost."""

    def __init__(self, prepare: Prepare, deliver: Deliver) -> None:
        self._prepare, self._deliver = prepare, deliver
        self._waiting: asyncio.Queue[asyncio.Task[Sequence[Event]]] = asyncio.Queue(WAITING)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._task = asyncio.create_task(self._run())

    async def put(self, event: GatewayEvent) -> None:
        """Take the event; waits while too many are in hand."""
        await self._waiting.put(asyncio.create_task(self._prepared(event)))

    async def stop(self) -> None:
        """Deliver nothing more; what waited is lost, as it would be at the gateway."""
        tasks = [self._task]
        while not self._waiting.empty():
            tasks.append(self._waiting.get_nowait())  # type: ignore[arg-type]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _prepared(self, event: GatewayEvent) -> Sequence[Event]:
        async with self._at_once:
            try:
                return await self._prepare(event)
            except Exception:
                log.exception("wechaty.event_dropped", kind=event.kind)
                return ()

    async def _run(self) -> None:
        while True:
            task = await self._waiting.get()
            try:
                events = await task
            except asyncio.CancelledError:
                task.cancel()
                raise
            for event in events:
                await self._offer(event)

    async def _offer(self, event: Event) -> None:
        for attempt in range(1, DELIVERIES + 1):
            try:
                await self._deliver(event)
                return
            except Exception:
                log.exception("wechaty.not_taken", kind=type(event).__name__, attempt=attempt)
            await asyncio.sleep(attempt)
