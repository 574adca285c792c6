"""Handing a channel's events to the bot: one after the other, each known once it is taken."""

import asyncio

import structlog

from bot.channels import Deliver, Event

log = structlog.get_logger()

_Waiting = tuple[Event, asyncio.Future[None] | None]


class Stopped(Exception):
    """The channel was stopped before the event was taken."""


class Handover:
    """A queue with one task that delivers.

    One task keeps the order, and lets a message that is sent *while* an event is being delivered
    put its echo into the queue without waiting for itself.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._events: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())

    @property
    def running(self) -> bool:
        """Whether events are being delivered."""
        return not self._task.done()

    def put(self, event: Event) -> None:
        """Deliver in turn; nobody waits."""
        self._events.put_nowait((event, None))

    async def take(self, event: Event) -> None:
        """Deliver in turn; returns once it is taken, raises what delivering raised, or Stopped."""
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._events.put_nowait((event, taken))
        await taken

    async def stop(self) -> None:
        """Deliver nothing more; whoever waits is told."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        while not self._events.empty():
            _settle(self._events.get_nowait()[1], Stopped())

    async def _run(self) -> None:
        while True:
            event, taken = await self._events.get()
            try:
                await self._deliver(event)
            except asyncio.CancelledError:
                _settle(taken, Stopped())
                raise
            except Exception as error:
                log.exception("channel.event_not_taken", kind_of_event=type(event).__name__)
                _settle(taken, error)
            else:
                _settle(taken, None)


def _settle(taken: asyncio.Future[None] | None, error: Exception | None) -> None:
    if taken is None or taken.done():  # done: who waited has gone away
        return
    if error is None:
        taken.set_result(None)
    else:
        taken.set_exception(error)
