"""What two wordings of one question have in common, and what a leader has said before."""

from datetime import UTC, datetime

import pytest
from chat import Shop

from storage.questions import (
    ALIKE,
    Question,
    alike,
    known,
    learn,
    open_for,
    open_in,
    same_open,
    topic,
    unanswered_state,
)
from storage.shop import Shop as StoredShop

NOW = datetime(2026, 5, 21, 2, tzinfo=UTC)


def live(shop: Shop) -> StoredShop:
    assert shop.worker is not None
    return shop.worker.shop


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("有机的吗", "请问草莓是有机的吗？"),
        ("打蜡吗", "有没有打蜡"),
        ("能不能放微波炉", "可以放微波炉吗"),
        ("送上楼吗", "团长，送不送上楼呀"),
    ],
)
def test_the_same_question_in_other_words(first: str, second: str) -> None:
    assert alike(topic(first, ["草莓"]), topic(second, ["草莓"])) >= ALIKE


@pytest.mark.parametrize(
    ("first", "second"),
    [("有机的吗", "打蜡吗"), ("能放几天", "送上楼吗"), ("多少钱", "怎么卖"), ("甜吗", "酸吗")],
)
def test_other_questions(first: str, second: str) -> None:
    assert alike(topic(first), topic(second)) < ALIKE


def test_nothing_left_is_like_nothing() -> None:
    assert topic("多少钱？") == ""
    assert alike("", "") == 0.0


def question(number: int, **more: object) -> Question:
    given = {
        "tenant_id": "shop",
        "number": number,
        "room_id": "r1",
        "home": "r1",
        "asker_id": "u1",
        "text": "有机的吗",
        "product": "红颜草莓",
        "message": f"m{number}",
        "asked_at": NOW,
        "leader_id": "u-lead",
    }
    return Question(**{**given, **more})


async def test_who_asks_the_same_waits_with_the_first(shop: Shop) -> None:
    rows = live(shop).rows(Question)
    first = rows.add(question(1))
    found = same_open(live(shop), "r1", "红颜草莓", topic("是有机的吗"))
    assert found is first
    first.wait_too("r1", "u2")
    first.wait_too("r1", "u2")
    first.wait_too("", "u3")
    first.wait_too("r1", "u1")
    assert first.settle("不是") == [("r1", ["u1", "u2"]), ("", ["u3"])]
    assert same_open(live(shop), "r1", "红颜草莓", topic("有机的吗")) is None
    assert same_open(live(shop), "r2", "红颜草莓", topic("有机的吗")) is None


async def test_open_questions_by_room_and_by_leader(shop: Shop) -> None:
    rows = live(shop).rows(Question)
    rows.add(question(2, home="r2", room_id="r2"))
    rows.add(question(1))
    rows.add(question(3, state="answered"))
    assert [q.number for q in open_in(live(shop), "r1")] == [1]
    assert [q.number for q in open_for(live(shop), "u-lead")] == [1, 2]
    told = await unanswered_state(live(shop), live(shop).settings.timezone)
    assert [(q["room"], q["question"]) for q in told] == [("r1", "有机的吗"), ("r2", "有机的吗")]


async def test_a_private_question_has_no_room(shop: Shop) -> None:
    live(shop).rows(Question).add(question(1, room_id=""))
    told = await unanswered_state(live(shop), live(shop).settings.timezone)
    assert told[0]["room"] is None


async def test_the_latest_word_counts_and_the_product_comes_before_the_shop(shop: Shop) -> None:
    store = live(shop)

    def said(id: str, product: str, text: str, answer: str) -> None:
        learn(store, id, product, text, topic(text), answer, "u-lead", NOW)

    said("a", "", "有机的吗", "都不是")
    said("b", "红颜草莓", "有机的吗", "还在问")
    said("c", "红颜草莓", "有机的吗", "非有机")
    found = known(store, "红颜草莓", topic("这个有机不"))
    assert found is not None
    assert found.answer == "非有机"
    other = known(store, "土鸡蛋", topic("有机的吗"))
    assert other is not None
    assert other.answer == "都不是"
    assert known(store, "土鸡蛋", topic("打蜡吗")) is None
