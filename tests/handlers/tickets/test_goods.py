"""Three neighbours, one matter: incidents, and the sale that is stopped."""

from after_sales import in_room, tickets, to
from chat import Shop


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
