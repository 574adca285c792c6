"""The shop in memory: what it reads and keeps, and who wrote first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.errors import StaleShop
from storage.ids import Ids
from storage.inbox import Handled
from storage.outbox import OutboxRow, Sending
from storage.people import AGENT, CO_LEADER, LEADER, Member, Person, Role, Room
from storage.rows import Journal, journal_of
from storage.settings import Settings
from storage.shop import Pace, Shop
from storage.timers import Timer

NOW = datetime(2026, 5, 21, 2, tzinfo=UTC)


async def opened(database: Database, tenant: str = "t") -> Shop:
    shop = Shop(tenant, Settings(), database, Ids("seed"))
    await shop.open()
    return shop


async def kept(shop: Shop, work: Callable[[], object]) -> None:
    with journal_of(Journal()) as journal:
        work()
    await shop.keep(journal)


def person(shop: Shop, ident: str = "u1", name: str = "") -> Person:
    return shop.rows(Person).add(Person(tenant_id=shop.tenant, id=ident, name=name))


def message(shop: Shop, number: int, **more: object) -> OutboxRow:
    row = OutboxRow(
        tenant_id=shop.tenant,
        number=number,
        idem_key=f"k{number}",
        account="a",
        text="x",
        next_at=NOW,
        created_at=NOW,
        **more,
    )
    return shop.rows(OutboxRow).add(row)


async def test_what_was_kept_is_there_for_the_next_process(database: Database) -> None:
    shop = await opened(database)
    await kept(shop, lambda: person(shop, name="小陈"))
    again = await opened(database)
    assert again.rows(Person)["u1"].name == "小陈"
    assert again.version == shop.version == 1
    assert len((await opened(database, "another")).rows(Person)) == 0


async def test_who_comes_second_has_to_read_again(database: Database) -> None:
    one, two = await opened(database), await opened(database)
    await kept(one, lambda: person(one))
    await one.check_version()
    with pytest.raises(StaleShop):
        await two.check_version()
    with pytest.raises(StaleShop):
        await kept(two, lambda: person(two, "u2"))
    two = await opened(database)
    await kept(two, lambda: person(two, "u2"))
    with pytest.raises(StaleShop):
        await kept(one, lambda: person(one, "u3"))
    assert {row.id for row in (await opened(database)).rows(Person)} == {"u1", "u2"}


async def test_a_lost_race_writes_nothing_of_the_batch(database: Database) -> None:
    one, two = await opened(database), await opened(database)
    await kept(one, lambda: person(one))

    def much() -> None:
        person(two, "u2")
        message(two, 1)

    with pytest.raises(StaleShop):
        await kept(two, much)
    after = await opened(database)
    assert ({row.id for row in after.rows(Person)}, len(after.rows(OutboxRow))) == ({"u1"}, 0)


async def test_dropped_rows_are_gone_and_changed_ones_are_changed(database: Database) -> None:
    shop = await opened(database)
    await kept(shop, lambda: (person(shop), person(shop, "u2")))

    def change() -> None:
        shop.rows(Person)["u1"].name = "neu"
        shop.rows(Person).drop(shop.rows(Person)["u2"])

    await kept(shop, change)
    assert [(row.id, row.name) for row in (await opened(database)).rows(Person)] == [("u1", "neu")]


async def test_finished_messages_leave_the_memory_but_not_the_store(database: Database) -> None:
    shop = await opened(database)
    await kept(shop, lambda: (message(shop, 1), message(shop, 2)))
    await kept(shop, lambda: shop.rows(OutboxRow)[1].sent("wx"))
    assert [row.number for row in shop.rows(OutboxRow)] == [2]
    (found,) = await shop.query(OutboxRow, OutboxRow.table().c.sent_id == "wx")
    assert (found.number, found.state) == (1, Sending.SENT)
    assert [row.number for row in (await opened(database)).rows(OutboxRow)] == [2]


async def test_partitions_are_read_once_and_at_need(database: Database) -> None:
    shop = await opened(database)
    members = [Member(tenant_id="t", room_id=room, person_id="u1", name=room) for room in ("r1", "r2")]
    await kept(shop, lambda: [shop.rows(Member).add(row) for row in members])
    again = await opened(database)
    assert len(again.rows(Member)) == 0
    assert not again.is_loaded(Member, "r1")
    assert [row.name for row in await again.load(Member, "r1")] == ["r1"]
    assert again.is_loaded(Member, "r1")
    again.rows(Member)[("r1", "u1")].name = "changed"
    assert [row.name for row in await again.load(Member, "r1")] == ["changed"]
    again.forget_loaded(Member, "r1")
    assert [row.name for row in await again.load(Member, "r1")] == ["r1"]
    shop.mark_loaded(Member, "r9")
    assert await shop.load(Member, "r9") == []


async def test_find_sees_what_the_batch_has_made_and_not_what_it_took_away(database: Database) -> None:
    shop = await opened(database)
    await kept(shop, lambda: [person(shop, f"u{n}", "a") for n in range(3)])
    with journal_of(Journal()):
        shop.rows(Person)["u0"].name = "b"
        person(shop, "u9", "a")
        assert [row.id for row in await shop.find(Person, name="a")] == ["u1", "u2", "u9"]


async def test_a_message_that_was_handled_fails_at_the_second_time(database: Database) -> None:
    shop = await opened(database)

    def handled() -> None:
        shop.rows(Handled).add(Handled(tenant_id="t", message_id="a:1", at=NOW))

    await kept(shop, handled)
    assert len(shop.rows(Handled)) == 0
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        await kept(shop, handled)


async def test_numbers_go_on_after_a_restart(database: Database) -> None:
    shop = await opened(database)
    numbers: list[int] = []
    await kept(shop, lambda: numbers.extend(shop.next_number("ticket", 101) for _ in range(2)))
    again = await opened(database)
    await kept(again, lambda: numbers.append(again.next_number("ticket", 101)))
    assert numbers == [101, 102, 103]


async def test_timers_fall_due_in_order_and_only_while_they_stand(database: Database) -> None:
    shop = await opened(database)
    shop.timer_ranks = {"deadline": 10, "digest": 90}
    with journal_of(Journal()):
        shop.set_timer("digest", "r", NOW)
        shop.set_timer("deadline", "1", NOW)
        shop.set_timer("late", "x", NOW + timedelta(hours=1))
        shop.set_timer("late", "x", NOW + timedelta(hours=2), why="moved")
        order: list[tuple[str, datetime]] = []
        while (timer := shop.next_timer()) is not None:
            order.append((timer.kind, timer.due))
            shop.cancel_timer(timer.kind, timer.ref)
    assert order == [("deadline", NOW), ("digest", NOW), ("late", NOW + timedelta(hours=2))]
    shop.cancel_timer("unknown", "x")
    assert len(shop.rows(Timer)) == 0


async def test_an_account_speaks_at_its_pace_also_after_a_restart(database: Database) -> None:
    shop = await opened(database)
    slots: list[datetime] = []
    await kept(shop, lambda: slots.extend(shop.pace_slot("a", NOW) for _ in range(3)))
    assert [(slot - NOW).total_seconds() for slot in slots] == [0, 3, 6]
    again = await opened(database)
    assert again.rows(Pace)["a"].free_at == NOW + timedelta(seconds=9)
    with journal_of(Journal()):
        assert again.pace_slot("a", NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)
        assert again.pace_slot("b", NOW) == NOW


async def test_roles_belong_to_rooms_and_agents_to_the_shop(database: Database) -> None:
    shop = await opened(database)
    roles = [("r1", "u1", LEADER, ""), ("r1", "u2", CO_LEADER, ""), ("", "u3", AGENT, "客服")]
    for room, who, role, name in roles:
        shop.rows(Role).add(Role(tenant_id="t", room_id=room, person_id=who, role=role, name=name))
    shop.rows(Room).add(Room(tenant_id="t", id="desk", account="a", is_agent_room=True))
    shop.rows(Member).adopt([Member(tenant_id="t", room_id="r1", person_id="u1", name="小美")])
    assert shop.leaders_of("r1") == ["u1", "u2"]
    assert (shop.is_leader("u2", "r1"), shop.is_leader("u2", "r2"), shop.is_leader("u1")) == (
        True,
        False,
        True,
    )
    assert shop.roles_in("r1") == {"u1": {LEADER}, "u2": {CO_LEADER}, "u3": {AGENT}}
    assert [role.person_id for role in shop.agents()] == ["u3"]
    room = shop.agent_room()
    assert room is not None
    assert room.id == "desk"
    assert [shop.name_of(who, "r1") for who in ("u1", "u2", "u3")] == ["小美", "", "客服"]
    assert shop.name_of("u1") == "小美"
