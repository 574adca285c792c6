"""The agents' room: every command, who may give it, and what never leaves the room."""

import pytest
from chat import Shop

from handlers.tickets.base import router
from storage.errors import Refused
from storage.refunds import AlreadyProposed, NothingProposed, RefundTooMuch
from storage.tickets import HeldBy, NoTicket, TicketEnded, TicketLine

ROOM = "r-agents"


@pytest.fixture
async def desk(shop: Shop) -> Shop:
    """老周 has called for a person; the case was given to 客服小周."""
    await shop.say("老周", "人工")
    return shop


async def ticket(shop: Shop, number: int = 101) -> dict:
    found = (await shop.state())["tickets"]
    return next(t for t in found if t["number"] == f"A{number}")


async def agent(shop: Shop, text: str, who: str = "客服小周") -> list[dict]:
    return await shop.say(who, text, room=ROOM)


def outside(said: list[dict]) -> list[dict]:
    """What anybody but agents could read."""
    return [line for line in said if line["room"] != ROOM]


def told(said: list[dict]) -> str:
    return "\n".join(line["text"] for line in said if line["room"] == ROOM)


# -- claiming and answering --------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["接 A101", "接A101", "接 a101", "接 #A101", "A101 我来", "接"])
async def test_claiming(desk: Shop, words: str) -> None:
    said = await agent(desk, words)
    assert "已锁定" in told(said)
    assert outside(said) == []
    assert (await ticket(desk))["state"] == "open"


async def test_what_was_only_given_may_be_claimed_by_another(desk: Shop) -> None:
    await agent(desk, "接 A101", "客服小吴")
    assert (await ticket(desk))["assignee"] == "u-agent2"


async def test_two_answers_are_impossible(desk: Shop) -> None:
    await agent(desk, "接 A101")
    for words in ("接 A101", "A101 我来帮您", "A101 完成", "转 小吴 A101", "A101 退 5"):
        said = await agent(desk, words, "客服小吴")
        assert told(said) == "@客服小吴 小周在处理 A101，要接手请让他「转」给您。"
        assert outside(said) == []


async def test_the_words_reach_the_customer_as_typed(desk: Shop) -> None:
    (said,) = await agent(desk, "A101 您好，ＡＢＣ 退 ¥19.95 给您，OK？")
    assert said["to"] == "u3"
    assert said["room"] is None
    assert said["text"] == "客服小周：您好，ＡＢＣ 退 ¥19.95 给您，OK？"
    assert said["cause"] == "m2"


async def test_a_repeated_message_is_relayed_once(desk: Shop) -> None:
    assert len(await desk.say("客服小周", "A101 在的", room=ROOM, id="a1")) == 1
    assert await desk.say("客服小周", "A101 在的", room=ROOM, id="a1") == []


async def test_talk_among_agents_goes_nowhere(desk: Shop) -> None:
    for words in ("中午吃啥", "A栋那边有人吗", "老周这个怎么处理", "接孩子去了"):
        assert await agent(desk, words) == []


async def test_an_unknown_number_is_said_so(desk: Shop) -> None:
    assert "没有 A999" in told(await agent(desk, "A999 您好"))


# -- notes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["// 老客户，多补一盒", "A101 // 老客户，多补一盒", "A101 //老客户，多补一盒", "／／老客户，多补一盒"],
)
async def test_notes_never_leave_the_room(desk: Shop, words: str) -> None:
    await agent(desk, "接 A101")
    said = await agent(desk, words)
    assert outside(said) == []
    for later in ("A101 您好", "A101", "转 小吴 A101"):
        said = await agent(desk, later)
        assert all("老客户" not in line["text"] for line in outside(said))
    said = await desk.say("老周", "处理得怎么样", room=None)
    assert all("老客户" not in line["text"] for line in outside(said))
    assert desk.worker is not None
    lines = await desk.worker.shop.find(TicketLine, ticket=101)
    assert [line.text for line in lines if line.kind == "note"] == ["老客户，多补一盒"]


# -- handing on, holding, ending ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["转 小吴 A101", "转小吴 A101", "转 A101 小吴", "A101 转 小吴", "转给小吴 A101"]
)
async def test_transfer_with_context(desk: Shop, words: str) -> None:
    await agent(desk, "接 A101")
    said = await agent(desk, words)
    assert said[0]["mentions"] == ["u-agent2"]
    assert "【A101 转单】老周" in told(said)
    assert (await ticket(desk))["assignee"] == "u-agent2"


async def test_transfer_to_nobody_changes_nothing(desk: Shop) -> None:
    assert "没找到叫「小王」" in told(await agent(desk, "转 小王 A101"))
    assert (await ticket(desk))["assignee"] == "u-agent"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("挂起 A101 等供应商", "waiting_supplier"),
        ("挂起 A101 等客户", "waiting_customer"),
        ("A101 等客户回复", "waiting_customer"),
        ("挂起 A101", "on_hold"),
        ("A101 挂起 等厂家补货", "waiting_supplier"),
    ],
)
async def test_holding(desk: Shop, words: str, state: str) -> None:
    await agent(desk, words)
    assert (await ticket(desk))["state"] == state
    assert await desk.passes(hours=5) == []
    await agent(desk, "继续 A101")
    assert (await ticket(desk))["state"] == "open"


@pytest.mark.parametrize("words", ["A101 完成", "完成 A101", "A101 解决了", "解决 A101", "A101完成"])
async def test_resolving_asks_in_private(desk: Shop, words: str) -> None:
    said = await agent(desk, words)
    (question,) = outside(said)
    assert question["to"] == "u3"
    assert "1满意 2一般 3没解决" in question["text"]
    assert (await ticket(desk))["state"] == "resolved"
    assert "已经完成了" in told(await agent(desk, "接 A101"))


async def test_a_resolved_case_is_reopened_by_its_agent(desk: Shop) -> None:
    await agent(desk, "A101 完成")
    await agent(desk, "重开 A101")
    assert (await ticket(desk))["state"] == "open"
    assert "不用重开" in told(await agent(desk, "重开 A101"))
    await agent(desk, "A101 完成")
    await desk.passes(hours=73)
    assert "超过72小时" in told(await agent(desk, "重开 A101"))


async def test_merging(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了")
    await shop.say("老周", "鸡蛋碎了")
    await shop.say("王姐", "人工")
    assert told(await agent(shop, "合并 A101 A102")) == "A102 已并入 A101。"
    assert (await ticket(shop, 102))["state"] == "closed"
    assert "不是同一位客户" in told(await agent(shop, "合并 A101 A103"))
    assert "已经完成" in told(await agent(shop, "接 A102"))


# -- presence ----------------------------------------------------------------------------------------


async def test_who_leaves_hands_his_cases_on(desk: Shop) -> None:
    said = await agent(desk, "我下线了")
    assert "1件转出" in told(said)
    assert (await ticket(desk))["assignee"] == "u-agent2"
    await agent(desk, "下线", "客服小吴")
    assert (await ticket(desk))["assignee"] is None
    said = await desk.say("王姐", "人工")
    assert "最晚" in said[1]["text"]
    said = await agent(desk, "上线")
    assert "A101" in told(said)
    assert (await ticket(desk, 102))["assignee"] == "u-agent"


async def test_cases_go_round(shop: Shop) -> None:
    for who in ("老周", "王姐", "小陈", "阿May"):
        await shop.say(who, "人工")
    found = (await shop.state())["tickets"]
    assert [t["assignee"] for t in found] == ["u-agent", "u-agent2"] * 2


async def test_the_queue_is_listed_most_pressing_first(desk: Shop) -> None:
    assert "A101" in told(await agent(desk, "队列"))
    await desk.say("王姐", "孩子吃了草莓过敏了")
    assert told(await agent(desk, "工单")).splitlines()[0].startswith("‼️A102")
    assert "A102" not in told(await agent(desk, "我的工单"))


# -- canned replies ----------------------------------------------------------------------------------


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


# -- money -------------------------------------------------------------------------------------------


@pytest.fixture
async def sold(shop: Shop) -> Shop:
    """王姐 ordered a box of strawberries at ¥39.9 and complains."""
    await shop.say("团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\n今天11:00截止，1盒成团")
    await shop.say("团长小美", "开团")
    await shop.say("王姐", "A1")
    await shop.until(11)
    await shop.say("王姐", "草莓坏了要退款")
    return shop


async def test_a_refund_takes_two_steps_of_a_leader(sold: Shop) -> None:
    said = await agent(sold, "A101 退 19.95")
    assert [line["to"] for line in outside(said)] == ["u-lead"]
    assert "待定" in told(await agent(sold, "A101 退 5"))
    for who in ("王姐", "客服小周"):
        assert outside(await sold.say(who, "同意 A101", room=None))[0]["text"] == "退款要团长来定。"
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert said[0]["text"] == "A101 没有待定的退款。"
    said = await sold.say("团长小美", "同意 A101", room=None)
    assert "¥19.95" in said[0]["text"]
    assert "确认退款 A101" in said[0]["text"]
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert [line["to"] for line in outside(said)] == ["u2", "u-lead"]
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert said[0]["text"] == "A101 没有待定的退款。"


async def test_a_refund_is_never_more_than_the_order(sold: Shop) -> None:
    assert "最多退 ¥39.9" in told(await agent(sold, "A101 退 40"))
    await agent(sold, "A101 退 30")
    await sold.say("团长小美", "同意 A101", room=None)
    await sold.say("团长小美", "确认退款 A101", room=None)
    assert "最多退 ¥9.9" in told(await agent(sold, "A101 退 10"))


async def test_a_leader_may_say_no(sold: Shop) -> None:
    await agent(sold, "A101 退款 19.95元")
    said = await sold.say("团长小美", "不同意 A101", room=None)
    assert "没同意" in told(said)
    assert all(line["to"] != "u2" for line in said)


# -- strangers ---------------------------------------------------------------------------------------

ORDERS = (
    "接 A101",
    "A101 给您退1000元",
    "A101 // 记一下",
    "转 小吴 A101",
    "挂起 A101 等供应商",
    "A101 完成",
    "合并 A101 A102",
    "A101 退 100",
    "/退款 A101",
    "下线",
    "存话术 /退款 坏话",
    "重开 A101",
    "A101 电话",
)


@pytest.mark.parametrize("words", ORDERS)
async def test_a_stranger_in_the_agents_room_can_do_nothing(desk: Shop, words: str) -> None:
    before = await desk.state()
    said = await desk.say("u-evil", words, room=ROOM, name="客服小周")
    assert outside(said) == []
    assert told(said).endswith("只有登记的客服能处理工单。")
    assert (await desk.state())["tickets"] == before["tickets"]


@pytest.mark.parametrize("words", ORDERS)
@pytest.mark.parametrize("room", ["r1", None])
async def test_a_namesake_of_an_agent_can_do_nothing_elsewhere(
    desk: Shop, words: str, room: str | None
) -> None:
    before = await desk.state()
    said = await desk.say("u-evil", words, room=room, name="客服小周")
    assert all(line["to"] not in ("u3", "u-lead") for line in said)
    after = [t for t in (await desk.state())["tickets"] if t["customer"] == "u3"]
    assert after == before["tickets"]


async def test_agents_give_no_orders_in_a_buyers_group(desk: Shop) -> None:
    before = await desk.state()
    assert await desk.say("客服小周", "A101 完成") == []
    assert (await desk.state())["tickets"] == before["tickets"]


async def test_a_customer_may_name_his_own_ticket(desk: Shop) -> None:
    said = await desk.say("老周", "A101 怎么样了", room=None)
    assert "A101 老周：A101 怎么样了" in told(said)


async def test_an_agent_may_work_in_private(desk: Shop) -> None:
    said = await desk.say("客服小周", "A101 您好", room=None)
    assert [line["to"] for line in said] == ["u3"]


# -- numbers and knowledge ---------------------------------------------------------------------------


async def test_the_desks_numbers(desk: Shop) -> None:
    await desk.passes(minutes=10)
    await agent(desk, "A101 好了")
    await agent(desk, "A101 完成")
    await desk.say("老周", "1", room=None)
    await desk.say("王姐", "草莓坏了")
    assert told(await agent(desk, "本周客服报表")).splitlines() == [
        "近7天：2件，完成1，重开0，超时0",
        "中位数：首次回复10分钟，解决10分钟",
        "评价：满意1",
        "类型：转人工1 坏损1",
        "商品：红颜草莓1",
    ]


async def test_a_lesson_is_put_to_the_leader(desk: Shop) -> None:
    said = await agent(desk, "A101 存为知识：不送上楼")
    assert [line["to"] for line in outside(said)] == ["u-lead"]
    assert "存为知识：不送上楼" in outside(said)[0]["text"]


async def test_a_decision_about_money_is_no_answer_to_a_question(sold: Shop) -> None:
    await sold.say("小陈", "@小团 鸡蛋是有机的吗", mentions=("bot",))
    await sold.passes(seconds=5)
    await agent(sold, "A101 退 19.95")
    said = await sold.say("团长小美", "同意 A101", room=None)
    assert "确认退款 A101" in said[0]["text"]
    said = await sold.say("团长小美", "确认退款 A101", room=None)
    assert all("确认退款" not in line["text"] for line in said)


# -- the other door ----------------------------------------------------------------------------------


async def test_the_web_desk_has_the_same_rules(desk: Shop) -> None:
    state = await desk.command("ticket.claim", {"agent": "u-agent", "number": 101})
    assert (state["state"], state["assignee"]) == ("open", "u-agent")
    with pytest.raises(HeldBy):
        await desk.command("ticket.reply", {"agent": "u-agent2", "number": 101, "text": "我来"})
    await desk.command("ticket.reply", {"agent": "u-agent", "number": 101, "text": "您好"})
    assert desk.outlet.lines[-1]["text"] == "客服小周：您好"
    await desk.command("ticket.note", {"agent": "u-agent", "number": 101, "text": "老客户"})
    assert desk.outlet.lines[-1]["text"] == "客服小周：您好"
    await desk.command("ticket.hold", {"agent": "u-agent", "number": 101, "why": "supplier"})
    assert (await ticket(desk))["state"] == "waiting_supplier"
    await desk.command("ticket.resume", {"agent": "u-agent", "number": 101})
    await desk.command("ticket.wait_customer", {"agent": "u-agent", "number": 101})
    await desk.command("ticket.transfer", {"agent": "u-agent", "number": 101, "to": "小吴"})
    await desk.command("ticket.resolve", {"agent": "u-agent2", "number": 101})
    with pytest.raises(TicketEnded):
        await desk.command("ticket.claim", {"agent": "u-agent2", "number": 101})
    await desk.command("ticket.reopen", {"agent": "u-agent2", "number": 101})
    with pytest.raises(NoTicket):
        await desk.command("ticket.claim", {"agent": "u-agent2", "number": 999})
    moved = await desk.command("agent.presence", {"agent": "u-agent2", "present": False})
    assert moved == {"moved": ["A101"]}


async def test_the_web_desk_proposes_and_leaders_decide(sold: Shop) -> None:
    proposal = {"agent": "u-agent", "number": 101, "amount_fen": 3990}
    with pytest.raises(RefundTooMuch):
        await sold.command("refund.propose", {**proposal, "amount_fen": 3991})
    assert (await sold.command("refund.propose", proposal))["state"] == "proposed"
    with pytest.raises(AlreadyProposed):
        await sold.command("refund.propose", proposal)
    with pytest.raises(Refused):
        await sold.command("refund.decide", {"person": "u2", "number": 101, "step": "approve"})
    decision = {"person": "u-lead", "number": 101}
    await sold.command("refund.decide", {**decision, "step": "approve"})
    done = await sold.command("refund.decide", {**decision, "step": "confirm"})
    assert done["state"] == "recorded"
    for _ in range(5):
        with pytest.raises(NothingProposed):
            await sold.command("refund.decide", {**decision, "step": "confirm"})


async def test_both_doors_stay_in_step(desk: Shop) -> None:
    await desk.command("ticket.claim", {"agent": "u-agent2", "number": 101})
    assert "小吴在处理" in told(await agent(desk, "A101 您好"))


def test_every_refusal_of_the_desk_has_words() -> None:
    facts = {
        "label": "A101",
        "other": "A102",
        "holder": "小周",
        "name": "小王",
        "most": "1",
        "amount": "2",
    }
    for kind in router.refusals:
        words = router.words_for(kind(**facts))
        assert words
        assert "{" not in words
