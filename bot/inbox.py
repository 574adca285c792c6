"""The inbox: everything for a shop in one queue, handed to its worker in batches, in order."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bot.channels import Event
from bot.clock import Clock
from bot.hygiene import storable
from bot.log import get_logger
from bot.worker import BATCH, Command, Entry, Look, Tick, Worker

ROOM_FOR = 20_000
"""Entries that may wait; a channel that is faster has to wait, too."""

log = get_logger("inbox")


NO_TIMERS = datetime.min.replace(tzinfo=UTC)


def _timers_before(what: Event | Tick | Look | Command, now: datetime) -> datetime:
    """Up to when timers go first: messages of an outage before what fell due after them (§9.6)."""
    if isinstance(what, Tick):
        return now
    return NO_TIMERS if isinstance(what, Look | Command) else min(what.at, now)


class Inbox:
    """Takes events, ticks and commands; one task works them off."""

    def __init__(self, worker: Worker, clock: Clock) -> None:
        self.worker, self.clock = worker, clock
        self._queue: asyncio.Queue[Entry] = asyncio.Queue(ROOM_FOR)
        self._task: asyncio.Task[None] | None = None
        self.patience = 5.0
        """Seconds for what waits when the bot stops."""
        self.gate = asyncio.Lock()
        """Held while a batch is worked off; who takes it keeps the worker still in between."""
        self.lost = 0
        """Entries that could not be worked off; who hands them out again compares."""

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._run(), name="inbox")

    async def stop(self) -> None:
        """Finish what waits, then end."""
        if self._task is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), self.patience)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        while not self._queue.empty():  # nobody will do these any more; who waits must not wait for ever
            what = self._queue.get_nowait().what
            if isinstance(what, Command):
                what.done.cancel()

    async def deliver(self, event: Event) -> None:
        """Take an event of a channel; keeps their order."""
        await self._put(storable(event))

    async def tick(self) -> None:
        """Time passed; due timers are to happen."""
        await self._put(Tick())

    async def look(self) -> None:
        """Another process may have written to the shop."""
        await self._put(Look())

    async def settled(self) -> None:
        """Returns when everything that was taken before this is kept."""
        await self.command("settled", None)

    async def command(self, name: str, data: Any) -> Any:
        """Have the worker do something; its result, or what it raised."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self._put(Command(name, data, done))
        return await done

    async def _put(self, what: Event | Tick | Look | Command) -> None:
        now = self.clock.now()
        await self._queue.put(Entry(what, now, _timers_before(what, now)))

    async def _run(self) -> None:
        while True:
            entries = [await self._queue.get()]
            while len(entries) < BATCH and not self._queue.empty():
                entries.append(self._queue.get_nowait())
            try:
                await self._work(entries)
            except BaseException:
                for entry in entries:
                    if isinstance(entry.what, Command):
                        entry.what.done.cancel()
                raise
            finally:
                for _ in entries:
                    self._queue.task_done()

    async def _work(self, entries: list[Entry]) -> None:
        try:
            async with self.gate:
                await self.worker.work(entries)
        except Exception:
            log.exception("batch failed", entries=len(entries))
            await self._read_again()
            if len(entries) > 1:  # what is wrong with one of them must hurt no other
                for entry in entries:
                    await self._work([entry])
                return
            self.lost += 1
            what = entries[0].what
            if isinstance(what, Command) and not what.done.done():
                what.done.set_exception(RuntimeError("the command failed"))

    async def _read_again(self) -> None:
        """What the worker has in memory may hold half of a batch."""
        while True:
            try:
                return await self.worker.open()
            except Exception:
                log.exception("the shop cannot be read, trying again")
                await asyncio.sleep(1)
