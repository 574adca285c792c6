"""Asked about a case that is done, or that never was: how it stands, why so little, a word with the shop."""

import pytest
from after_sales import agent, in_room, ticket, tickets, to
from chat import Shop


@pytest.fixture
async def refunded(sold: Shop) -> Shop:
    """王姐 got half of her money back, and her case is done."""
    await agent(sold, "A101 退 19.95")
    await sold.say("团长小美", "同意 A101", room=None)
    await sold.say("团长小美", "确认退款 A101", room=None)
    await agent(sold, "A101 完成")
    assert (await ticket(sold))["state"] == "resolved"
    return sold


async def test_a_done_case_is_told_with_its_refund(refunded: Shop) -> None:
    said = await refunded.say("王姐", "退款到账了吗")
    assert in_room(said) == "@王姐 进展私聊您了。"
    assert (
        to(said, "u2") == "A101 已完成，退款 ¥19.95 已登记，一般1–3天到。还有问题回「没解决」，我给您重开。"
    )
    said = await refunded.say("王姐", "退款到账了吗", room=None)
    assert [line["to"] for line in said] == ["u2"]


async def test_why_so_little_opens_a_done_case_again_with_everything_in_it(refunded: Shop) -> None:
    said = await refunded.say("王姐", "凭什么只退这么点", room=None)
    assert "A101 已重开" in to(said, "u2")
    timeline = to(said, "u-lead")
    assert timeline.startswith("A101 客户对退款有异议")
    assert timeline.endswith("退款 ¥19.95 已登记")
    assert "凭什么只退这么点" in timeline
    assert (await ticket(refunded))["state"] == "reopened"


async def test_once_more_after_the_end_is_the_same_case(refunded: Shop) -> None:
    said = await refunded.say("王姐", "还是没解决", room=None)
    assert "A101 已重开" in to(said, "u2")
    assert len(await tickets(refunded)) == 1


async def test_without_a_case_nobody_disputes_and_nothing_is_solved(shop: Shop) -> None:
    await shop.plays(
        """
        小陈：还是老样子
        小陈：处理得怎么样了
        小陈：帮我跟团长说一声
        """
    )
    assert await tickets(shop) == []


async def test_a_word_with_the_shop_calls_somebody_when_the_bot_is_asked(shop: Shop) -> None:
    said = await shop.say("小陈", "@小团 帮我跟商家说说", mentions=("bot",))
    assert "转人工" in in_room(said, "r-agents")
    assert (await ticket(shop))["customer"] == "u1"


@pytest.mark.parametrize(
    ("words", "grade"), [("非常满意", "满意"), ("还行", "一般"), ("解决了，谢谢", "满意"), ("2", "一般")]
)
async def test_a_score_in_words(refunded: Shop, words: str, grade: str) -> None:
    said = await refunded.say("王姐", words, room=None)
    assert in_room(said, "r-agents") == f"A101 王姐 评价：{grade}"


@pytest.mark.parametrize("words", ["根本没处理好", "非常不满意", "还没", "不行啊"])
async def test_a_bad_score_in_words_opens_it_again(refunded: Shop, words: str) -> None:
    said = await refunded.say("王姐", words, room=None)
    assert "A101 已重开" in to(said, "u2")


async def test_other_words_are_no_score(refunded: Shop) -> None:
    await refunded.say("王姐", "明天几点可以来拿呀", room=None)
    assert (await ticket(refunded))["state"] == "resolved"
