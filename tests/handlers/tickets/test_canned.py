"""Canned replies: with fields, shared or one's own."""

from after_sales import agent, outside, told
from chat import Shop


async def test_canned_replies_have_fields(desk: Shop) -> None:
    await agent(desk, "接 A101")
    said = await agent(desk, "A101 /退款 19.95")
    assert outside(said)[0]["text"] == ("客服小周：老周，给您退 ¥19.95，团长核对后原路退回，一般1–3天到账。")
    said = await agent(desk, "/抱歉")
    assert outside(said)[0]["to"] == "u3"
    said = await agent(desk, "/没这条")
    assert outside(said) == []
    assert "/退款" in told(said)


async def test_canned_replies_are_shared_or_ones_own(desk: Shop) -> None:
    await agent(desk, "存话术 /到货 {称呼}，货到架空层了")
    await agent(desk, "存话术 自用 /晚安 {称呼}晚安")
    await agent(desk, "转 小吴 A101")
    assert outside(await agent(desk, "/晚安 A101", "客服小吴")) == []
    assert "老周，货到架空层了" in outside(await agent(desk, "/到货 A101", "客服小吴"))[0]["text"]


async def test_canned_replies_can_be_removed(desk: Shop) -> None:
    await agent(desk, "存话术 /到货 货到了")
    await agent(desk, "存话术 自用 /到货 到啦")
    assert "您自己的" in told(await agent(desk, "删话术 /到货"))
    assert "货到了" in outside(await agent(desk, "/到货 A101"))[0]["text"]
    await agent(desk, "删话术 /到货")
    assert "没有 /到货" in told(await agent(desk, "删话术 /到货"))
    assert outside(await agent(desk, "/到货 A101")) == []


async def test_a_field_that_nothing_fills_in_is_refused(desk: Shop) -> None:
    assert "没有 {姓名} 这个空" in told(await agent(desk, "存话术 /好 {姓名}您好"))
