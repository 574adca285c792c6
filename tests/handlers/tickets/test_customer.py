"""While a human is at work the bot keeps quiet towards his customer, and only towards him."""

from after_sales import asks, in_room, tickets
from chat import Shop


async def test_the_bot_keeps_quiet_towards_this_customer_only(open_shop: Shop) -> None:
    await open_shop.say("老周", "人工")
    await open_shop.say("客服小周", "A101 在的", room="r-agents")
    assert await open_shop.say("老周", "草莓甜吗") == []
    said = await open_shop.say("老周", "@小团 草莓甜吗", mentions=("bot",))
    assert [line["room"] for line in said] == ["r-agents"]
    assert "糖度" in in_room(await asks(open_shop, "王姐", "草莓甜吗"))
    said = await open_shop.say("老周", "+1")
    assert "老周" in in_room(said)
    assert (await open_shop.state())["group_buys"][0]["items"][0]["taken"] == 1
    await open_shop.say("客服小周", "A101 还有别的吗", room="r-agents")
    await open_shop.passes(minutes=16)
    assert "糖度" in in_room(await asks(open_shop, "老周", "草莓甜吗"))


async def test_an_answer_in_the_group_counts_as_an_answer(shop: Shop) -> None:
    await shop.say("老周", "人工")
    await shop.say("客服小周", "@老周 我在，您说", mentions=("u3",))
    (ticket,) = await tickets(shop)
    assert (ticket["state"], ticket["assignee"]) == ("open", "u-agent")
    assert ticket["first_response_at"] is not None


async def test_the_bot_speaks_again_after_the_case(open_shop: Shop) -> None:
    await open_shop.say("老周", "人工")
    await open_shop.say("客服小周", "A101 好了", room="r-agents")
    await open_shop.say("客服小周", "A101 完成", room="r-agents")
    assert "糖度" in in_room(await asks(open_shop, "老周", "草莓甜吗"))
