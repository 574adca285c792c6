"""Which group buys a room has, which one is meant, and where somebody buys."""

from datetime import timedelta

import pytest
from chat import Shop

from storage.group_buys.find import (
    buying_room,
    collecting_in,
    current,
    in_room,
    live,
    mention,
    open_item_names,
    rooms_of_person,
)
from storage.people import Member, Person

DUMPLINGS = "周六水饺⏎A 手工水饺 22元/包⏎周六20点截止，自提3号楼"
RICE = "周末大米⏎A 五常大米 69元/袋⏎周六20点截止，自提3号楼"


@pytest.fixture
async def two(shop: Shop) -> Shop:
    """Dumplings and rice are open in the first room."""
    await shop.opens(DUMPLINGS)
    await shop.opens(RICE)
    return shop


async def test_of_two_the_one_that_was_spoken_of_lately_is_meant(two: Shop) -> None:
    assert two.worker is not None
    shop = two.worker.shop
    dumplings, rice = collecting_in(shop, "r1")
    assert live(shop) == in_room(shop, "r1") == [dumplings, rice]
    mention(shop, "r1", dumplings, two.now)
    assert current(shop, "r1", two.now) is dumplings
    mention(shop, "r1", rice, two.now)
    assert current(shop, "r1", two.now + timedelta(minutes=9)) is rice
    assert current(shop, "r1", two.now + timedelta(minutes=11)) is None
    assert current(shop, "r2", two.now) is None


async def test_of_one_there_is_no_doubt(shop: Shop) -> None:
    await shop.opens(DUMPLINGS)
    assert shop.worker is not None
    found = current(shop.worker.shop, "r1", shop.now + timedelta(hours=3))
    assert found is not None
    assert found.number == 1


async def test_names_hold_for_a_day_after_the_end(two: Shop) -> None:
    assert two.worker is not None
    shop = two.worker.shop
    assert open_item_names(shop, "r1", "u1", two.now) == ("手工水饺", "五常大米")
    await two.say("团长小美", "团1 截单")
    await two.passes(minutes=5)
    assert open_item_names(shop, "r1", "u1", two.now) == ("手工水饺", "五常大米")
    await two.passes(hours=25)
    assert open_item_names(shop, "r1", "u1", two.now) == ("五常大米",)


async def test_a_cancelled_one_is_gone_at_once(two: Shop) -> None:
    assert two.worker is not None
    await two.say("团长小美", "团1 取消团购")
    await two.say("团长小美", "确认取消")
    assert [g.number for g in in_room(two.worker.shop, "r1")] == [2]
    assert open_item_names(two.worker.shop, "r1", "u1", two.now) == ("五常大米",)


async def test_who_has_not_spoken_buys_where_something_is_open(shop: Shop) -> None:
    assert shop.worker is not None
    rows = shop.worker.shop
    assert rooms_of_person(rows, "u1") == ["r1", "r2"]
    assert buying_room(rows, "u1") is None
    assert open_item_names(rows, None, "u1", shop.now) == ()
    await shop.opens(DUMPLINGS)
    assert buying_room(rows, "u1") == "r1"
    assert open_item_names(rows, None, "u1", shop.now) == ("手工水饺",)
    assert buying_room(rows, "stranger") is None


async def test_a_member_of_one_room_buys_there_and_after_speaking_where_he_spoke(shop: Shop) -> None:
    assert shop.worker is not None
    rows = shop.worker.shop
    rows.rows(Member).add(Member(tenant_id=rows.tenant, room_id="r2", person_id="new", name="新邻居"))
    assert buying_room(rows, "new") == "r2"
    await shop.opens(DUMPLINGS)
    await shop.say("小陈", "1包", room="r1")
    person = rows.rows(Person).get("u1")
    assert person is not None
    assert buying_room(rows, "u1") == "r1"
