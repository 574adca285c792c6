"""The worker: one commit a batch, each entry on its own, and nothing lost that was promised."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chat import Shop as Played
from sqlalchemy import Connection, text

from bot.arrivals import Arrivals
from bot.channels import Incoming
from bot.offline import Later
from bot.worker import BATCH, REMEMBERED, Command, Entry, Look, Tick, Worker
from handlers import Router, Turn
from handlers._dispatch import Dispatch
from storage.database import Database
from storage.errors import Refused
from storage.ids import Ids
from storage.inbox import Handled
from storage.people import Person
from storage.rows import Journal, journal_of
from storage.settings import Settings
from storage.shop import Shop
from storage.timers import Timer

pytestmark = pytest.mark.both_databases
NOW = datetime(2026, 5, 21, 2, tzinfo=UTC)


class No(Refused):
    """The rule of these tests."""


router = Router("test", rank=1)


@router.command("add")
async def add(turn: Turn, who: str) -> str:
    """A person is added; some are refused, some fail, some cannot be stored."""
    turn.rows(Person).add(Person(tenant_id=turn.shop.tenant, id=who))
    if who == "refused":
        raise No(who=who)
    if who == "broken":
        raise AttributeError(who)
    if who == "unstorable":
        turn.rows(Person)[who].name = object()  # type: ignore[assignment]
    if who == "later":
        turn.timer("bang", who, turn.now + timedelta(minutes=1))
        turn.timer("fine", who, turn.now + timedelta(minutes=2))
    return who


@router.timer("bang")
async def bang(_: Turn, __: Timer) -> None:
    """A timer whose handler fails."""
    raise RuntimeError("bang")


@router.timer("fine")
async def fine(turn: Turn, timer: Timer) -> None:
    """A timer that goes well."""
    turn.person(f"{timer.ref}-fine")


class Many:
    """A worker over a database, and a way to hand it several commands at once."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.worker = Worker(self.shop, Dispatch([router]), Arrivals(), outlet=Later(), started=NOW)

    def shop(self) -> Shop:
        return Shop("t", Settings(), self.database, Ids())

    async def work(self, *names: str, now: datetime = NOW) -> list[Any]:
        loop = asyncio.get_running_loop()
        done = [loop.create_future() for _ in names]
        entries = [Entry(Command("add", n, d), now, now) for n, d in zip(names, done, strict=True)]
        await self.worker.work(entries)
        return await asyncio.gather(*done, return_exceptions=True)

    async def stored(self) -> set[str]:
        shop = self.shop()
        await shop.open()
        return {row.id for row in shop.rows(Person)}


@pytest.fixture
async def many(database: Database) -> Many:
    opened = Many(database)
    await opened.worker.open()
    return opened


async def test_a_batch_is_one_commit(many: Many) -> None:
    assert await many.work("a", "b", "c") == ["a", "b", "c"]
    assert many.worker.shop.version == 1
    await many.work(*(f"u{n}" for n in range(BATCH + 1)))
    assert many.worker.shop.version == 3
    assert len(await many.stored()) == BATCH + 4


@pytest.mark.parametrize(("bad", "kind"), [("refused", No), ("broken", AttributeError)])
async def test_what_is_refused_or_fails_hurts_nobody_else(
    many: Many, bad: str, kind: type[Exception]
) -> None:
    answers = await many.work("a", bad, "b")
    assert (answers[0], answers[2]) == ("a", "b")
    assert isinstance(answers[1], kind)
    assert await many.stored() == {"a", "b"}
    assert bad not in many.worker.shop.rows(Person)


async def test_what_cannot_be_stored_is_dropped_alone(many: Many) -> None:
    answers = await many.work("a", "unstorable", "b")
    assert (answers[0], answers[2]) == ("a", "b")
    assert isinstance(answers[1], Exception)
    assert await many.stored() == {"a", "b"}
    assert await many.work("c") == ["c"]


async def test_a_timer_that_fails_is_gone_and_the_next_one_happens(many: Many) -> None:
    await many.work("later")
    later = NOW + timedelta(hours=1)
    await many.worker.work([Entry(Tick(), later, later)])
    assert await many.stored() == {"later", "later-fine"}
    assert list(many.worker.shop.rows(Timer)) == []


async def test_who_lost_the_race_reads_again_and_decides_again(many: Many) -> None:
    other = Many(many.database)
    await other.worker.open()
    await many.work("a")
    assert await other.work("b", "refused") is not None
    assert await many.work("c") == ["c"]
    assert await many.stored() == {"a", "b", "c"}


async def test_a_look_reads_again_only_what_has_changed(many: Many) -> None:
    look = [Entry(Look(), NOW, NOW)]
    await many.work("a")
    before = many.worker.shop
    await many.worker.work(look)
    assert many.worker.shop is before
    other = Many(many.database)
    await other.worker.open()
    await other.work("b")
    await many.worker.work(look)
    assert many.worker.shop is not before
    assert "b" in many.worker.shop.rows(Person)


async def test_a_database_that_is_gone_for_a_while_is_waited_for(many: Many) -> None:
    calls = 0
    whole = many.database.run

    async def failing(work: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls <= 3:
            raise ConnectionResetError("gone")
        return await whole(work)

    many.database.run = failing  # type: ignore[method-assign]
    working = asyncio.create_task(many.work("a"))
    await asyncio.sleep(0.02)
    assert many.worker.trouble == "database: ConnectionResetError"
    assert await working == ["a"]
    assert many.worker.trouble is None
    many.database.run = whole  # type: ignore[method-assign]
    assert await many.stored() == {"a"}


async def test_a_command_nobody_waits_for_any_more_is_done_all_the_same(many: Many) -> None:
    done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    done.cancel()
    await many.worker.work([Entry(Command("add", "a", done), NOW, NOW)])
    assert await many.stored() == {"a"}


async def test_an_unknown_command_is_told(many: Many) -> None:
    done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    await many.worker.work([Entry(Command("fly", None, done), NOW, NOW)])
    with pytest.raises(KeyError):
        await done


# -- messages ------------------------------------------------------------------------------------

OPENING = "开团\n周六草莓\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n周六20点截止，10份成团"


async def opened(shop: Played) -> None:
    await shop.say("团长小美", OPENING)
    await shop.say("团长小美", "开团")


def taken(shop: Played) -> int:
    assert shop.worker is not None
    from storage.group_buys import Item

    return sum(int(item.taken) for item in shop.worker.shop.rows(Item))


async def test_a_redelivery_counts_once_whenever_it_comes(shop: Played) -> None:
    await opened(shop)
    order = shop.message("小陈", "A2", id="same")
    assert shop.worker is not None
    await shop.work(order)
    await shop.work(order)
    await shop.restart()
    await shop.work(order)
    await shop.restart()
    both = [Entry(what, shop.now, shop.now) for what in (order, shop.message("王姐", "B1"), order)]
    await shop.worker.work(both)
    assert taken(shop) == 3


async def test_what_was_forgotten_in_memory_is_known_to_the_store(shop: Played) -> None:
    await opened(shop)
    order = shop.message("小陈", "A2", id="same")
    await shop.work(order)
    assert shop.worker is not None
    shop.worker._seen.clear()
    await shop.work(order)
    assert taken(shop) == 2
    shop.worker._seen.update(dict.fromkeys(map(str, range(REMEMBERED))))
    await shop.say("王姐", "B1")
    assert len(shop.worker._seen) == REMEMBERED


async def test_chatter_leaves_no_row(shop: Played) -> None:
    await opened(shop)
    assert shop.worker is not None
    before = shop.worker.shop.version
    await shop.say("小陈", "今天好热啊")
    assert shop.worker.shop.version == before

    def count(connection: Connection) -> int:
        return int(connection.execute(text("SELECT count(*) FROM handled")).scalar() or 0)

    handled = await shop.worker.shop.database.run(count)
    await shop.say("小陈", "A1")
    assert await shop.worker.shop.database.run(count) == handled + 1


async def test_one_message_that_fails_hurts_no_other(shop: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    await opened(shop)
    assert shop.worker is not None
    whole = shop.worker.arrivals.handle

    async def handle(dispatch: Any, chat: Any) -> Any:
        if chat.person_id == "u3":
            raise ZeroDivisionError
        return await whole(dispatch, chat)

    monkeypatch.setattr(shop.worker.arrivals, "handle", handle)
    messages: Sequence[Incoming] = [shop.message(who, "A1") for who in ("小陈", "老周", "王姐")]
    await shop.worker.work([Entry(message, shop.now, shop.now) for message in messages])
    assert taken(shop) == 2
    monkeypatch.setattr(shop.worker.arrivals, "handle", whole)
    await shop.work(messages[1])
    assert taken(shop) == 3


async def test_one_message_that_cannot_be_read_hurts_no_other(
    shop: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(shop)
    assert shop.worker is not None
    understand = shop.worker.arrivals.understand

    def reading(note: Any, context: Any) -> Any:
        if note.source == "A3":
            raise RecursionError
        return understand(note, context)

    monkeypatch.setattr(shop.worker.arrivals, "understand", reading)
    said = [("小陈", "A1"), ("老周", "A3"), ("王姐", "A1")]
    await shop.worker.work([Entry(shop.message(who, text), shop.now, shop.now) for who, text in said])
    assert taken(shop) == 2


async def test_a_row_that_stands_there_already_is_found_out(shop: Played) -> None:
    """Another process handled the message first; its row is the lock."""
    await opened(shop)
    assert shop.worker is not None
    order = shop.message("小陈", "A2", id="raced")
    other = Shop("shop", shop.worker.shop.settings, shop.worker.shop.database, Ids())
    await other.open()
    with journal_of(Journal()) as journal:
        other.rows(Handled).add(Handled(tenant_id="shop", message_id="replay:raced", at=shop.now))
    await other.keep(journal)
    await shop.work(order)
    assert taken(shop) == 0
