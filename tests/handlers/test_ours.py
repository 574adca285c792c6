"""Displeasure in the room: with this shop, or with the rest of the world (handlers/_ours.py)."""

from typing import Any

import pytest
from chat import Shop


async def cases(shop: Shop, who: str, text: str, **more: Any) -> int:
    await shop.say(who, text, **more)
    await shop.passes(seconds=3)
    return len((await shop.state())["tickets"])


@pytest.mark.parametrize(
    "text",
    ["草莓烂了一半", "收到的东西都臭了，你们怎么发的货", "我要投诉你们团长", "孩子吃了拉肚子，草莓有问题"],
)
async def test_about_this_shop(shop: Shop, text: str) -> None:
    assert await cases(shop, "小陈", text) == 1


@pytest.mark.parametrize(
    "text",
    ["昨天超市买的草鱼不新鲜", "外卖又送错了，气死", "男主最后死了", "物业太坑了"],
)
async def test_about_others(shop: Shop, text: str) -> None:
    assert await cases(shop, "小陈", text) == 0


async def test_after_talk_of_another_shop(shop: Shop) -> None:
    await shop.say("王姐", "某宝上买的鞋小了一码")
    await shop.passes(seconds=20)
    assert await cases(shop, "小陈", "客服都是机器人，聊半天没用") == 0


async def test_ours_is_compared_with_what_others_sell(shop: Shop) -> None:
    assert await cases(shop, "小陈", "草莓比超市的还烂，一半不能吃") == 1


async def test_what_others_sell_is_theirs(shop: Shop) -> None:
    assert await cases(shop, "小陈", "超市买的草莓烂了一半") == 0
