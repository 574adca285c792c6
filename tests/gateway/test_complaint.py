"""A complaint's whole way on the real gateway: group, private chat, web desk, customer, score, once more."""

import asyncio
import re
import time
from base64 import b64encode
from pathlib import Path

import pytest
from gateway.web import PASSWORD, WebDesk, visitor
from gateway.whole import PATIENCE, Bot, town, until

from bot.images import sample_picture

pytestmark = pytest.mark.gateway

GROUP, DESK = "r1@chatroom", "desk@chatroom"
MEMBERS = {"lead": "小美", "u1": "小陈", "u2": "老王"}
IMAGE = 6
ROOMS = {"rooms": [{"match": {"topic": "果园一群"}}], "agent_room": {"topic": "售后群"}}


async def furnished(bot: Bot) -> None:
    """A group with an order in it, and the agents' room."""
    await bot.gateway.add_room(GROUP, "果园一群", owner="lead", members=MEMBERS)
    await bot.gateway.add_room(DESK, "售后群", owner="agent", members={"agent": "客服小周"})
    await bot.start()
    await bot.gateway.say(DESK, "agent", "大家好")
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明晚8点截止，3号楼自提")
    await bot.answers(GROUP, "u1", "A2", "小陈", "2盒")


async def made_agent(bot: Bot, boss: WebDesk, agent: WebDesk) -> None:
    """The boss makes an account for 小周, who sets a password by its link and binds his WeChat."""
    page = await boss.post("/desk/accounts", login="zhou", name="小周", role="agent")
    link = re.search(r"/desk/welcome/[\w-]+", page)
    assert link is not None
    await agent.read(link[0])
    await agent.post(link[0], password=PASSWORD)
    code = re.search(r"绑定 ([A-Z2-9]{8})<", await agent.post("/desk/binding"))
    assert code is not None
    await bot.gateway.dm("agent", f"绑定 {code[1]}")
    await bot.says("agent", "绑定")


async def shows(desk: WebDesk, path: str, *words: str) -> str:
    """The page, once it has all these words."""
    deadline = time.monotonic() + PATIENCE
    while True:
        page = await desk.read(path)
        if all(word in page for word in words):
            return page
        assert time.monotonic() < deadline, f"not in time: {words} on {path}"
        await asyncio.sleep(0.1)


async def test_a_complaint_from_the_group_to_the_desk_and_back(tmp_path: Path) -> None:
    async with town(tmp_path, **ROOMS) as bot, visitor(bot) as boss, visitor(bot) as agent:
        await furnished(bot)
        await boss.first_sign_in()
        await made_agent(bot, boss, agent)

        # The group reads one neutral line, everything else is private; the picture reaches the desk.
        group = len(bot.gateway.sent(GROUP))
        await bot.gateway.say(GROUP, "u1", "草莓烂了一半，电话13812345678")
        await bot.says(GROUP, "A101 已登记", "我私聊您", after=group)
        await bot.says("u1", "A101", "照片")
        await bot.says(DESK, "A101", "红颜草莓2盒")
        shot = b64encode(sample_picture("gateway")).decode()
        await bot.gateway.call("keepImage", {"id": "shot-1", "base64": shot})
        await bot.gateway.dm("u1", "", id="shot-1", type=IMAGE)
        page = await shows(agent, "/desk/tickets/101", "/photos/")
        picture = re.search(r'src="(/desk/tickets/101/photos/[0-9a-f]{32}\.jpg)"', page)
        assert picture is not None
        assert (await agent.picture(picture[1]))[:2] == b"\xff\xd8"
        await until(
            lambda: [m for m in bot.gateway.sent_messages(DESK) if m["kind"] == "file"],
            "the picture in the agents' room",
        )

        # Killed in the middle; the agent's words and note go where they belong.
        await bot.kill()
        await bot.start()
        await agent.sign_in("zhou")
        await agent.read("/desk/tickets/101")
        assert (await agent.act("/desk/tickets/101/claim"))["ok"]
        assert (await agent.act("/desk/tickets/101/note", text="老客户，多补一盒"))["ok"]
        assert (await agent.act("/desk/tickets/101/reply", text="您好，给您退一盒可以吗"))["ok"]
        await bot.says("u1", "客服小周：您好，给您退一盒可以吗")
        await shows(agent, "/desk/tickets/101", "已送达", "内部备注，客户看不到")
        await bot.gateway.dm("u1", "可以，谢谢")
        await shows(agent, "/desk/tickets/101", "可以，谢谢")

        # Resolved, scored, and opened again in the same thread.
        assert (await agent.act("/desk/tickets/101/resolve"))["ok"]
        await bot.says("u1", "解决了吗", "3没解决")
        await bot.kill()
        await bot.start()
        await bot.gateway.dm("u1", "3")
        await bot.says("u1", "A101 已重开")
        await bot.says(DESK, "A101 重开")
        await agent.sign_in("zhou")
        await shows(agent, "/desk/tickets/101", "客户重开")
        assert (await agent.act("/desk/tickets/101/claim"))["ok"]
        assert (await agent.act("/desk/tickets/101/reply", text="真对不住，马上给您补"))["ok"]
        await bot.says("u1", "真对不住，马上给您补")
        assert (await agent.act("/desk/tickets/101/resolve"))["ok"]
        await until(lambda: sum("解决了吗" in t for t in bot.gateway.sent("u1")) == 2, "asked once more")
        await bot.gateway.dm("u1", "1")
        await bot.says("u1", "谢谢您")
        ended(bot, await bot.state())


def ended(bot: Bot, state: dict) -> None:
    """One ticket; nothing private in the group; the note nowhere but at the desk."""
    (ticket,) = state["tickets"]
    assert (ticket["number"], ticket["state"], ticket["customer"]) == ("A101", "resolved", "u1")
    for text in bot.gateway.sent(GROUP):
        assert "13812345678" not in text
        assert "退一盒" not in text
    for place in (GROUP, "u1", "u2", "lead"):
        assert all("老客户" not in text for text in bot.gateway.sent(place)), place
    relayed = [text for text in bot.gateway.sent("u1") if "退一盒" in text]
    assert len(relayed) == 1
