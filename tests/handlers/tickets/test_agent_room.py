"""The agents' room: every command, and what never leaves the room."""

import pytest
from after_sales import ROOM, agent, outside, ticket, told
from chat import Shop

from storage.tickets import TicketLine


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
