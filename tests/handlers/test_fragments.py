"""Questions in pieces: held for a moment, answered as one, carried on from the last."""

from typing import Any

from asking import TWO, asks, opens
from chat import Shop

from bot.channels import Recalled
from bot.replay_log import ACCOUNT


async def test_fragments_of_one_person_are_one_answer(shop: Shop) -> None:
    """A6, contract §9.12: 2.5 seconds after the last fragment, caused by the last."""
    await opens(shop)
    assert await shop.say("小陈", "多少钱", id="q1") == []
    assert await shop.passes(seconds=1) == []
    assert await shop.say("小陈", "什么时候到", id="q2") == []
    assert await shop.passes(seconds=1) == []
    assert await shop.say("小陈", "送上楼吗", id="q3") == []
    assert await shop.passes(seconds=2) == []
    said = await shop.passes(seconds=1)
    assert len(said) == 1
    assert said[0]["cause"] == "q3"
    assert said[0]["text"].count("\n") == 2
    assert "39.9" in said[0]["text"]


async def test_fragments_of_two_people_are_two_answers(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "草莓多少钱")
    await shop.say("王姐", "草莓甜吗")
    said = await shop.passes(seconds=3)
    assert [line["mentions"] for line in said] == [["u1"], ["u2"]]


async def test_a_name_before_the_question_is_part_of_it(shop: Shop) -> None:
    await opens(shop, TWO)
    await shop.say("小陈", "鸡蛋")
    assert await asks(shop, "小陈", "多少钱") == ["小团：@小陈 土鸡蛋：28.8元/板（30枚/板）"]


async def test_a_name_after_the_question_is_part_of_it(shop: Shop) -> None:
    await opens(shop, TWO)
    await shop.say("小陈", "多少钱")
    assert await asks(shop, "小陈", "鸡蛋") == ["小团：@小陈 土鸡蛋：28.8元/板（30枚/板）"]


async def test_an_order_is_not_held_up_by_a_question(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "草莓甜吗")
    said = await shop.say("小陈", "+1")
    assert "小陈 1盒" in said[0]["text"]
    assert "糖度" in (await shop.passes(seconds=3))[0]["text"]


async def test_fragments_without_end_are_answered_all_the_same(shop: Shop) -> None:
    await opens(shop)
    said: list[Any] = []
    for _ in range(8):
        said += await shop.say("小陈", "草莓多少钱")
        said += await shop.passes(seconds=2)
    assert said


async def test_a_restart_between_question_and_answer(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "草莓甜吗", id="q1")
    await shop.restart()
    said = await shop.passes(seconds=3)
    assert [shop.written(line) for line in said] == ["小团：@小陈 红颜草莓：糖度12-13"]
    assert said[0]["cause"] == "q1"
    await shop.restart()
    assert await shop.passes(seconds=60) == []


async def test_a_question_delivered_twice_is_answered_once(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "草莓甜吗", id="q1")
    await shop.say("小陈", "草莓甜吗", id="q1")
    assert len(await shop.passes(seconds=3)) == 1
    await shop.say("小陈", "草莓甜吗", id="q1")
    assert await shop.passes(seconds=3) == []


async def test_fragments_out_of_order_are_answered_together(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "甜吗", id="q2")
    await shop.say("小陈", "草莓多少钱", id="q1")
    said = await shop.passes(seconds=3)
    assert len(said) == 1
    assert "糖度" in said[0]["text"]
    assert "39.9" in said[0]["text"]


async def test_a_recalled_question_gets_no_answer(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "草莓甜吗", id="q1")
    recalled = Recalled(account=ACCOUNT, room="r1", message="q1", sender="u1", at=shop.now)
    await shop.work(recalled)
    assert await shop.passes(seconds=5) == []


async def test_the_same_question_for_something_else(shop: Shop) -> None:
    await opens(shop, TWO)
    await shop.plays("""
        小陈：草莓多少钱
        小团：@小陈 红颜草莓：39.9元/盒（2斤/盒）
        小陈：那鸡蛋呢？
        小团：@小陈 土鸡蛋：28.8元/板（30枚/板）
    """)


async def test_what_was_asked_about_last(shop: Shop) -> None:
    await opens(shop, TWO)
    await shop.plays("""
        小陈：鸡蛋多少钱
        小团：@小陈 土鸡蛋：28.8元/板（30枚/板）
        小陈：哪里产的
        小团：@小陈 土鸡蛋：产地：安徽
    """)


async def test_a_bare_name_among_fragments_is_no_question_of_its_own(shop: Shop) -> None:
    await opens(shop, TWO)
    await shop.say("小陈", "草莓多少钱")
    await shop.say("小陈", "哈哈今天真热")
    assert await shop.passes(seconds=3) != []
    assert await shop.passes(seconds=60) == []


async def test_one_of_two_fragments_recalled(shop: Shop) -> None:
    await opens(shop)
    await shop.say("小陈", "草莓甜吗", id="q1")
    await shop.say("小陈", "草莓多少钱", id="q2")
    recalled = Recalled(account=ACCOUNT, room="r1", message="q1", sender="u1", at=shop.now)
    await shop.work(recalled)
    said = await shop.passes(seconds=5)
    assert len(said) == 1
    assert "糖度" not in said[0]["text"]
