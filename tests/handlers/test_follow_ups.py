"""A few words that only the talk before explains."""

from typing import Any

import pytest
from chat import Shop

OPENING = (
    "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\nB 土鸡蛋 30枚/板 28.8元\n周五20:00截止，20盒成团，周六上午到"
)


async def opens(shop: Shop) -> None:
    await shop.say("团长小美", OPENING)
    await shop.passes(seconds=5)
    await shop.say("团长小美", "开团")
    await shop.passes(seconds=30)


async def asks(shop: Shop, who: str, text: str, **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [shop.written(line) for line in said]


@pytest.mark.parametrize("text", ["鸡蛋呢", "那鸡蛋呢？", "还有鸡蛋呢", "鸡蛋咧"])
async def test_and_the_eggs(shop: Shop, text: str) -> None:
    await opens(shop)
    await asks(shop, "小陈", "草莓哪里产的")
    assert await asks(shop, "小陈", text) == ["小团：@小陈 土鸡蛋：产地：安徽"]


async def test_without_a_question_before_it_is_chatter(shop: Shop) -> None:
    await opens(shop)
    assert await asks(shop, "王姐", "孩子他爸呢") == []
    await asks(shop, "小陈", "草莓哪里产的")
    assert await asks(shop, "小陈", "你家老王呢") == []
    await shop.passes(minutes=11)
    assert await asks(shop, "小陈", "那双鞋呢") == []


@pytest.mark.parametrize("text", ["电话多少", "客服电话", "热线是多少？", "你们的联系方式"])
async def test_the_hotline_is_a_fact_and_no_call_for_a_person(shop: Shop, text: str) -> None:
    said = await asks(shop, "小陈", f"@小团 {text}", mentions=("bot",))
    assert said == ["小团：@小陈 电话：021-00000000"]
    assert (await shop.state())["tickets"] == []


async def test_a_customer_with_a_case_talks_to_the_desk(shop: Shop) -> None:
    await asks(shop, "小陈", "@小团 人工", mentions=("bot",))
    said = await asks(shop, "小陈", "@小团 电话多少", mentions=("bot",))
    assert not [line for line in said if "021-00000000" in line]
