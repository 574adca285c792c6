"""What every bus promises: order, no loss, retries, what cannot be handled put aside."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.broker import Bus, Envelope, Handle
from bot.broker.memory import MemoryBus
from bot.broker.nats import NatsBus
from bot.channels import Incoming

AT = datetime(2026, 5, 21, 10, tzinfo=UTC)


def envelope(number: int, shop: str = "果园") -> Envelope:
    said = Incoming(account="test", id=f"m{number}", room="r", sender="p", text=f"第{number}条", at=AT)
    return Envelope(shop, f"test:m{number}", AT, said)


@pytest.fixture(params=["memory", "nats"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    made: Bus = MemoryBus() if request.param == "memory" else NatsBus(request.getfixturevalue("nats").url)
    await made.start()
    yield made
    await made.stop()


class Heard:
    """What a handler got, and a way to wait for it."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, str]] = []
        self.calls = 0
        self._changed = asyncio.Event()

    async def __call__(self, shop: str, envelopes: Sequence[Envelope]) -> None:
        self.calls += 1
        self.keys += [(shop, one.key) for one in envelopes]
        self._changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.keys) < count:
                self._changed.clear()
                await self._changed.wait()


class handling:
    """Handle in the background for the length of a block."""

    def __init__(self, bus: Bus, handle: Handle) -> None:
        self.bus, self.handle = bus, handle

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self.bus.run(self.handle))

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def test_a_shop_is_heard_in_order(bus: Bus) -> None:
    heard = Heard()
    async with handling(bus, heard):
        await asyncio.gather(*(bus.publish(envelope(n)) for n in range(300)))
        await heard.until(300)
    assert heard.keys == [("果园", f"test:m{n}") for n in range(300)]


async def test_what_waits_travels_together(bus: Bus) -> None:
    heard = Heard()
    await asyncio.gather(*(bus.publish(envelope(n)) for n in range(200)))
    async with handling(bus, heard):
        await heard.until(200)
    assert heard.calls < 20


async def test_shops_do_not_mix(bus: Bus) -> None:
    heard = Heard()
    shops = ["果园", "a.b", "* >", "第三家"]
    async with handling(bus, heard):
        for number in range(20):
            for shop in shops:
                await bus.publish(envelope(number, shop))
        await heard.until(80)
    for shop in shops:
        assert [key for s, key in heard.keys if s == shop] == [f"test:m{n}" for n in range(20)]


async def test_the_event_arrives_as_it_was(bus: Bus) -> None:
    got: list[Envelope] = []
    heard = Heard()

    async def keep(shop: str, envelopes: Sequence[Envelope]) -> None:
        got.extend(envelopes)
        await heard(shop, envelopes)

    async with handling(bus, keep):
        await bus.publish(envelope(1))
        await heard.until(1)
    assert got == [envelope(1)]


async def test_what_failed_comes_again_before_what_came_after(bus: Bus) -> None:
    heard, failures = Heard(), [RuntimeError("once"), RuntimeError("twice")]

    async def fail_first(shop: str, envelopes: Sequence[Envelope]) -> None:
        if failures:
            raise failures.pop()
        await heard(shop, envelopes)

    async with handling(bus, fail_first):
        await bus.publish(envelope(1))
        await bus.publish(envelope(2))
        await heard.until(2)
    assert heard.keys == [("果园", "test:m1"), ("果园", "test:m2")]
