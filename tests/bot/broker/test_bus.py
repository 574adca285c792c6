"""What the bus promises: order, no loss, retries, shops apart."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.broker import Envelope, Handle
from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.channels import Incoming

if TYPE_CHECKING:
    from conftest import Nats

AT = datetime(2026, 5, 21, 10, tzinfo=UTC)


def envelope(number: int, shop: str = "果园") -> Envelope:
    said = Incoming(account="test", id=f"m{number}", room="r", sender="p", text=f"第{number}条", at=AT)
    return Envelope(shop, f"test:m{number}", AT, said)


@pytest.fixture
async def bus(nats: "Nats") -> AsyncIterator[NatsBus]:
    connection = Connection(nats.url)
    connection.start()
    made = NatsBus(connection)
    yield made
    await made.stop()
    await connection.stop()


class Heard:
    """What a handler got, and a way to wait for it."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, str]] = []
        self.calls = 0
        self._changed = asyncio.Event()

    async def __call__(self, envelopes: Sequence[Envelope]) -> None:
        self.calls += 1
        self.keys += [(one.shop, one.key) for one in envelopes]
        self._changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.keys) < count:
                self._changed.clear()
                await self._changed.wait()


class handling:
    """Handle in the background for the length of a block."""

    def __init__(self, bus: NatsBus, handle: Handle, shops: Sequence[str] = ("果园",)) -> None:
        self.bus, self.handle, self.shops = bus, handle, shops

    async def __aenter__(self) -> None:
        self.tasks = [asyncio.create_task(self.bus.run(shop, self.handle)) for shop in self.shops]

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_a_shop_is_heard_in_order(bus: NatsBus) -> None:
    heard = Heard()
    async with handling(bus, heard):
        await asyncio.gather(*(bus.publish(envelope(n)) for n in range(300)))
        await heard.until(300)
    assert heard.keys == [("果园", f"test:m{n}") for n in range(300)]


async def test_what_waits_travels_together(bus: NatsBus) -> None:
    heard = Heard()
    await asyncio.gather(*(bus.publish(envelope(n)) for n in range(200)))
    async with handling(bus, heard):
        await heard.until(200)
    assert heard.calls < 20


async def test_shops_do_not_mix(bus: NatsBus) -> None:
    heard = Heard()
    shops = ["果园", "a.b", "* >", "第三家"]
    async with handling(bus, heard, shops):
        for number in range(20):
            for shop in shops:
                await bus.publish(envelope(number, shop))
        await heard.until(80)
    for shop in shops:
        assert [key for s, key in heard.keys if s == shop] == [f"test:m{n}" for n in range(20)]


async def test_the_event_arrives_as_it_was(bus: NatsBus) -> None:
    got: list[Envelope] = []
    heard = Heard()

    async def keep(envelopes: Sequence[Envelope]) -> None:
        got.extend(envelopes)
        await heard(envelopes)

    async with handling(bus, keep):
        await bus.publish(envelope(1))
        await heard.until(1)
    assert got == [envelope(1)]


async def test_what_failed_comes_again_before_what_came_after(bus: NatsBus) -> None:
    heard, failures = Heard(), [RuntimeError("once"), RuntimeError("twice")]

    async def fail_first(envelopes: Sequence[Envelope]) -> None:
        if failures:
            raise failures.pop()
        await heard(envelopes)

    async with handling(bus, fail_first):
        await bus.publish(envelope(1))
        await bus.publish(envelope(2))
        await heard.until(2)
    assert heard.keys == [("果园", "test:m1"), ("果园", "test:m2")]
