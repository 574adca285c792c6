"""Refunds: an agent proposes, a leader decides in two steps."""

from after_sales import agent, outside, told
from chat import Shop


async def test_a_refund_takes_two_steps_of_a_leader(sold: Shop) -> None:
    said = await agent(sold, "A101 退 19.95")
    assert [line["to"] for line in outside(said)] == ["u-lead"]
    assert "待定" in told(await agent(sold, "A101 退 5"))
    for who in ("王姐", "客服小周"):
        assert outside(await sold.say(who, "同意 A101", room=None))[0]["text"] == "退款要团长来定。"
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert said[0]["text"] == "A101 没有待定的退款。"
    said = await sold.say("团长小美", "同意 A101", room=None)
    assert "¥19.95" in said[0]["text"]
    assert "确认退款 A101" in said[0]["text"]
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert [line["to"] for line in outside(said)] == ["u2", "u-lead"]
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert said[0]["text"] == "A101 没有待定的退款。"


async def test_a_refund_is_never_more_than_the_order(sold: Shop) -> None:
    assert "最多退 ¥39.9" in told(await agent(sold, "A101 退 40"))
    await agent(sold, "A101 退 30")
    await sold.say("团长小美", "同意 A101", room=None)
    await sold.say("团长小美", "确认退款 A101", room=None)
    assert "最多退 ¥9.9" in told(await agent(sold, "A101 退 10"))


async def test_a_leader_may_say_no(sold: Shop) -> None:
    await agent(sold, "A101 退款 19.95元")
    said = await sold.say("团长小美", "不同意 A101", room=None)
    assert "没同意" in told(said)
    assert all(line["to"] != "u2" for line in said)
