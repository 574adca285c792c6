"""Authority is by id: what strangers and namesakes of agents cannot do."""

import pytest
from after_sales import ROOM, outside, told
from chat import Shop

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


@pytest.mark.parametrize("words", [*ORDERS, "A101", "队列", "接"])
async def test_a_leader_who_does_the_agents_work_does_it_for_his_own_rooms(shop: Shop, words: str) -> None:
    """A shop without agents: 小红 leads the second group, 小陈 complains in the first."""
    await shop.command(
        "configure",
        {"rooms": {"r1": {"leaders": ["u-lead"]}, "r2": {"leaders": ["u-lead2"]}}, "agents": {}},
    )
    await shop.say("小陈", "人工")
    before = await shop.state()
    said = await shop.say("u-lead2", words, room=None, name="团长小红")
    assert [line for line in said if line["to"] == "u1"] == []
    assert all("小陈" not in line["text"] for line in said)
    assert (await shop.state())["tickets"] == before["tickets"]
