"""A question back when somebody spoke to the bot in vain, once in a while; else silence."""

from typing import Any

import pytest
from chat import Shop

from handlers.fallback import HERE, NOT_UNDERSTOOD, PICTURE


async def told(shop: Shop, who: str, text: str, **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [line["text"] for line in said]


async def test_one_question_back(shop: Shop) -> None:
    await shop.plays("""
        小陈：@小团 叽里咕噜一通乱讲
        小团：@小陈 没太明白～是想问商品、下单，还是找人工？回「帮助」看我会什么。
        小陈：@小团 哗啦哗啦又一通
        王姐：@小团 嘀嘀嘀嗒嗒嗒
        小团：@王姐 没太明白～是想问商品、下单，还是找人工？回「帮助」看我会什么。
        （11分钟后）
        小陈：@小团 又是一通乱讲呀
        小团：@小陈 没太明白～是想问商品、下单，还是找人工？回「帮助」看我会什么。
    """)


async def test_called_without_a_word(shop: Shop) -> None:
    assert await told(shop, "小陈", "@小团", mentions=("bot",)) == [f"@小陈 {HERE}"]


async def test_in_private_too(shop: Shop) -> None:
    assert await told(shop, "小陈", "嘀嘀嘀嗒嗒嗒", room=None) == [NOT_UNDERSTOOD]
    assert await told(shop, "小陈", "嗒嗒嗒嘀嘀嘀", room=None) == []


async def test_not_addressed_is_silence(shop: Shop) -> None:
    assert await told(shop, "小陈", "叽里咕噜一通乱讲") == []


async def test_somebody_else_was_meant_as_well(shop: Shop) -> None:
    said = await told(shop, "小陈", "@小团 @王姐 你俩真逗哈哈", mentions=("bot", "u2"))
    assert said == []


async def test_a_picture_without_a_word_in_private(shop: Shop) -> None:
    assert await told(shop, "小陈", "", room=None, kind="image") == [PICTURE]
    assert await told(shop, "小陈", "", room=None, kind="image") == []


@pytest.mark.parametrize("kind", ["sticker", "file", "location", "red_packet", "xyz"])
async def test_unknown_kinds_are_met_with_silence(shop: Shop, kind: str) -> None:
    """Contract §9.17."""
    assert await told(shop, "小陈", "", kind=kind) == []
    assert await told(shop, "小陈", "", room=None, kind=kind) == []


async def test_agents_among_themselves_get_no_question(shop: Shop) -> None:
    said = await told(shop, "客服小周", "今天午饭吃啥呀", room="r-agents")
    assert said == []


async def test_an_agent_s_private_words_get_no_question(shop: Shop) -> None:
    assert await told(shop, "客服小周", "嘀嘀嘀嗒嗒嗒", room=None) == []


async def test_a_bare_yes_to_nothing_is_let_pass(shop: Shop) -> None:
    said = await told(shop, "小陈", "好的", room=None)
    assert said in ([], [NOT_UNDERSTOOD])
