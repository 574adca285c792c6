"""Outages: a connection that was down is told of once, when it is well again for a while."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from chat import Shop

from bot.channels import ChannelState
from bot.clock import VirtualClock
from bot.inbox import Inbox
from bot.outages import LOOK_EVERY, Outages


class Line:
    """A connection that is up or down."""

    account = "a"
    up = True

    def state(self) -> ChannelState:
        return ChannelState(connected=self.up, logged_in=self.up)


class Watch:
    """An hour of looks, in a shop that sells."""

    def __init__(self, shop: Shop, inbox: Inbox, clock: VirtualClock) -> None:
        self.shop, self.inbox, self.clock, self.line = shop, inbox, clock, Line()
        self.outages = Outages([self.line], inbox, clock)  # type: ignore[list-item]

    async def looks(self, **time: float) -> list[str]:
        before = len(self.shop.outlet.lines)
        for _ in range(int(timedelta(**time).total_seconds() / LOOK_EVERY)):
            self.clock.move_to(self.clock.now() + timedelta(seconds=LOOK_EVERY))
            await self.outages.look()
        await self.inbox._queue.join()
        return [line["text"] for line in self.shop.outlet.lines[before:]]


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    shop = await Shop().open()
    await shop.opens("大米团⏎五常大米 69元/袋⏎明晚8点截止")
    assert shop.worker is not None
    clock = VirtualClock(shop.now)
    inbox = Inbox(shop.worker, clock)
    inbox.start()
    yield Watch(shop, inbox, clock)
    await inbox.stop()
    await shop.close()


async def test_what_was_down_is_told_once(watch: Watch) -> None:
    assert await watch.looks(minutes=5) == []
    watch.line.up = False
    assert await watch.looks(minutes=25) == []
    watch.line.up = True
    assert await watch.looks(seconds=15) == []
    assert await watch.looks(minutes=10) == ["刚才掉线了25分钟，可能漏单：没收到确认的请再发一次"]


async def test_a_connection_that_comes_and_goes_is_one_outage(watch: Watch) -> None:
    await watch.looks(minutes=5)
    for _ in range(10):
        watch.line.up = False
        assert await watch.looks(minutes=3) == []
        watch.line.up = True
        assert await watch.looks(seconds=15) == []
    assert len(await watch.looks(minutes=5)) == 1


async def test_a_short_break_is_none(watch: Watch) -> None:
    await watch.looks(minutes=5)
    watch.line.up = False
    await watch.looks(minutes=8)
    watch.line.up = True
    assert await watch.looks(minutes=5) == []
