"""The channel's small parts that need no gateway: events, waits, caches, the pump."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Echo, Event
from bot.channels.wechaty import Timing
from bot.channels.wechaty.cache import Cache
from bot.channels.wechaty.events import GatewayEvent, moment, parse
from bot.channels.wechaty.pump import Pump

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.integers(-5, 300), st.text())
def test_any_payload_parses(number: int, payload: str) -> None:
    event = parse(number, payload)
    assert event.text("contactId") == ""
    assert event.at(NOW) == NOW


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
def test_any_time_is_a_time(value: object) -> None:
    assert moment(value, NOW).tzinfo is UTC


def test_seconds_and_milliseconds() -> None:
    assert moment(NOW.timestamp(), NEVER) == NOW
    assert moment(NOW.timestamp() * 1000, NEVER) == NOW
    assert moment(1e17, NOW) == NOW


def test_waits_grow_up_to_their_limit() -> None:
    timing = Timing()
    waits = [timing.delay(attempt, "x") for attempt in range(40)]
    assert 0.25 <= waits[0] <= 0.5
    assert all(2.5 <= wait <= 5 for wait in waits[5:])
    assert len(set(waits[5:])) > 10, "no jitter"
    assert timing.delay(39, "x", timing.refused_delay) >= 15


async def test_cache_loads_once_and_expires() -> None:
    now = 0.0
    cache: Cache[str, int] = Cache(2, 10, lambda: now)
    loads = 0

    async def load() -> int:
        nonlocal loads
        loads += 1
        await asyncio.sleep(0)
        return loads

    assert await asyncio.gather(cache.fetch("a", load), cache.fetch("a", load)) == [1, 1]
    assert await cache.fetch("a", load) == 1
    now = 11
    assert cache.expired("a")
    assert await cache.fetch("a", load) == 2
    cache.put("b", 8)
    cache.put("c", 9)
    assert len(cache) == 2
    assert cache.get("a") is None


async def test_cache_keeps_nothing_that_was_dropped_meanwhile() -> None:
    cache: Cache[str, str] = Cache(2, 10, lambda: 0)
    go = asyncio.Event()

    async def load() -> str:
        await go.wait()
        return "old"

    fetch = asyncio.create_task(cache.fetch("a", load))
    await asyncio.sleep(0)
    cache.drop("a")
    go.set()
    assert await fetch == "old"
    assert cache.get("a") is None


async def test_cache_does_not_keep_a_failure() -> None:
    cache: Cache[str, str] = Cache(2, 10, lambda: 0)

    async def fail() -> str:
        raise ConnectionError

    async def load() -> str:
        return "ok"

    with pytest.raises(ConnectionError):
        await cache.fetch("a", fail)
    assert await cache.fetch("a", load) == "ok"


def _echo(number: int) -> Echo:
    return Echo(account="a", id=str(number), room="r", to=None, text="", at=NOW)


async def test_pump_keeps_the_order_of_slow_and_failing_events() -> None:
    taken: list[str] = []
    done = asyncio.Event()

    async def prepare(event: GatewayEvent) -> Sequence[Event]:
        number = int(event.data["n"])
        if number == 3:
            raise ValueError("cannot be read")
        await asyncio.sleep(0.05 if number % 3 == 0 else 0)
        return (_echo(number),)

    async def deliver(event: Event) -> None:
        assert isinstance(event, Echo)
        taken.append(event.id)
        if event.id == "9":
            done.set()

    pump = Pump(prepare, deliver)
    for number in range(10):
        await pump.put(GatewayEvent("message", {"n": number}))
    await asyncio.wait_for(done.wait(), 30)
    await pump.stop()
    assert taken == ["0", "1", "2", "4", "5", "6", "7", "8", "9"]


async def test_pump_holds_back_who_is_too_fast() -> None:
    async def prepare(event: GatewayEvent) -> Sequence[Event]:
        return (_echo(0),)

    async def deliver(event: Event) -> None:
        await asyncio.Event().wait()

    pump = Pump(prepare, deliver)

    async def flood() -> None:
        while True:
            await pump.put(GatewayEvent("message"))

    flooding = asyncio.create_task(flood())
    done, _ = await asyncio.wait([flooding], timeout=0.3)
    assert not done
    tasks = len(asyncio.all_tasks())
    assert tasks < 600
    flooding.cancel()
    await pump.stop()
