"""The whole bot on the real gateway: its four jobs, and all that may happen to it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from gateway.certificates import Certificates
from gateway.driver import BOT_ID
from gateway.test_survival import KILLERS
from gateway.whole import Bot, clock_ahead, town

pytestmark = pytest.mark.gateway

GROUP, DESK = "r1@chatroom", "desk@chatroom"
MEMBERS = {"lead": "小美", "u1": "小陈", "u2": "老王"}
BY_TOPIC = {
    "rooms": [{"match": {"topic": "果园一群"}}],
    "agent_room": {"topic": "售后群"},
}
BY_ID = {
    "rooms": [{"match": {"id": GROUP}, "leaders": ["lead"]}],
    "agent_room": {"id": DESK},
}


async def furnished(bot: Bot, owner: str = "lead") -> None:
    await bot.gateway.add_room(GROUP, "果园一群", owner=owner, members=MEMBERS)
    await bot.gateway.add_room(DESK, "售后群", owner="agent", members={"agent": "客服小周"})
    await bot.start()


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot with a group and an agents' room that the config knows by their topics."""
    async with town(tmp_path, **BY_TOPIC) as bot:
        await furnished(bot)
        yield bot


# The four jobs


async def test_the_four_jobs_with_and_without_tls(tmp_path: Path) -> None:
    """Rooms known by topic, led by their owner; and by id, with a leader named, over TLS."""
    certificates = Certificates.make(tmp_path / "tls")
    async with (
        town(tmp_path / "a", **BY_TOPIC) as plain,
        town(tmp_path / "b", certificates, **BY_ID) as secure,
    ):
        await asyncio.gather(furnished(plain), furnished(secure, owner="u2"))
        await asyncio.gather(four_jobs(plain), four_jobs(secure))
        assert plain.stop_now() == 0
        assert secure.stop_now() == 0


async def four_jobs(bot: Bot) -> None:
    then = clock_ahead()
    when = f"{then.hour}点{then.minute}分"
    await bot.answers(GROUP, "lead", f"今天{when}发：新到的脐橙，甜得很", f"{then:%H:%M}")
    await bot.opens(GROUP, "lead", "A 红颜草莓 2斤/盒 39.9元", f"今天{when}截止，3盒成团，自提3号楼")
    await sign_ups(bot)
    await question(bot)
    await complaint(bot)
    result = await bot.says(GROUP, "团1", "成团", "¥119.7", seconds=150)
    assert "成团后微信转团长" in result
    await bot.says(GROUP, "新到的脐橙，甜得很", seconds=150)
    await bot.settled()
    said = bot.gateway.sent(GROUP)
    assert [text for text in said if "成团：" in text] == [result]
    assert said.count("新到的脐橙，甜得很") == 1
    state = await bot.state()
    assert [(g["state"], g["title"]) for g in state["group_buys"]] == [
        ("reached", state["group_buys"][0]["title"])
    ]
    assert [post["state"] for post in state["posts"]] == ["posted"]
    assert [ticket["state"] for ticket in state["tickets"]] == ["resolved"]


async def sign_ups(bot: Bot) -> None:
    await bot.answers(GROUP, "u1", "+1", "小陈", "1盒")
    await bot.gateway.say(GROUP, "u2", "两盒")
    await bot.says(GROUP, "老王", "2盒", "共3/3盒")
    roll = await bot.answers(GROUP, "lead", "名单", "#接龙")
    assert "1. 小陈：A1盒\n2. 老王：A2盒" in roll
    assert await bot.booked(1) == {"小陈": 1, "老王": 2}


async def question(bot: Bot) -> None:
    await bot.answers(GROUP, "u2", "草莓甜吗", "糖度12-13")
    await bot.answers(GROUP, "u1", "@小团 鸡蛋多少钱一板", "28.8")


async def complaint(bot: Bot) -> None:
    await bot.gateway.say(GROUP, "u1", "收到的草莓烂了一半，怎么回事")
    called = await bot.says(DESK, "A101", "小陈")
    assert called.startswith("@客服小周")
    await bot.gateway.say(DESK, "agent", "接 A101")
    await bot.says(DESK, "A101 已锁定给小周")
    await bot.gateway.say(DESK, "agent", "A101 您好，给您退一半可以吗")
    await bot.says("u1", "给您退一半可以吗")
    await bot.gateway.dm("u1", "可以的，谢谢")
    await bot.says(DESK, "A101", "可以的，谢谢")
    await bot.gateway.say(DESK, "agent", "A101 完成")
    await bot.says("u1", "A101", "满意")


# Rooms and who leads them


async def test_a_topic_that_two_rooms_have_binds_neither(tmp_path: Path) -> None:
    async with town(tmp_path, **BY_TOPIC) as bot:
        others = {"u9": "冒名的", "u8": "路人"}
        await bot.gateway.add_room("r2@chatroom", "果园一群", owner="u9", members=others)
        await furnished(bot)
        await bot.gateway.say(GROUP, "u1", "@小团 草莓多少钱")
        await bot.gateway.say("r2@chatroom", "u8", "@小团 草莓多少钱")
        await bot.settled()
        assert bot.gateway.sent(GROUP) == []
        assert bot.gateway.sent("r2@chatroom") == []


async def test_an_agents_room_without_an_agent_is_none(tmp_path: Path) -> None:
    async with town(tmp_path, **BY_TOPIC) as bot:
        await bot.gateway.add_room("fake@chatroom", "售后群", owner="u9", members={"u9": "冒名的"})
        await furnished(bot)
        await bot.gateway.say("fake@chatroom", "u9", "接 A101")
        await bot.gateway.say(GROUP, "u1", "收到的草莓烂了一半，怎么回事")
        await bot.says(DESK, "A101", "小陈")
        assert bot.gateway.sent("fake@chatroom") == []


async def test_a_new_owner_leads(bot: Bot) -> None:
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    await bot.gateway.change_owner(GROUP, "u2")
    await bot.gateway.say(GROUP, "lead", "截单")
    await bot.settled(3)
    assert (await bot.state())["group_buys"][0]["state"] == "open"
    await bot.answers(GROUP, "u2", "截单", "截单")
    assert (await bot.state())["group_buys"][0]["state"] == "locked"


async def test_an_invitation_is_accepted_with_one_line(bot: Bot) -> None:
    gateway = bot.gateway
    await gateway.add_room("new@chatroom", "别的群", owner="u2", members={"u2": "老王"}, with_bot=False)
    await gateway.emit("room-invite", {"roomInvitationId": "invitation-1"})
    await gateway.until_called("accepted invitation-1")
    await gateway.join("new@chatroom", {BOT_ID: "小团"}, inviter="u2")
    await gateway.say("new@chatroom", "u2", "大家好")
    await bot.settled(3)
    assert gateway.sent("new@chatroom") == []  # nobody has asked it to serve here
    await bot.serves("new@chatroom", "u2")
    await gateway.leave("new@chatroom", [BOT_ID], remover="u2")
    await gateway.join("new@chatroom", {BOT_ID: "小团"}, inviter="u2")
    await bot.answers("new@chatroom", "u2", "@小团 草莓多少钱", "39.9")
    greetings = [text for text in gateway.sent("new@chatroom") if "我是机器人小团" in text]
    assert len(greetings) == 1
    assert "删除我的信息" in greetings[0]


async def test_invited_to_a_room_that_the_config_names_it_greets(tmp_path: Path) -> None:
    async with town(tmp_path, **BY_TOPIC) as bot:
        gateway = bot.gateway
        await gateway.add_room(GROUP, "果园一群", owner="lead", members=MEMBERS, with_bot=False)
        await bot.start()
        await gateway.join(GROUP, {BOT_ID: "小团"}, inviter="lead")
        await bot.says(GROUP, "我是机器人小团")
        await bot.answers(GROUP, "u1", "@小团 草莓多少钱", "39.9")
        assert len([text for text in gateway.sent(GROUP) if "我是机器人小团" in text]) == 1


# What is said


async def test_duplicates_count_once_and_order_is_kept(bot: Bot) -> None:
    gateway = bot.gateway
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    for _ in range(3):
        await gateway.say(GROUP, "u1", "+1", id="once")
    orders = [("u2", f"改成{count}盒") for count in [*range(2, 32), 4]]
    await gateway.say_all(GROUP, orders)
    await bot.says(GROUP, "老王 4盒")
    assert await bot.booked(1) == {"小陈": 1, "老王": 4}
    await bot.kill()
    await bot.start()
    await gateway.say(GROUP, "u1", "+1", id="once")
    roll = await bot.answers(GROUP, "lead", "名单", "#接龙")
    assert "小陈：A1盒" in roll
    assert "老王：A4盒" in roll


async def test_somebody_who_is_no_friend_reads_it_once_he_is(bot: Bot) -> None:
    gateway = bot.gateway
    await gateway.add_person("u3", "张敏", friend=False)
    await gateway.add_room(GROUP, "果园一群", owner="lead", members=MEMBERS | {"u3": "张敏"})
    await gateway.say(GROUP, "u3", "人工")
    await bot.says(GROUP, "张敏", "加我好友看详情")
    await bot.says(DESK, "A101", "张敏")
    await gateway.say(DESK, "agent", "A101 您好，什么事？")
    await bot.settled(3)
    assert gateway.sent("u3") == []
    assert len([text for text in gateway.sent(GROUP) if "加我好友" in text]) == 1
    await gateway.ask_friendship("friendship-1", "u3")
    await gateway.until_called("accepted friendship-1")
    await bot.says("u3", "您好，什么事？")


async def test_no_event_ends_the_bot(bot: Bot) -> None:
    """Everything that ends the stock client, one after the other, and a question after each."""
    gateway = bot.gateway
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    count = 0
    for kind, payload in KILLERS.values():
        await gateway.raw(kind, json.dumps(payload))
        await gateway.say(GROUP, "u1", "再来一盒")
        count += 1
    for text in ("", "no json", "[1, 2]", "NaN", '{"timestamp": NaN}', "{"):
        for kind in (2, 16, 19, 22, 25):
            await gateway.raw(kind, text)
        await gateway.say(GROUP, "u1", "再来一盒")
        count += 1
    await gateway.emit("error", {"data": "network unreachable"})
    await bot.says(GROUP, f"小陈 {count}盒")
    await bot.answers(GROUP, "u2", "草莓甜吗", "糖度12-13")
    assert await bot.booked(1) == {"小陈": count}
    assert "Traceback" not in bot.log()


# kill -9


async def test_answers_again_soon_after_the_gateway_was_killed(bot: Bot) -> None:
    gateway = bot.gateway
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    await bot.answers(GROUP, "u1", "两盒", "小陈 2盒")
    await gateway.kill()
    await asyncio.sleep(2)
    await gateway.restart()
    back = time.monotonic()
    await gateway.until_attached()
    await bot.answers(GROUP, "u2", "草莓甜吗", "糖度12-13")
    assert time.monotonic() - back < 15
    await bot.answers(GROUP, "u2", "+1", "老王 1盒")
    assert await bot.booked(1) == {"小陈": 2, "老王": 1}


async def test_killed_itself_it_keeps_the_list_and_repeats_nothing(bot: Bot) -> None:
    gateway = bot.gateway
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    await bot.answers(GROUP, "u1", "两盒", "小陈 2盒")
    await bot.gateway.say(GROUP, "u2", "+1")
    await bot.says(GROUP, "老王 1盒")
    await bot.settled(1)
    before = gateway.sent(GROUP)
    await bot.kill()
    await bot.start()
    await bot.settled(10)  # whoever were in doubt would be settled by now
    assert gateway.sent(GROUP) == before
    roll = await bot.answers(GROUP, "lead", "名单", "#接龙")
    assert "1. 小陈：A2盒\n2. 老王：A1盒" in roll


async def test_killed_while_it_spoke_it_says_an_answer_again_but_no_closing_notice(bot: Bot) -> None:
    gateway = bot.gateway
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    await bot.answers(GROUP, "u1", "两盒", "小陈 2盒")
    await killed_while_sending(bot, "u2", "草莓甜吗")
    await bot.start()
    await bot.says(GROUP, "糖度12-13")
    await killed_while_sending(bot, "lead", "截单")
    await bot.start()
    await bot.says("lead", "没能确认发出", "截单")
    assert not [text for text in gateway.sent(GROUP) if "截单：" in text]
    state = (await bot.state())["group_buys"][0]
    assert (state["state"], state["items"][0]["taken"]) == ("locked", 2)
    assert len([text for text in gateway.sent(GROUP) if "糖度12-13" in text]) == 1


async def killed_while_sending(bot: Bot, sender: str, text: str) -> None:
    """The gateway has the message and never says whether it went out."""
    called = (await bot.gateway.state())["calls"].get("sendText", 0)
    await bot.gateway.fail("sendText", "hang")
    await bot.gateway.say(GROUP, sender, text)
    await bot.gateway.until_called("sendText", called + 1)
    await bot.kill()


async def test_sent_but_not_confirmed_is_settled_by_its_echo(bot: Bot) -> None:
    gateway = bot.gateway
    await bot.opens(GROUP, "lead", "A 红颜草莓 39.9元/盒", "明天20点截止，自提3号楼")
    await gateway.fail("sendText", "after")
    await bot.answers(GROUP, "u1", "两盒", "小陈 2盒")
    await bot.settled(10)
    assert len([text for text in gateway.sent(GROUP) if "小陈 2盒" in text]) == 1
