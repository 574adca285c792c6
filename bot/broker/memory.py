"""The bus of one process: a queue a shop. What waits in it is lost with the process."""

import asyncio

from bot.broker import Envelope, Handle
from bot.log import get_logger

ROOM_FOR = 20_000
"""Envelopes that may wait; a gateway that is faster has to wait, too."""
TOGETHER = 128
"""Envelopes of a shop that are handled in one call at most."""
TRIES = 8
AGAIN_SECONDS = 0.05

log = get_logger("broker")


class MemoryBus:
    """Order and retries as the grown bus has them, without its server."""

    def __init__(self) -> None:
        self._queues: dict[str, asyncio.Queue[Envelope]] = {}
        self._new = asyncio.Event()
        self.dead: list[Envelope] = []
        """What could not be handled in so many tries."""

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to give back."""

    def trouble(self) -> str | None:
        """Never any."""
        return None

    async def publish(self, envelope: Envelope) -> None:
        """Waits while the shop's queue is full."""
        queue = self._queues.get(envelope.shop)
        if queue is None:
            queue = self._queues[envelope.shop] = asyncio.Queue(ROOM_FOR)
            self._new.set()
        await queue.put(envelope)

    async def run(self, handle: Handle) -> None:
        """One task for each shop."""
        async with asyncio.TaskGroup() as tasks:
            served: set[str] = set()
            while True:
                self._new.clear()
                for shop in self._queues.keys() - served:
                    served.add(shop)
                    tasks.create_task(self._serve(shop, handle))
                await self._new.wait()

    async def _serve(self, shop: str, handle: Handle) -> None:
        queue = self._queues[shop]
        while True:
            envelopes = [await queue.get()]
            while len(envelopes) < TOGETHER and not queue.empty():
                envelopes.append(queue.get_nowait())
            await self._handle(shop, envelopes, handle)

    async def _handle(self, shop: str, envelopes: list[Envelope], handle: Handle) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await handle(shop, envelopes)
                return
            except Exception:
                log.exception("not handled", shop=shop, attempt=attempt)
                await asyncio.sleep(AGAIN_SECONDS * attempt)
        self.dead.extend(envelopes)
