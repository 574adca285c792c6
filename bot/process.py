"""A process: started, told to stop, stopped."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from bot.server import Runner


class Runs(Protocol):
    """What can be started and stopped as a process."""

    runner: Runner | None
    first_sign_in: str | None

    async def start(self) -> None:
        """Begin; what cannot be raises."""

    async def stop(self) -> None:
        """End, also what only half began."""


R = TypeVar("R", bound=Runs)


async def run(app: R, on_ready: Callable[[R], None]) -> None:
    """Run until told to stop (Ctrl-C, SIGTERM); ends cleanly. A second signal ends at once."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        told.set()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    waiting = asyncio.create_task(told.wait())
    starting = asyncio.create_task(app.start())
    try:
        await asyncio.wait((starting, waiting), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            on_ready(app)
            await waiting
    finally:
        await _ended(starting, waiting)
        await app.stop()


async def _ended(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
