"""E26: the complaints about a batch, for the supplier; leaders get those of their own rooms."""

import pytest
from after_sales import agent, outside, told
from chat import Shop


@pytest.fixture
async def complained(delivered: Shop) -> Shop:
    """小陈 and 王姐 complain of strawberries, 老周 of nothing much."""
    await delivered.say("小陈", "草莓烂了")
    await delivered.say("小陈", "", room=None, kind="image")
    await delivered.say("小陈", "1盒", room=None)
    await delivered.say("王姐", "草莓都坏了")
    await delivered.say("老周", "人工", room=None)
    return delivered


@pytest.mark.parametrize(
    "words", ["导出 草莓 5/21 售后", "导出草莓今天售后", "草莓5月21日售后", "汇总 草莓 售后"]
)
async def test_the_complaints_of_a_batch(complained: Shop, words: str) -> None:
    text = told(await agent(complained, words))
    assert "2单：坏损2" in text
    assert "照片1张" in text
    assert "A101 小陈 坏损 1盒「草莓烂了」" in text
    assert "A103" not in text


async def test_another_day_has_none(complained: Shop) -> None:
    assert "没有售后" in told(await agent(complained, "导出 草莓 5/18 售后"))
    assert "没有售后" in told(await agent(complained, "导出 牛奶 售后"))


async def test_closed_cases_are_in_it_too(complained: Shop) -> None:
    for number in (101, 102):
        await agent(complained, f"A{number} 好了")
        await agent(complained, f"A{number} 完成")
    await complained.passes(hours=80)
    await complained.restart()
    assert "2单" in told(await agent(complained, "导出 草莓 5/21 售后"))


async def test_a_leader_gets_those_of_his_rooms(complained: Shop) -> None:
    said = await complained.say("团长小美", "导出 草莓 5/21 售后", room=None)
    assert "2单" in said[0]["text"]
    await complained.command("configure", {"rooms": {"r2": {"leaders": ["u-lead2"]}}})
    said = await complained.say("u-lead2", "导出 草莓 5/21 售后", room=None, name="团长小红")
    assert "没有售后" in said[0]["text"]


async def test_nobody_else_gets_anything(complained: Shop) -> None:
    for room in (None, "r1"):
        said = await complained.say("阿May", "导出 草莓 5/21 售后", room=room)
        assert all("A101 小陈" not in line["text"] for line in outside(said))
    said = await complained.say("团长小美", "导出 草莓 5/21 售后")
    assert all("A101 小陈" not in line["text"] for line in outside(said))


async def test_a_leader_of_another_room_decides_nothing_about_a_private_case(delivered: Shop) -> None:
    await delivered.command(
        "configure",
        {
            "rooms": {"r2": {"leaders": ["u-lead2"]}},
            "agents": {"u-agent": "客服小周"},
            "agent_room": "r-agents",
        },
    )
    await delivered.say("小陈", "草莓烂了", room=None)
    await agent(delivered, "A101 退 20")
    said = await delivered.say("u-lead2", "同意 A101", room=None, name="团长小红")
    assert "退款要团长来定" in said[0]["text"]
    said = await delivered.say("团长小美", "同意 A101", room=None)
    assert "请再确认" in said[0]["text"]
