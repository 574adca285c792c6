"""Worker and desk beside each other in one test: commands amid a hot shop, outages, and what failed for good."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.broker import Envelope
from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.broker.subjects import subject_of
from bot.broker.wire import unpacked
from bot.channels import Incoming
from bot.clock import RealClock
from bot.config import config_from_mapping
from bot.member import Member
from bot.roles import Role
from storage.catalogue import Product
from storage.catalogue_files import parse_catalogue
from storage.group_buys import GroupBuy, SignUp

if TYPE_CHECKING:
    from conftest import Nats

CATALOGUE = "编号,名称,价格,单位\nZ1,榴莲蜜,59.90,个\n".encode()
OPENING = "开团\n阳山水蜜桃\nA 大果 30元/份\nB 小果 20元/份\n{deadline}截止，自提3号楼"


class Shop:
    """Members over one store, and a gateway's end of the bus."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.connection = Connection(url)
        self.bus = NatsBus(self.connection)
        self.clock = RealClock()
        self._count = 0

    @asynccontextmanager
    async def member(self, *roles: Role) -> AsyncIterator[Member]:
        data: dict[str, Any] = {
            "shop": {"name": "果园"},
            "broker": self.url,
            "http": {"port": 0},
            "rooms": [{"match": {"id": "r1"}, "leaders": ["lead"]}],
            "channels": [{"type": "wechaty", "endpoint": "127.0.0.1:9", "token": "t"}],
        }
        made = Member(config_from_mapping(data, self.folder, "test"), frozenset(roles))
        try:
            await made.start()
            yield made
        finally:
            await made.stop()

    async def say(self, who: str, text: str, at: datetime | None = None) -> None:
        self._count += 1
        now = at or self.clock.now()
        said = Incoming(
            account="wechaty", id=f"m{self._count}", room="r1", sender=who, name=who, text=text, at=now
        )
        await self.bus.publish(Envelope("果园", f"wechaty:m{self._count}", now, said))

    async def open(self, deadline: str = "6月30日20点") -> None:
        await self.say("lead", OPENING.format(deadline=deadline))
        await self.say("lead", "开团")


@pytest.fixture
async def shop(tmp_path: Path, nats: "Nats") -> AsyncIterator[Shop]:
    made = Shop(tmp_path, nats.url)
    made.connection.start()
    yield made
    await made.bus.stop()
    await made.connection.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(180):
        while not true():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.02)


def signed_up(member: Member) -> int:
    return len(member.worker.shop.rows(SignUp))


async def test_the_desk_gets_its_turn_amid_a_hot_shop(shop: Shop) -> None:
    async with shop.member(Role.WORKER) as worker, shop.member(Role.WEB) as web:
        await until(lambda: worker.lease.held)
        await shop.open()
        crowd = asyncio.gather(*(_buyers(shop, start) for start in range(0, 400, 100)))
        await until(lambda: signed_up(worker) > 20)
        products = parse_catalogue(CATALOGUE, "z.csv").products
        changed = await asyncio.wait_for(web.command("import_catalogue", products), 60)
        assert len(changed.added) == 1
        await crowd
        await until(lambda: signed_up(worker) == 400)
        assert worker.worker.shop.rows(Product).get("Z1") is not None
        await until(lambda: web.worker.shop.version == worker.worker.shop.version)
        assert not worker.inbox.gate.locked()


async def _buyers(shop: Shop, start: int) -> None:
    for number in range(start, start + 100):
        await shop.say(f"p{number}", "A1")


async def test_the_desk_works_while_nobody_leads(shop: Shop) -> None:
    async with shop.member(Role.WEB) as web:
        await web.command("import_catalogue", parse_catalogue(CATALOGUE, "z.csv").products)
    async with shop.member(Role.WORKER) as worker:
        await until(lambda: worker.lease.held)
        assert worker.worker.shop.rows(Product).get("Z1") is not None


async def test_open_pages_of_the_desk_hear_what_the_worker_wrote(shop: Shop) -> None:
    heard: list[Any] = []
    async with shop.member(Role.WORKER) as worker, shop.member(Role.WEB) as web:
        web.worker.watchers.append(heard.append)
        await until(lambda: worker.lease.held)
        await shop.open()
        await until(lambda: any(changed.get(GroupBuy) for changed in heard))


async def test_what_was_said_in_an_outage_goes_before_the_deadline(shop: Shop) -> None:
    """The worker is down over the deadline; what the broker kept from before it still counts."""
    async with shop.member(Role.WORKER) as worker:
        await until(lambda: worker.lease.held)
        await shop.open("1小时后")
        await until(lambda: len(worker.worker.shop.rows(GroupBuy)) == 1)
        (group_buy,) = worker.worker.shop.rows(GroupBuy)
    deadline = group_buy.deadline
    assert deadline is not None
    for number in range(300):
        await shop.say(f"p{number}", "A1", deadline - timedelta(minutes=30))
    later = _Later(deadline + timedelta(hours=3) - datetime.now(UTC))  # noqa: TID251 - how far it is
    async with shop.member(Role.WORKER) as worker:
        worker.clock = worker.inbox.clock = worker.delivery.clock = later
        await until(lambda: signed_up(worker) == 300)


class _Later:
    """A clock that is ahead."""

    def __init__(self, by: timedelta) -> None:
        self._clock, self._by = RealClock(), by

    def now(self) -> datetime:
        return self._clock.now() + self._by


async def test_poison_is_put_aside_and_hurts_nobody_beside_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.broker.nats.AGAIN_SECONDS", 0.01)
    await shop.open()
    poison = shop.say("p0", "A1", datetime(2026, 5, 21))  # noqa: DTZ001 - a time that is none
    await asyncio.gather(shop.say("p1", "A1"), poison, shop.say("p2", "A1"))
    async with shop.member(Role.WORKER) as worker:
        await until(lambda: signed_up(worker) == 2 and worker.bus.waiting == 0)
        await shop.say("p3", "A1")
        await until(lambda: signed_up(worker) == 3)
    stream = await shop.bus.stream()
    dead = await stream.get_last_msg("DEAD", subject_of("果园", "DEAD"))
    assert "p0" in [
        one.event.sender for one in unpacked("果园", dead.data) if isinstance(one.event, Incoming)
    ]


async def test_a_killed_workers_message_is_counted_once(shop: Shop) -> None:
    """What was kept but not acknowledged comes again."""
    async with shop.member(Role.WORKER) as worker:
        await until(lambda: worker.lease.held)
        await shop.open()
        await shop.say("p1", "A1")
        await until(lambda: signed_up(worker) == 1)
    again = Incoming(
        account="wechaty", id="m3", room="r1", sender="p1", name="p1", text="A1", at=shop.clock.now()
    )
    await shop.bus.publish(Envelope("果园", "another way to the same", shop.clock.now(), again))
    await shop.say("p2", "A1")
    async with shop.member(Role.WORKER) as worker:
        await until(lambda: signed_up(worker) == 2)
        assert [row.items for row in worker.worker.shop.rows(SignUp)] == [{"A": "1"}, {"A": "1"}]
