"""Leases: one holder at a time, the next one when he dies, none lost while the server is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import pytest

from bot.broker.connection import Connection
from bot.broker.lease import SECONDS, Lease

if TYPE_CHECKING:
    from conftest import Nats


class Holder:
    """A process that wants the lease."""

    def __init__(self, url: str) -> None:
        self.connection = Connection(url)
        self.connection.start()
        self.lease = Lease(self.connection, "worker.shop")
        self.works = 0
        self.task = asyncio.create_task(self.lease.hold(self._work))

    async def _work(self) -> None:
        self.works += 1
        await asyncio.Event().wait()

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.connection.stop()

    async def die(self) -> None:
        """Without giving anything back."""
        await self.connection.stop()
        await self.end()


@pytest.fixture
async def two(nats: "Nats") -> AsyncIterator[tuple[Holder, Holder]]:
    first = Holder(nats.url)
    await until(lambda: first.lease.held)
    second = Holder(nats.url)
    yield first, second
    await first.end()
    await second.end()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - a server is waited for
            await asyncio.sleep(0.02)


async def test_one_holds_it_and_gives_it_back_at_its_end(two: tuple[Holder, Holder]) -> None:
    first, second = two
    await asyncio.sleep(SECONDS * 1.5)
    assert (first.lease.held, second.lease.held, first.works, second.works) == (True, False, 1, 0)
    await first.end()
    await until(lambda: second.lease.held)
    assert (first.lease.held, second.works) == (False, 1)


async def test_the_next_one_follows_a_dead_one(two: tuple[Holder, Holder]) -> None:
    first, second = two
    await first.die()
    await until(lambda: second.lease.held)


async def test_a_holder_works_on_while_the_server_is_away(two: tuple[Holder, Holder], nats: "Nats") -> None:
    first, second = two
    nats.kill()
    await asyncio.sleep(SECONDS * 1.5)
    assert first.lease.held
    nats.start()
    await until(lambda: first.connection.trouble() is None and second.connection.trouble() is None)
    await until(lambda: first.lease.held != second.lease.held)
    await asyncio.sleep(SECONDS)
    assert first.lease.held != second.lease.held


async def test_work_that_failed_is_begun_again(nats: "Nats") -> None:
    connection = Connection(nats.url)
    connection.start()
    begun: list[bool] = []

    async def work() -> None:
        begun.append(True)
        if len(begun) < 3:
            raise RuntimeError("no")
        await asyncio.Event().wait()

    task = asyncio.create_task(Lease(connection, "x").hold(work))
    await until(lambda: len(begun) == 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await connection.stop()
