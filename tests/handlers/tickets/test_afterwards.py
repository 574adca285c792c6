"""After the answer: satisfaction, reopening, how it stands, disputes, refunds asked after."""

import pytest
from after_sales import in_room, resolved, tickets, to
from chat import Shop


async def test_one_digit_tells_whether_it_is_solved(shop: Shop) -> None:
    await shop.say("老周", "人工")
    await shop.plays("""
        客服小周（售后群）：A101 给您处理好了
        小团→老周：客服小周：给您处理好了
        客服小周（售后群）：A101 完成
        小团→老周：A101 处理好了。解决了吗？1满意 2一般 3没解决
        小团（售后群）：A101 已完成，正在问老周是否满意。
        老周：1
        老周（私聊）：1
        小团→老周：谢谢您，有事随时喊我。
        小团（售后群）：A101 老周 评价：满意
    """)
    assert (await tickets(shop))[0]["state"] == "resolved"
    assert (await tickets(shop))[0]["assignee"] is None


@pytest.mark.parametrize("words", ["3", "没解决", "不满意"])
async def test_not_solved_reopens(shop: Shop, words: str) -> None:
    await resolved(shop)
    said = await shop.say("老周", words, room=None)
    assert "已重开" in to(said, "u3")
    (ticket,) = await tickets(shop)
    assert (ticket["state"], ticket["number"]) == ("reopened", "A101")


@pytest.mark.parametrize("words", ["还是没解决", "又坏了"])
async def test_within_three_days_it_is_the_same_thread(shop: Shop, words: str) -> None:
    await resolved(shop, "草莓坏了")
    await shop.passes(hours=71)
    await shop.say("老周", words)
    assert [t["state"] for t in await tickets(shop)] == ["reopened"]


async def test_after_three_days_it_is_a_new_case(shop: Shop) -> None:
    await resolved(shop, "草莓坏了")
    await shop.passes(hours=73)
    await shop.say("老周", "草莓又坏了")
    assert [t["state"] for t in await tickets(shop)] == ["closed", "new"]


async def test_satisfaction_counts_only_when_asked(shop: Shop) -> None:
    await shop.say("老周", "满意", room=None)
    assert await tickets(shop) == []


async def test_how_it_stands_is_told_in_private(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了")
    said = await shop.say("老周", "我那个事咋样了")
    assert in_room(said) == "@老周 A101 在处理，进展私聊您了。"
    assert to(said, "u3") == "A101 红颜草莓坏损：排队中（小周），最晚10:05回您。"


async def test_giving_up_closes_nothing_silently(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了", room=None)
    said = await shop.say("老周", "算了不要了", room=None)
    assert "1解决了 2还要处理" in to(said, "u3")
    assert (await tickets(shop))[0]["state"] == "new"
    said = await shop.say("老周", "1", room=None)
    assert "说已经解决了" in in_room(said, "r-agents")


async def test_cancelling_a_sign_up_is_no_giving_up(open_shop: Shop) -> None:
    await open_shop.say("老周", "草莓坏了")
    await open_shop.passes(minutes=30)
    await open_shop.say("老周", "+1")
    await open_shop.say("老周", "不要了")
    assert (await open_shop.state())["group_buys"][0]["items"][0]["taken"] == 0


async def test_a_dispute_goes_to_people_with_the_timeline(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了要退钱")
    said = await shop.say("老周", "为什么只退一半", room=None)
    assert "草莓坏了要退钱" in to(said, "u-lead")
    assert "有异议" in in_room(said, "r-agents")


async def test_a_word_with_the_shop_is_passed_on(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了", room=None)
    said = await shop.say("老周", "帮我跟商家说说呗", room=None)
    assert "已转告" in to(said, "u3")
    assert "A101" in to(said, "u-lead")


async def test_a_registered_refund_is_asked_after(delivered: Shop) -> None:
    await delivered.say("王姐", "草莓坏了要退钱")
    await delivered.say("客服小周", "A101 退 39.9", room="r-agents")
    await delivered.say("团长小美", "同意 A101", room=None)
    await delivered.say("团长小美", "确认退款 A101", room=None)
    assert "¥39.9 已登记" in to(await delivered.say("王姐", "退款到账了吗", room=None), "u2")
    said = await delivered.passes(hours=72)
    assert "到账了吗" in to(said, "u2")
    said = await delivered.say("王姐", "没到", room=None)
    assert "退款还没到账" in to(said, "u-lead")
