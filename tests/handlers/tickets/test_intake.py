"""Complaints in the group: acknowledged in one line, the rest in private, one question at a time."""

import pytest
from after_sales import in_room, tickets, to
from chat import Shop


async def test_a_complaint_goes_out_of_the_public_eye_one_question_at_a_time(
    delivered: Shop,
) -> None:
    said = await delivered.say("小陈", "草莓烂了好多")
    assert in_room(said) == "@小陈 抱歉给您添麻烦了，A101 已登记，我私聊您处理，不用在群里贴。"
    assert to(said, "u1").endswith("方便拍张照片发这里吗？没有就回「没有」。")
    assert "团1 红颜草莓2盒 ¥79.8" in in_room(said, "r-agents")
    said = await delivered.say("小陈", "", room=None, kind="image")
    assert to(said, "u1") == "收到。\n您订了2盒红颜草莓，有问题的是几盒？"
    said = await delivered.say("小陈", "一盒", room=None)
    assert to(said, "u1") == "收到。\n您想：1 退款¥39.9  2 补1盒？回1或2。"
    said = await delivered.say("小陈", "1", room=None)
    assert to(said, "u1") == "A101 都记下了，小周看过就回您。"
    assert "1盒有问题 · 照片1张 · 想退款" in in_room(said, "r-agents")
    (ticket,) = await tickets(delivered)
    assert (ticket["category"], ticket["priority"], ticket["state"]) == ("damaged", "high", "new")
    assert ticket["item"] == "红颜草莓"


async def test_the_choice_may_be_answered_in_the_group(delivered: Shop) -> None:
    await delivered.say("王姐", "草莓坏了")
    await delivered.say("王姐", "没拍照", room=None)
    said = await delivered.say("王姐", "2")
    assert in_room(said) == ""
    assert "都记下了" in to(said, "u2")
    assert "想补货" in in_room(said, "r-agents")


async def test_everything_said_at_once_leaves_nothing_to_ask(delivered: Shop) -> None:
    await delivered.say("小陈", "", kind="image")
    said = await delivered.say("小陈", "草莓坏了一盒，给我补发一盒")
    assert "？" not in to(said, "u1")


async def test_photos_first_and_words_later(delivered: Shop) -> None:
    said = await delivered.say("王姐", "", kind="image")
    assert [line["to"] for line in said] == ["u2"]
    assert await delivered.say("王姐", "", kind="image") == []
    said = await delivered.say("王姐", "坏了")
    assert "照片2张" in in_room(said, "r-agents")
    assert "您想：1 退款¥39.9  2 补货" in to(said, "u2")


async def test_photos_of_people_without_goods_are_chatter(delivered: Shop) -> None:
    assert await delivered.say("阿May", "", kind="image") == []
    await delivered.passes(hours=25)
    assert await delivered.say("小陈", "", kind="image") == []


async def test_which_item_is_asked_when_the_order_has_several(delivered: Shop) -> None:
    said = await delivered.say("小陈", "你们的东西坏了")
    assert "1红颜草莓 2土鸡蛋" in to(said, "u1")
    await delivered.say("小陈", "2", room=None)
    assert (await tickets(delivered))[0]["item"] == "土鸡蛋"


async def test_another_item_is_another_case_and_the_same_item_is_not(delivered: Shop) -> None:
    await delivered.say("小陈", "草莓坏了")
    await delivered.say("小陈", "草莓真的烂得不行")
    await delivered.say("小陈", "鸡蛋也碎了")
    assert [t["item"] for t in await tickets(delivered)] == ["红颜草莓", "土鸡蛋"]


@pytest.mark.parametrize(
    ("words", "category", "priority"),
    [
        ("草莓烂了一半", "damaged", "high"),
        ("草莓少了一盒", "missing", "high"),
        ("给我送错了，我订的是草莓", "wrong_item", "high"),
        ("草莓怎么还没到，都三天了", "late", "high"),
        ("草莓一点都不甜，太难吃了", "quality", "high"),
        ("这草莓是假货", "counterfeit", "high"),
        ("草莓我要退款", "refund", "high"),
        ("孩子吃了草莓过敏了", "safety", "urgent"),
        ("再不处理我打12315", "legal", "urgent"),
    ],
)
async def test_kinds_and_urgency(shop: Shop, words: str, category: str, priority: str) -> None:
    await shop.say("老周", words, room=None)
    assert [(t["category"], t["priority"]) for t in await tickets(shop)] == [(category, priority)]


async def test_safety_stops_the_sale_and_alarms_at_any_hour(open_shop: Shop) -> None:
    await open_shop.until(23)
    said = await open_shop.say("老周", "孩子吃了草莓拉肚子")
    assert "停止食用" in in_room(said)
    assert "停止食用" in to(said, "u3")
    assert "A101" in to(said, "u-lead")
    assert "【A101" in in_room(said, "r-agents")
    state = await open_shop.state()
    assert state["group_buys"][0]["items"][0]["paused"]
    assert state["tickets"][0]["assignee"] == "u-agent"
    said = await open_shop.passes(minutes=2)
    assert "超时" in to(said, "u-lead")


@pytest.mark.parametrize("words", ["喝了牛奶一直吐", "吃了就头晕，进了医院"])
async def test_illness_said_to_the_bot_is_never_missed(shop: Shop, words: str) -> None:
    await shop.say("老周", words, room=None)
    assert [t["category"] for t in await tickets(shop)] == ["safety"]


async def test_a_question_about_allergies_is_no_illness(shop: Shop) -> None:
    await shop.say("老周", "喝了牛奶会不会拉肚子", room=None)
    assert "safety" not in {t["category"] for t in await tickets(shop)}


async def test_anger_gets_a_person_and_no_questions(shop: Shop) -> None:
    said = await shop.say("老周", "骗人的吧，草莓全是坏的，垃圾", room=None)
    assert "？" not in to(said, "u3")
    assert "情绪激动" in in_room(said, "r-agents")


async def test_a_case_gets_graver_and_keeps_its_number(delivered: Shop) -> None:
    await delivered.say("小陈", "草莓坏了")
    said = await delivered.say("小陈", "孩子吃了拉肚子了", room=None)
    assert "停止食用" in to(said, "u1")
    assert "A101" in to(said, "u-lead")
    (ticket,) = await tickets(delivered)
    assert (ticket["category"], ticket["priority"]) == ("safety", "urgent")


async def test_leaders_and_agents_do_not_complain_in_the_group(shop: Shop) -> None:
    assert await shop.say("团长小美", "草莓坏了的私聊我") == []
    assert await shop.say("客服小周", "鸡蛋碎了的找我") == []
    assert await tickets(shop) == []
