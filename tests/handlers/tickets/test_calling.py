"""人工: it works the first time, by day and by night."""

import pytest
from after_sales import in_room, tickets, to
from chat import Shop

CALLED = "【A101 转人工】老周（果园一群）⏎原话：人工⏎建议：先问清什么事⏎给小周，10:30前要回。回「接 A101」"


async def test_a_person_is_called_in_the_group_and_comes(shop: Shop) -> None:
    await shop.plays(f"""
        老周：人工
        小团（售后群）：@客服小周 {CALLED}
        小团：@老周 已转客服小周，您前面0人，预计5分钟内私聊您。
        小团→老周：A101 小周会在这里回您。您可以先说说是什么事，我转给他。
        客服小周（售后群）：接 A101
        小团（售后群）：A101 已锁定给小周，发「A101 内容」就能回客户。
        客服小周（售后群）：A101 您好，什么事？
        小团→老周：客服小周：您好，什么事？
        老周（私聊）：想问发票
        小团（售后群）：@客服小周 A101 老周：想问发票
        老周：今天好热
    """)
    (ticket,) = await tickets(shop)
    assert ticket["state"] == "open"
    assert ticket["category"] == "human"
    assert ticket["priority"] == "normal"
    assert ticket["assignee"] == "u-agent"
    assert ticket["first_response_at"] == "2026-05-21T10:00:06+08:00"


@pytest.mark.parametrize("words", ["人工", "转人工", "找真人", "叫客服", "别跟机器人说话了，找人工"])
async def test_a_person_is_called_in_any_words(shop: Shop, words: str) -> None:
    said = await shop.say("老周", words, room=None)
    assert "您前面0人" in to(said, "u3")
    assert "分钟" in to(said, "u3")
    assert [t["category"] for t in await tickets(shop)] == ["human"]


async def test_the_second_in_the_queue_hears_his_place(shop: Shop) -> None:
    await shop.say("老周", "人工")
    said = await shop.say("王姐", "人工")
    assert "您前面1人" in in_room(said)


async def test_asking_twice_is_one_case(shop: Shop) -> None:
    await shop.say("老周", "人工")
    said = await shop.say("老周", "人工啊")
    assert "A101" in in_room(said, "r-agents")
    assert len(await tickets(shop)) == 1


async def test_the_same_message_again_does_nothing(shop: Shop) -> None:
    await shop.say("老周", "人工", id="x1")
    assert await shop.say("老周", "人工", id="x1") == []
    await shop.restart()
    assert await shop.say("老周", "人工", id="x1") == []
    assert len(await tickets(shop)) == 1


async def test_is_anybody_there_hands_over_only_when_meant_for_the_bot(shop: Shop) -> None:
    assert await shop.say("老周", "有人吗") == []
    assert await tickets(shop) == []
    await shop.say("老周", "@小团 有人吗", mentions=("bot",))
    await shop.say("王姐", "人呢", room=None)
    assert [t["customer"] for t in await tickets(shop)] == ["u3", "u2"]
    said = await shop.say("老周", "人呢")
    assert "A101" in in_room(said)


async def test_after_hours_the_case_waits_and_the_customer_knows_when(shop: Shop) -> None:
    await shop.until(21, 30)
    said = await shop.say("老周", "人工")
    assert "明天9:00" in in_room(said)
    assert "第1位" in in_room(said)
    assert "021-00000000" in in_room(said)
    assert (await tickets(shop))[0]["assignee"] is None
    said = await shop.until(9)
    assert "1件在等" in in_room(said, "r-agents")
    assert [line["cause"] for line in said] == ["timer:desk_opens"]
    assert (await tickets(shop))[0]["assignee"] == "u-agent"
