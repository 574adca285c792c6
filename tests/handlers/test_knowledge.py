"""Leaders answer what nobody knew: by the next word, by number, by quoting, in private or in the room."""

from typing import Any

import pytest
from asking import asks, opens
from chat import Shop

from bot.channels import Quote


async def asked(shop: Shop, who: str = "小陈", text: str = "草莓打蜡吗", **more: Any) -> None:
    said = await asks(shop, who, text, **more)
    assert any("已问团长" in line for line in said)


async def test_by_number_in_the_room(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await asked(shop, "王姐", "草莓有没有农药残留")
    assert await asks(shop, "团长小美", "问题2：有检测报告，合格") == [
        "小团：@王姐 「草莓有没有农药残留」团长回复：有检测报告，合格"
    ]
    assert [q["question"] for q in (await shop.state())["unanswered"]] == ["草莓打蜡吗"]


async def test_by_quoting_the_bot_s_question_in_private(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await asked(shop, "王姐", "草莓有没有农药残留")
    first = next(line for line in shop.outlet.lines if line["to"] == "u-lead" and "问题1" in line["text"])
    quote = Quote(id=first["id"], sender="bot", name="小团", text=first["text"])
    said = await asks(shop, "团长小美", "不打蜡", room=None, quote=quote)
    assert said[0] == "小团：@小陈 「草莓打蜡吗」团长回复：不打蜡"


async def test_by_quoting_the_asker_in_the_room(shop: Shop) -> None:
    await opens(shop)
    await asked(shop, id="q1")
    said = await asks(shop, "团长小美", "不打蜡，放心", quote="q1")
    assert said == ["小团：@小陈 「草莓打蜡吗」团长回复：不打蜡，放心"]


async def test_by_quoting_the_bot_s_promise_in_the_room(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    promise = next(line for line in shop.outlet.lines if "已问团长" in line["text"])
    said = await asks(shop, "团长小美", "不打蜡", quote=promise["id"])
    assert said == ["小团：@小陈 「草莓打蜡吗」团长回复：不打蜡"]


async def test_with_two_open_the_next_word_is_not_guessed(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await asked(shop, "王姐", "草莓有没有农药残留")
    said = await asks(shop, "团长小美", "没有的", room=None)
    assert said == [
        "小团→团长小美：答的是哪个？引用那条回，或说「问题2：答案」⏎问题1 草莓打蜡吗⏎问题2 草莓有没有农药残留"
    ]


@pytest.mark.parametrize("text", ["名单", "推送列表", "草莓卖了多少？", "我的编号", "帮助"])
async def test_a_command_is_no_answer(shop: Shop, text: str) -> None:
    await opens(shop)
    await asked(shop)
    said = await asks(shop, "团长小美", text, room=None)
    assert not [line for line in said if "团长回复" in line]
    assert len((await shop.state())["unanswered"]) == 1


async def test_a_shrug_is_passed_on_but_not_learnt(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    said = await asks(shop, "团长小美", "我也不清楚", room=None)
    assert said[0] == "小团：@小陈 「草莓打蜡吗」团长回复：我也不清楚"
    await asked(shop, "王姐", "草莓打蜡吗")


async def test_the_answer_finds_the_asker_after_a_restart(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await shop.restart()
    said = await asks(shop, "团长小美", "不打蜡", room=None)
    assert said[0] == "小团：@小陈 「草莓打蜡吗」团长回复：不打蜡"


async def test_a_private_question_is_answered_in_private(shop: Shop) -> None:
    await opens(shop)
    await asked(shop, room=None)
    said = await asks(shop, "团长小美", "不打蜡", room=None)
    assert said[0] == "小团→小陈：「草莓打蜡吗」团长回复：不打蜡"


async def test_an_answer_delivered_twice_is_passed_on_once(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await asks(shop, "团长小美", "不打蜡", room=None, id="a1")
    assert await asks(shop, "团长小美", "不打蜡", room=None, id="a1") == []


async def test_a_member_answers_nothing_for_the_leader(shop: Shop) -> None:
    await opens(shop)
    await asked(shop, id="q1")
    assert await asks(shop, "老周", "问题1：听说是不打的") == []
    assert await asks(shop, "老周", "听说是打的", quote="q1") == []
    assert len((await shop.state())["unanswered"]) == 1


async def test_a_phone_number_in_an_answer_stays_out_of_the_room(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    said = await asks(shop, "团长小美", "打 13812345678 问农场", room=None)
    assert "13812345678" not in said[0]


async def test_the_list_of_what_is_open(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        团长小美：没答上来的
        小团：都答上来了，没有欠着的问题。
    """)
    await asked(shop)
    await shop.plays("""
        团长小美：没答上来的
        小团：没答上来的1个，回「问题1：答案」⏎问题1 小陈：草莓打蜡吗（红颜草莓）
        小陈：没答上来的
    """)


async def test_a_long_list_goes_to_the_leader(shop: Shop) -> None:
    await opens(shop)
    for number, thing in enumerate(("打蜡", "泡药水", "膨大剂", "催熟")):
        await asked(shop, ("小陈", "王姐", "老周", "阿May")[number], f"草莓用{thing}吗")
    said = await asks(shop, "团长小美", "没答上来的")
    assert said[0].startswith("小团→团长小美：没答上来的4个")
    assert said[1] == "小团：没答上来的4个，私发您了。"


async def test_a_fact_can_be_stored_without_a_question(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        团长小美：存为知识：不送上楼
        小团：记下了：不送上楼
        小陈：送上楼吗
        小团：@小陈 团长5月21日说：不送上楼
        小陈：你咋知道
        小团：@小陈 依据：团长5月21日说的
    """)


async def test_where_an_answer_comes_from(shop: Shop) -> None:
    """A19."""
    await opens(shop)
    await asks(shop, "小陈", "草莓甜吗")
    assert await asks(shop, "小陈", "你怎么知道的") == ["小团：@小陈 依据：商品资料·描述（红颜草莓）"]
    assert await asks(shop, "王姐", "你怎么知道的") == []


async def test_what_was_answered_elsewhere_is_not_waited_for(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await asks(shop, "团长小美", "问题1：不打蜡")
    said = await asks(shop, "团长小美", "今天好累", room=None)
    assert not [line for line in said if "团长回复" in line]
    assert await asks(shop, "团长小美", "问题1：打蜡") == []


async def test_the_list_in_private_has_all_rooms(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    said = await asks(shop, "团长小美", "没答上来的", room=None)
    assert said[0].startswith("小团→团长小美：没答上来的1个")


async def test_a_quote_of_something_else_is_no_answer(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    await shop.say("老周", "晚上吃火锅", id="x1")
    assert await asks(shop, "团长小美", "好呀", quote="x1") == []
    assert len((await shop.state())["unanswered"]) == 1


async def test_by_a_word_to_the_asker_that_all_can_read(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    assert await asks(shop, "团长小美", "@小陈 不打蜡的", mentions=("u1",)) == []
    assert (await shop.state())["unanswered"] == []
    assert await asks(shop, "王姐", "草莓打蜡吗") == ["小团：@王姐 团长5月21日说：不打蜡的"]


async def test_talk_with_the_asker_is_no_answer(shop: Shop) -> None:
    await opens(shop)
    await asked(shop)
    for text in ("@小陈 你晚上来拿钥匙", "@小陈 谢谢", "@小陈 下周的团要不要？"):
        assert await asks(shop, "团长小美", text, mentions=("u1",)) == []
    assert len((await shop.state())["unanswered"]) == 1
