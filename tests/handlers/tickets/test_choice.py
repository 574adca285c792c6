"""E27: whoever would rather have a person gets one from the first word on, elders by their leader's word."""

import pytest
from after_sales import agent, in_room, ticket, tickets, to, told
from chat import Shop


@pytest.mark.parametrize("words", ["以后都找真人", "以后直接转人工吧", "今后都给我转客服", "下次直接找真人"])
async def test_a_wish_for_later_holds_and_calls_nobody_now(delivered: Shop, words: str) -> None:
    said = await delivered.say("小陈", words, room=None)
    assert "以后直接转真人" in to(said, "u1")
    assert await tickets(delivered) == []
    said = await delivered.say("小陈", "草莓烂了")
    assert "只要真人" in told(said)
    assert "客服小周5分钟内回您" in to(said, "u1")
    assert "照片" not in to(said, "u1")


@pytest.mark.parametrize("words", ["我只要真人", "别让机器人跟我说", "不要机器人"])
async def test_a_wish_for_now_calls_somebody_now(delivered: Shop, words: str) -> None:
    said = await delivered.say("小陈", words, room=None)
    assert "已转客服小周" in to(said, "u1")
    assert (await ticket(delivered))["category"] == "human"


@pytest.mark.parametrize("words", ["机器人就行", "以后先问机器人就行", "不用转真人了"])
async def test_it_can_be_taken_back(delivered: Shop, words: str) -> None:
    await delivered.say("小陈", "以后都找真人", room=None)
    assert "先由我来" in to(await delivered.say("小陈", words, room=None), "u1")
    assert "照片" in to(await delivered.say("小陈", "草莓烂了"), "u1")


async def test_the_choice_is_offered_once(delivered: Shop) -> None:
    said = await delivered.say("小陈", "草莓烂了")
    assert "想直接找真人就回「人工」" in to(said, "u1")
    said = await delivered.say("小陈", "真人", room=None)
    assert "已转客服小周" in to(said, "u1")
    await agent(delivered, "A101 好了")
    await agent(delivered, "A101 完成")
    said = await delivered.say("小陈", "鸡蛋也碎了", room=None)
    assert "想直接找真人" not in to(said, "u1")


async def test_elders_go_to_people_by_their_leaders_word(delivered: Shop) -> None:
    said = await delivered.say("团长小美", "设王姐为长辈")
    assert in_room(said) == "✅ 王姐 的售后以后直接转真人。"
    said = await delivered.say("王姐", "草莓烂了")
    assert "只要真人" in told(said)
    assert "照片" not in to(said, "u2")
    await delivered.say("团长小美", "取消王姐的长辈")
    assert "照片" in to(await delivered.say("老周", "草莓烂了"), "u3")


async def test_nobody_else_decides_who_is_old(delivered: Shop) -> None:
    await delivered.say("老周", "设王姐为长辈")
    assert "照片" in to(await delivered.say("王姐", "草莓烂了"), "u2")


async def test_chatter_about_robots_is_none(delivered: Shop) -> None:
    for words in ("机器人就行", "机器人真好玩", "用机器人就行"):
        assert await delivered.say("小陈", words) == []


async def test_a_complaint_told_to_a_person_is_one_in_the_books(delivered: Shop) -> None:
    await delivered.say("小陈", "人工", room=None)
    await delivered.say("小陈", "草莓烂了一盒", room=None)
    found = await ticket(delivered)
    assert (found["category"], found["item"], found["priority"]) == ("damaged", "红颜草莓", "high")
    await delivered.say("王姐", "草莓烂了")
    said = await delivered.say("老周", "草莓都烂了")
    assert "I1" in in_room(said)
    assert {one["incident"] for one in await tickets(delivered)} == {"I1"}
