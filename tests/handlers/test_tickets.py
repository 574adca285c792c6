"""Complaints and calls for a person, as members live them: in the group, in private, over time."""

import re
from collections.abc import AsyncIterator

import pytest
from chat import Shop

from storage.tickets import TicketLine


@pytest.fixture
async def delivered(shop: Shop) -> Shop:
    """小陈 has two boxes of strawberries and eggs, 王姐 and 老周 one box each; the goods just came."""
    await shop.say(
        "团长小美",
        "开团\n周六水果\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n今天11:00截止，2盒成团，3号楼自提",
    )
    await shop.say("团长小美", "开团")
    for who, order in (("小陈", "A2 B1"), ("王姐", "A1"), ("老周", "A1")):
        await shop.say(who, order)
    await shop.until(11)
    await shop.say("团长小美", "到货了")
    return shop


@pytest.fixture
async def open_shop(shop: Shop) -> Shop:
    """A group buy of strawberries takes sign-ups."""
    await shop.say("团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\n明天20:00截止，3号楼自提")
    await shop.say("团长小美", "开团")
    return shop


def to(said: list[dict], who: str) -> str:
    """What one person was told in private."""
    return "\n".join(line["text"] for line in said if line["to"] == who)


def in_room(said: list[dict], room: str = "r1") -> str:
    """What a room was told."""
    return "\n".join(line["text"] for line in said if line["room"] == room)


async def asks(shop: Shop, who: str, words: str) -> list[dict]:
    """A question in the group, with the time that fragments are waited for."""
    return await shop.say(who, words) + await shop.passes(seconds=3)


async def tickets(shop: Shop) -> list[dict]:
    return (await shop.state())["tickets"]


# -- 人工 ---------------------------------------------------------------------------------------------


CALLED = "【A101 转人工】老周（果园一群）⏎原话：人工⏎建议：先问清什么事⏎给小周，10:30前要回。回「接 A101」"


async def test_a_person_is_called_in_the_group_and_comes(shop: Shop) -> None:
    await shop.plays(f"""
        老周：人工
        小团（售后群）：@客服小周 {CALLED}
        小团：@老周 已转客服小周，您前面0人，预计5分钟内私聊您。
        小团→老周：A101 小周会在这里回您。您可以先说说是什么事，我转给他。
        客服小周（售后群）：接 A101
        小团（售后群）：A101 已锁定给小周，发「A101 内容」就能回客户。
        客服小周（售后群）：A101 您好，什么事？
        小团→老周：客服小周：您好，什么事？
        老周（私聊）：想问发票
        小团（售后群）：@客服小周 A101 老周：想问发票
        老周：今天好热
    """)
    (ticket,) = await tickets(shop)
    assert ticket["state"] == "open"
    assert ticket["category"] == "human"
    assert ticket["priority"] == "normal"
    assert ticket["assignee"] == "u-agent"
    assert ticket["first_response_at"] == "2026-05-21T10:00:06+08:00"


@pytest.mark.parametrize("words", ["人工", "转人工", "找真人", "叫客服", "别跟机器人说话了，找人工"])
async def test_a_person_is_called_in_any_words(shop: Shop, words: str) -> None:
    said = await shop.say("老周", words, room=None)
    assert "您前面0人" in to(said, "u3")
    assert "分钟" in to(said, "u3")
    assert [t["category"] for t in await tickets(shop)] == ["human"]


async def test_the_second_in_the_queue_hears_his_place(shop: Shop) -> None:
    await shop.say("老周", "人工")
    said = await shop.say("王姐", "人工")
    assert "您前面1人" in in_room(said)


async def test_asking_twice_is_one_case(shop: Shop) -> None:
    await shop.say("老周", "人工")
    said = await shop.say("老周", "人工啊")
    assert "A101" in in_room(said, "r-agents")
    assert len(await tickets(shop)) == 1


async def test_the_same_message_again_does_nothing(shop: Shop) -> None:
    await shop.say("老周", "人工", id="x1")
    assert await shop.say("老周", "人工", id="x1") == []
    await shop.restart()
    assert await shop.say("老周", "人工", id="x1") == []
    assert len(await tickets(shop)) == 1


async def test_is_anybody_there_hands_over_only_when_meant_for_the_bot(shop: Shop) -> None:
    assert await shop.say("老周", "有人吗") == []
    assert await tickets(shop) == []
    await shop.say("老周", "@小团 有人吗", mentions=("bot",))
    await shop.say("王姐", "人呢", room=None)
    assert [t["customer"] for t in await tickets(shop)] == ["u3", "u2"]
    said = await shop.say("老周", "人呢")
    assert "A101" in in_room(said)


async def test_after_hours_the_case_waits_and_the_customer_knows_when(shop: Shop) -> None:
    await shop.until(21, 30)
    said = await shop.say("老周", "人工")
    assert "明天9:00" in in_room(said)
    assert "第1位" in in_room(said)
    assert "021-00000000" in in_room(said)
    assert (await tickets(shop))[0]["assignee"] is None
    said = await shop.until(9)
    assert "1件在等" in in_room(said, "r-agents")
    assert [line["cause"] for line in said] == ["timer:desk_opens"]
    assert (await tickets(shop))[0]["assignee"] == "u-agent"


# -- complaints --------------------------------------------------------------------------------------


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


# -- three neighbours, one matter --------------------------------------------------------------------


async def test_three_complaints_about_an_item_are_one_incident(delivered: Shop) -> None:
    await delivered.say("团长小美", "开团\n下周水果\nA 红颜草莓 39.9元/盒\n后天20:00截止，3号楼自提")
    await delivered.say("团长小美", "开团")
    await delivered.say("小陈", "草莓烂了一半")
    await delivered.passes(minutes=20)
    await delivered.say("王姐", "我的也是")
    said = await delivered.say("老周", "我的草莓也坏了")
    assert in_room(said).count("I1") == 1
    assert "3户" in in_room(said)
    assert "暂停接单" in in_room(said)
    assert "小陈" not in in_room(said)
    assert "I1" in to(said, "u1")
    assert "I1" in to(said, "u2")
    assert "I1" in to(said, "u3")
    assert "I1" in to(said, "u-lead")
    state = await delivered.state()
    assert [t["incident"] for t in state["tickets"]] == ["I1", "I1", "I1"]
    assert state["group_buys"][1]["items"][0]["paused"]
    said = await delivered.say("阿May", "草莓坏了好多", room=None)
    assert "I1" in to(said, "u4")
    assert "？" not in to(said, "u4")
    said = await delivered.say("客服小周", "I1 今晚8点前全额退款", room="r-agents")
    assert [line["to"] for line in said if line["to"]] == ["u1", "u2", "u3", "u4"]


async def test_me_too_means_the_neighbours_complaint_only_from_a_buyer(delivered: Shop) -> None:
    assert await delivered.say("王姐", "我的也是") == []
    await delivered.say("老周", "草莓坏了")
    assert await delivered.say("阿May", "我的也是") == []
    assert await delivered.say("张敏", "我也是第一次来") == []
    await delivered.say("小陈", "我家的也坏了")
    assert [t["item"] for t in await tickets(delivered)] == ["红颜草莓", "红颜草莓"]
    await delivered.passes(minutes=31)
    assert await delivered.say("王姐", "我的也是") == []


async def test_complaints_far_apart_or_of_one_person_are_no_incident(delivered: Shop) -> None:
    for who, minutes in (("小陈", 0), ("王姐", 70), ("老周", 70)):
        await delivered.passes(minutes=minutes)
        await delivered.say(who, "草莓坏了")
    assert {t["incident"] for t in await tickets(delivered)} == {None}


async def test_the_plan_for_an_incident_is_chased_before_it_is_due(delivered: Shop) -> None:
    for who in ("小陈", "王姐", "老周"):
        await delivered.say(who, "草莓坏了")
    said = await delivered.until(15)
    assert "timer:incident_promise" in {line["cause"] for line in said}


# -- while a human is at work ------------------------------------------------------------------------


async def test_the_bot_keeps_quiet_towards_this_customer_only(open_shop: Shop) -> None:
    await open_shop.say("老周", "人工")
    await open_shop.say("客服小周", "A101 在的", room="r-agents")
    assert await open_shop.say("老周", "草莓甜吗") == []
    said = await open_shop.say("老周", "@小团 草莓甜吗", mentions=("bot",))
    assert [line["room"] for line in said] == ["r-agents"]
    assert "糖度" in in_room(await asks(open_shop, "王姐", "草莓甜吗"))
    said = await open_shop.say("老周", "+1")
    assert "老周" in in_room(said)
    assert (await open_shop.state())["group_buys"][0]["items"][0]["taken"] == 1
    await open_shop.say("客服小周", "A101 还有别的吗", room="r-agents")
    await open_shop.passes(minutes=16)
    assert "糖度" in in_room(await asks(open_shop, "老周", "草莓甜吗"))


async def test_an_answer_in_the_group_counts_as_an_answer(shop: Shop) -> None:
    await shop.say("老周", "人工")
    await shop.say("客服小周", "@老周 我在，您说", mentions=("u3",))
    (ticket,) = await tickets(shop)
    assert (ticket["state"], ticket["assignee"]) == ("open", "u-agent")
    assert ticket["first_response_at"] is not None


async def test_the_bot_speaks_again_after_the_case(open_shop: Shop) -> None:
    await open_shop.say("老周", "人工")
    await open_shop.say("客服小周", "A101 好了", room="r-agents")
    await open_shop.say("客服小周", "A101 完成", room="r-agents")
    assert "糖度" in in_room(await asks(open_shop, "老周", "草莓甜吗"))


# -- afterwards --------------------------------------------------------------------------------------


async def test_one_digit_tells_whether_it_is_solved(shop: Shop) -> None:
    await shop.say("老周", "人工")
    await shop.plays("""
        客服小周（售后群）：A101 给您处理好了
        小团→老周：客服小周：给您处理好了
        客服小周（售后群）：A101 完成
        小团→老周：A101 处理好了。解决了吗？1满意 2一般 3没解决
        小团（售后群）：A101 已完成，正在问老周是否满意。
        老周：1
        老周（私聊）：1
        小团→老周：谢谢您，有事随时喊我。
        小团（售后群）：A101 老周 评价：满意
    """)
    assert (await tickets(shop))[0]["state"] == "resolved"
    assert (await tickets(shop))[0]["assignee"] is None


@pytest.mark.parametrize("words", ["3", "没解决", "不满意"])
async def test_not_solved_reopens(shop: Shop, words: str) -> None:
    await _resolved(shop)
    said = await shop.say("老周", words, room=None)
    assert "已重开" in to(said, "u3")
    (ticket,) = await tickets(shop)
    assert (ticket["state"], ticket["number"]) == ("reopened", "A101")


@pytest.mark.parametrize("words", ["还是没解决", "又坏了"])
async def test_within_three_days_it_is_the_same_thread(shop: Shop, words: str) -> None:
    await _resolved(shop, "草莓坏了")
    await shop.passes(hours=71)
    await shop.say("老周", words)
    assert [t["state"] for t in await tickets(shop)] == ["reopened"]


async def test_after_three_days_it_is_a_new_case(shop: Shop) -> None:
    await _resolved(shop, "草莓坏了")
    await shop.passes(hours=73)
    await shop.say("老周", "草莓又坏了")
    assert [t["state"] for t in await tickets(shop)] == ["closed", "new"]


async def test_satisfaction_counts_only_when_asked(shop: Shop) -> None:
    await shop.say("老周", "满意", room=None)
    assert await tickets(shop) == []


async def _resolved(shop: Shop, words: str = "人工") -> None:
    await shop.say("老周", words)
    await shop.say("客服小周", "A101 给您处理好了", room="r-agents")
    await shop.say("客服小周", "A101 完成", room="r-agents")


async def test_how_it_stands_is_told_in_private(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了")
    said = await shop.say("老周", "我那个事咋样了")
    assert in_room(said) == "@老周 A101 在处理，进展私聊您了。"
    assert to(said, "u3") == "A101 红颜草莓坏损：排队中（小周），最晚10:05回您。"


async def test_giving_up_closes_nothing_silently(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了", room=None)
    said = await shop.say("老周", "算了不要了", room=None)
    assert "1解决了 2还要处理" in to(said, "u3")
    assert (await tickets(shop))[0]["state"] == "new"
    said = await shop.say("老周", "1", room=None)
    assert "说已经解决了" in in_room(said, "r-agents")


async def test_cancelling_a_sign_up_is_no_giving_up(open_shop: Shop) -> None:
    await open_shop.say("老周", "草莓坏了")
    await open_shop.passes(minutes=30)
    await open_shop.say("老周", "+1")
    await open_shop.say("老周", "不要了")
    assert (await open_shop.state())["group_buys"][0]["items"][0]["taken"] == 0


async def test_a_dispute_goes_to_people_with_the_timeline(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了要退钱")
    said = await shop.say("老周", "为什么只退一半", room=None)
    assert "草莓坏了要退钱" in to(said, "u-lead")
    assert "有异议" in in_room(said, "r-agents")


async def test_a_word_with_the_shop_is_passed_on(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了", room=None)
    said = await shop.say("老周", "帮我跟商家说说呗", room=None)
    assert "已转告" in to(said, "u3")
    assert "A101" in to(said, "u-lead")


async def test_a_registered_refund_is_asked_after(delivered: Shop) -> None:
    await delivered.say("王姐", "草莓坏了要退钱")
    await delivered.say("客服小周", "A101 退 39.9", room="r-agents")
    await delivered.say("团长小美", "同意 A101", room=None)
    await delivered.say("团长小美", "确认退款 A101", room=None)
    assert "¥39.9 已登记" in to(await delivered.say("王姐", "退款到账了吗", room=None), "u2")
    said = await delivered.passes(hours=72)
    assert "到账了吗" in to(said, "u2")
    said = await delivered.say("王姐", "没到", room=None)
    assert "退款还没到账" in to(said, "u-lead")


# -- promises and clocks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("孩子吃了草莓过敏了", 120), ("草莓烂了", 300), ("草莓我要退款", 900), ("人工", 1800)],
)
async def test_each_kind_is_warned_at_four_fifths_and_breached_to_the_second(
    shop: Shop, words: str, seconds: int
) -> None:
    await shop.say("老周", words, room=None)
    await shop.say("客服小周", "接 A101", room="r-agents")
    before = await shop.passes(seconds=seconds * 0.8 - 1)
    assert not _of(before, "sla_warning")
    warned = await shop.passes(seconds=1)
    assert "还有" in in_room(_of(warned, "sla_warning"), "r-agents")
    assert not _of(await shop.passes(seconds=seconds * 0.2 - 1), "sla_breach")
    breached = await shop.passes(seconds=1)
    assert "超时未回" in to(_of(breached, "sla_breach"), "u-lead")


def _of(said: list[dict], timer: str) -> list[dict]:
    return [line for line in said if line["cause"] == f"timer:{timer}"]


async def test_an_answer_in_time_ends_every_clock(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了")
    await shop.say("客服小周", "A101 马上看", room="r-agents")
    assert await shop.passes(hours=3) == []


async def test_before_a_promise_breaks_the_agent_is_chased_and_the_customer_hears_first(
    shop: Shop,
) -> None:
    await shop.say("老周", "人工", room=None)
    said = await shop.passes(minutes=4)
    assert [line["to"] or line["room"] for line in said] == ["u3", "r-agents"]
    assert "最晚10:30" in to(said, "u3")
    assert "客户在等" in in_room(said, "r-agents")


async def test_no_clock_runs_while_somebody_else_is_awaited(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了", room=None)
    await shop.passes(minutes=2)
    await shop.say("客服小周", "挂起 A101 等客户", room="r-agents")
    assert await shop.passes(hours=2) == []
    assert (await tickets(shop))[0]["state"] == "waiting_customer"
    await shop.say("老周", "我在的", room=None)
    assert (await tickets(shop))[0]["state"] == "open"
    assert not _of(await shop.passes(minutes=2.9), "sla_breach")
    assert _of(await shop.passes(minutes=0.2), "sla_breach")


async def test_working_time_stops_at_closing_and_goes_on_at_opening(shop: Shop) -> None:
    await shop.until(20, 58)
    await shop.say("老周", "草莓烂了", room=None)
    said = await shop.until(9)
    assert not _of(said, "sla_breach")
    assert not _of(await shop.passes(minutes=2.9), "sla_breach")
    assert _of(await shop.passes(minutes=0.2), "sla_breach")


async def test_an_unanswered_case_keeps_alarming_the_lead(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了", room=None)
    said = await shop.passes(hours=3)
    assert len([line for line in said if line["to"] == "u-lead"]) >= 3


async def test_a_case_moves_on_after_five_minutes_of_silence(shop: Shop) -> None:
    await shop.say("老周", "人工")
    await shop.passes(minutes=5)
    assert (await tickets(shop))[0]["assignee"] == "u-agent2"
    await shop.passes(minutes=5)
    assert (await tickets(shop))[0]["assignee"] is None
    await shop.say("客服小周", "接", room="r-agents")
    assert (await tickets(shop))[0]["assignee"] == "u-agent"


async def test_the_next_answer_is_owed_in_time_too(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了", room=None)
    await shop.say("客服小周", "A101 马上看", room="r-agents")
    await shop.passes(hours=1)
    await shop.say("老周", "怎么说", room=None)
    said = await shop.passes(minutes=5)
    assert _of(said, "sla_breach")


async def test_words_before_a_case_are_gone_after_thirty_days(shop: Shop) -> None:
    await shop.say("老周", "昨天买的草莓到了")
    await _resolved(shop, "草莓坏了")
    await shop.passes(hours=24 * 31)
    assert shop.worker is not None
    lines = await shop.worker.shop.find(TicketLine, ticket=101)
    assert {line.kind for line in lines} == {"event"}


# -- restarts ----------------------------------------------------------------------------------------

STORY = (
    ("小陈", "草莓烂了一半", "r1"),
    ("小陈", "没有", None),
    ("小陈", "1", None),
    ("客服小周", "接 A101", "r-agents"),
    ("客服小周", "A101 给您退", "r-agents"),
    ("小陈", "好的谢谢", None),
    ("客服小周", "A101 完成", "r-agents"),
    ("小陈", "3", None),
    ("客服小吴", "接 A101", "r-agents"),
    ("客服小吴", "A101 完成", "r-agents"),
    ("小陈", "满意", None),
)


async def _story(shop: Shop, cut: int | None) -> tuple[list[str], list[dict]]:
    heard: list[str] = []
    for step, (who, words, room) in enumerate(STORY):
        if step == cut:
            await shop.restart()
        said = await shop.say(who, words, room=room) + await shop.passes(seconds=20)
        # Recent talk is memory: a restart may lose it, and nothing else.
        heard += [re.sub(r"\n之前：[^\n]*", "", shop.written(line)) for line in said]
    return heard, await tickets(shop)


@pytest.fixture
async def shops() -> AsyncIterator[list[Shop]]:
    made: list[Shop] = []
    yield made
    for shop in made:
        await shop.close()


async def test_a_restart_between_any_two_steps_changes_nothing(shops: list[Shop]) -> None:
    results = []
    for cut in (None, *range(1, len(STORY))):
        shops.append(await Shop().open())
        results.append(await _story(shops[-1], cut))
    assert all(result == results[0] for result in results)
    assert results[0][1][0]["state"] == "resolved"
