"""A replay over a broker: what is said travels as in the real world, each replay under a name of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

from bot.broker import Envelope
from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.broker.probe import look
from bot.channels import Event
from bot.worker import Command, Entry, Look, Tick
from storage.errors import StorageError

Work = Callable[[Sequence[Entry]], Awaitable[None]]


class Carrier:
    """Hands entries to the worker by way of the broker."""

    def __init__(self, url: str, work: Work) -> None:
        self._url, self._work = url, work
        self._connection = Connection(url)
        self._bus = NatsBus(self._connection)
        self._shop = f"replay {uuid4().hex}"
        self._handling: asyncio.Task[None] | None = None
        self._count = 0
        self._missing: set[str] = set()
        self._all_there = asyncio.Event()

    async def start(self) -> None:
        """Raises StorageError when the broker does not answer."""
        try:
            await look(self._url)
        except ConnectionError as error:
            raise StorageError(f"broker: {error}") from None
        self._connection.start()
        self._handling = asyncio.create_task(self._bus.run(self._shop, self._handle))

    async def stop(self) -> None:
        """Leave nothing behind."""
        if self._handling is not None:
            self._handling.cancel()
            await asyncio.gather(self._handling, return_exceptions=True)
            await self._bus.remove(self._shop)
        await self._bus.stop()
        await self._connection.stop()

    async def work(self, entries: Sequence[Entry]) -> None:
        """Returns when all of it is kept. What nobody said does not travel."""
        said: list[Envelope] = []
        for entry in entries:
            if isinstance(entry.what, Tick | Look | Command):
                await self._carry(said)
                said = []
                await self._work([entry])
            else:
                said.append(self._envelope(entry.what, entry))
        await self._carry(said)

    def _envelope(self, event: Event, entry: Entry) -> Envelope:
        self._count += 1
        return Envelope(self._shop, str(self._count), entry.now, event)

    async def _carry(self, said: Sequence[Envelope]) -> None:
        if said:
            self._missing = {one.key for one in said}
            self._all_there.clear()
            await asyncio.gather(*(self._bus.publish(one) for one in said))
            await self._all_there.wait()

    async def _handle(self, envelopes: Sequence[Envelope]) -> None:
        # A word that was lost brings a message twice; here nothing else would notice an arrival or a leave.
        fresh = [one for one in envelopes if one.key in self._missing]
        await self._work([Entry(one.event, one.heard, min(one.event.at, one.heard)) for one in fresh])
        self._missing.difference_update(one.key for one in fresh)
        if not self._missing:
            self._all_there.set()
