"""Who gets a case: who knows it, who can do it, whose turn it is; never more than six (E6)."""

from collections.abc import AsyncIterator

import pytest
from after_sales import agent, resolved, ticket, tickets
from chat import Shop

from storage.tickets.find import CAP


@pytest.fixture
async def skilled() -> AsyncIterator[Shop]:
    """小吴 is for damages, 小周 for everything."""
    config = {"agents": [{"id": "u-agent2", "name": "客服小吴", "skills": ["damaged", "quality"]}]}
    shop = await Shop(config=config).open()
    yield shop
    await shop.close()


async def test_cases_go_to_whom_they_are_for(skilled: Shop) -> None:
    for who in ("老周", "王姐"):
        await skilled.say(who, "人工", room=None)
    assert [t["assignee"] for t in await tickets(skilled)] == ["u-agent", "u-agent"]
    await skilled.say("小陈", "草莓烂了", room=None)
    assert (await ticket(skilled, 103))["assignee"] == "u-agent2"


async def test_when_nobody_is_for_it_somebody_takes_it(skilled: Shop) -> None:
    await agent(skilled, "下线")
    await skilled.say("老周", "人工", room=None)
    assert (await ticket(skilled))["assignee"] == "u-agent2"


async def test_a_reopened_case_goes_back_to_who_knows_it(shop: Shop) -> None:
    await shop.say("老周", "人工", room=None)
    await agent(shop, "接 A101", "客服小吴")
    await agent(shop, "A101 好了", "客服小吴")
    await agent(shop, "A101 完成", "客服小吴")
    assert (await ticket(shop))["assignee"] is None
    await shop.say("老周", "3", room=None)
    assert (await ticket(shop))["assignee"] == "u-agent2"


async def test_who_knows_it_but_is_away_gets_nothing(shop: Shop) -> None:
    await resolved(shop)
    await agent(shop, "下线")
    await shop.say("老周", "3", room=None)
    assert (await ticket(shop))["assignee"] == "u-agent2"


async def test_who_knows_it_but_keeps_silent_loses_it(shop: Shop) -> None:
    await resolved(shop)
    await shop.say("老周", "3", room=None)
    await shop.passes(minutes=5)
    assert (await ticket(shop))["assignee"] == "u-agent2"
    await shop.passes(minutes=5)
    assert (await ticket(shop))["assignee"] is None


async def test_a_second_case_of_a_customer_goes_to_who_is_on_the_first(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了", room=None)
    await agent(shop, "接 A101", "客服小吴")
    await shop.say("王姐", "人工", room=None)
    await shop.say("老周", "鸡蛋碎了", room=None)
    assert (await ticket(shop, 103))["assignee"] == "u-agent2"


async def test_nobody_is_given_more_than_he_can_do(shop: Shop) -> None:
    for number in range(2 * CAP + 1):
        await shop.say(f"c{number}", "人工", room=None, name=f"客户{number}")
    given = [t["assignee"] for t in await tickets(shop)]
    assert given.count("u-agent") == given.count("u-agent2") == CAP
    assert given[-1] is None
