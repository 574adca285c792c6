"""The ticker: APScheduler looks every second whether something is due. What is due lives in rows."""

import asyncio
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

SECOND = 1.0
GRACE_AT_START = 3.0
"""Messages that waited for the process go before the timers that fell due meanwhile (contract §9.6)."""


class Ticker:
    """Calls functions again and again; never two calls of one at the same time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Call the function every so many seconds."""
        self._scheduler.add_job(
            work,
            "interval",
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    async def start(self, delay: float = GRACE_AT_START) -> None:
        """Begin, after a moment for what waited."""
        await asyncio.sleep(delay)
        self._scheduler.start()

    def stop(self) -> None:
        """No more calls."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
