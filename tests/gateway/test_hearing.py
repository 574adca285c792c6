"""What people do in WeChat arrives as the bot's own events, in order and with names."""

import asyncio
from datetime import UTC, datetime

import pytest
from gateway.conftest import make_room
from gateway.driver import BOT_ID, Gateway
from gateway.ears import Ears, FixedClock

from bot.channels import BOT, Echo, Incoming, Joined, Left, Outgoing, Recalled, RoomChanged

pytestmark = pytest.mark.gateway

NINE = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


async def test_message_in_a_room(gateway: Gateway, room: str, ears: Ears) -> None:
    at = int(NINE.timestamp() * 1000)
    id = await gateway.say(room, "u1", "苹果多少钱", at=at)
    assert await ears.heard(Incoming, id=id) == Incoming(
        account="wechaty",
        id=id,
        room=room,
        sender="u1",
        text="苹果多少钱",
        at=NINE,
        name="小陈",
        room_name="果园一群",
        room_owner="lead",
    )


async def test_private_message(gateway: Gateway, ears: Ears) -> None:
    await gateway.add_person("friend", "阿珍", friend=True)
    id = await gateway.dm("friend", "我的订单呢", at=int(NINE.timestamp()))
    heard = await ears.heard(Incoming, id=id)
    assert (heard.room, heard.sender, heard.name, heard.at) == (None, "friend", "阿珍", NINE)


async def test_message_without_a_time(gateway: Gateway, room: str, ears: Ears) -> None:
    id = await gateway.say(room, "u1", "早", at=0)
    assert (await ears.heard(Incoming, id=id)).at == FixedClock().now()


async def test_redelivery_keeps_its_id(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.say(room, "u1", "+1", id="twice")
    await gateway.say(room, "u1", "+1", id="twice")
    await ears.until(lambda: len(ears.texts(room)) == 2)
    assert {e.id for e in ears.events if isinstance(e, Incoming)} == {"twice"}


async def test_nickname_in_the_room(gateway: Gateway, room: str, ears: Ears) -> None:
    assert (await ears.heard(Incoming, id=await gateway.say(room, "u1", "一"))).name == "小陈"
    await gateway.alias(room, "u1", "陈-3栋502")
    second = await ears.heard(Incoming, id=await gateway.say(room, "u1", "二"))
    assert second.name == "陈-3栋502"


@pytest.mark.parametrize(
    ("text", "mentions", "expected"),
    [
        ("@小团\u2005多少钱", [BOT_ID], (BOT,)),
        ("@小团\u2005多少钱", [], (BOT,)),
        ("@小团 多少钱", [], (BOT,)),
        ("＠小团 多少钱", [], (BOT,)),
        ("多少钱@小团", [], (BOT,)),
        ("@小团多少钱", [], (BOT,)),
        ("@团团助手\u2005多少钱", [], (BOT,)),
        ("@小美\u2005几点截止", ["lead"], ("lead",)),
        ("@小团长\u2005几点截止", [], ()),
        ("小团 多少钱", [], ()),
        ("写信到 a@b.com", [], ()),
        ("", [BOT_ID], (BOT,)),
    ],
)
async def test_mentions(
    text: str,
    mentions: list[str],
    expected: tuple[str, ...],
    gateway: Gateway,
    room: str,
    ears: Ears,
) -> None:
    await gateway.alias(room, BOT_ID, "团团助手" if "助手" in text else "")
    id = await gateway.say(room, "u1", text, mentions=mentions)
    assert (await ears.heard(Incoming, id=id)).mentions == expected


async def test_members_whose_names_are_known_are_mentioned_by_name(
    gateway: Gateway, room: str, ears: Ears
) -> None:
    await ears.heard(Incoming, id=await gateway.say(room, "u2", "在"))
    id = await gateway.say(room, "u1", "@老王 你要吗")
    assert (await ears.heard(Incoming, id=id)).mentions == ("u2",)


async def test_quote_with_dashes_finds_its_message(gateway: Gateway, room: str, ears: Ears) -> None:
    quoted = await gateway.say(room, "u2", "A2 B1\n不要辣")
    await ears.heard(Incoming, id=quoted)
    text = "「老王：A2 B1\n不要辣」\n- - - - - - - - - - - - - - -\n我也是"
    heard = await ears.heard(Incoming, id=await gateway.say(room, "u1", text))
    assert heard.text == "我也是"
    assert heard.quote is not None
    assert (heard.quote.id, heard.quote.sender, heard.quote.name) == (quoted, "u2", "老王")


async def test_quote_of_the_bot(gateway: Gateway, room: str, ears: Ears) -> None:
    id = await ears.channel.send(Outgoing(key="k", room=room, text="草莓 39.9 一盒"))
    await ears.heard(Echo, id=id)
    text = "「小团：草莓 39.9 一盒」\n- - - - - - - - - - - - - - -\n还有吗"
    heard = await ears.heard(Incoming, id=await gateway.say(room, "u1", text))
    assert heard.quote is not None
    assert (heard.quote.id, heard.quote.sender) == (id, BOT)


async def test_reply_with_xml(gateway: Gateway, room: str, ears: Ears) -> None:
    xml = (
        "u1:\n<?xml version='1.0'?><msg><appmsg><title>两份</title><type>57</type><refermsg>"
        f"<type>1</type><svrid>777</svrid><fromusr>{room}</fromusr><chatusr>{BOT_ID}</chatusr>"
        "<displayname>小团</displayname><content>要几份？</content></refermsg></appmsg></msg>"
    )
    heard = await ears.heard(Incoming, id=await gateway.say(room, "u1", xml, type=14))
    assert (heard.kind, heard.text) == ("text", "两份")
    assert heard.quote is not None
    assert (heard.quote.id, heard.quote.sender) == ("777", BOT)
    assert heard.raw is not None
    assert heard.raw.startswith("<?xml")


async def test_native_list(gateway: Gateway, room: str, ears: Ears) -> None:
    note = "#接龙\n周六草莓团\n\n1. 小陈 2盒"
    xml = (
        f"<msg><appmsg><title>{note}</title><type>53</type><extinfo><solitaire_info>"
        "<![CDATA[<solitaire><au>u1</au></solitaire>]]></solitaire_info></extinfo></appmsg></msg>"
    )
    for type in (10, 14, 0):
        heard = await ears.heard(Incoming, id=await gateway.say(room, "u1", xml, type=type))
        assert (heard.kind, heard.text, heard.raw) == ("group_note", note, xml)
    plain = await ears.heard(Incoming, id=await gateway.say(room, "u1", note, type=10))
    assert (plain.kind, plain.text, plain.raw) == ("group_note", note, None)


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        (0, "unknown"),
        (1, "file"),
        (2, "voice"),
        (3, "contact"),
        (4, "chat_history"),
        (5, "sticker"),
        (6, "image"),
        (7, "text"),
        (8, "location"),
        (9, "mini_program"),
        (10, "group_note"),
        (11, "transfer"),
        (12, "red_envelope"),
        (14, "link"),
        (15, "video"),
        (16, "post"),
        (99, "unknown"),
    ],
)
async def test_kinds(type: int, kind: str, gateway: Gateway, room: str, ears: Ears) -> None:
    id = await gateway.say(room, "u1", "", type=type)
    assert (await ears.heard(Incoming, id=id)).kind == kind


async def test_picture_has_no_words(gateway: Gateway, room: str, ears: Ears) -> None:
    id = await gateway.say(room, "u1", "<msg><img aeskey='1'/></msg>", type=6)
    heard = await ears.heard(Incoming, id=id)
    assert (heard.kind, heard.text) == ("image", "")


async def test_recall(gateway: Gateway, room: str, ears: Ears) -> None:
    id = await gateway.say(room, "u1", "+1")
    await gateway.recall(room, id, "u1")
    recalled = await ears.heard(Recalled, message=id)
    assert (recalled.room, recalled.sender) == (room, "u1")


async def test_recall_as_xml(gateway: Gateway, room: str, ears: Ears) -> None:
    xml = "<sysmsg type='revokemsg'><revokemsg><newmsgid>42</newmsgid></revokemsg></sysmsg>"
    await gateway.say(room, "u1", xml, type=13)
    assert (await ears.heard(Recalled, message="42")).sender == "u1"
    await gateway.say(room, "u1", "撤回了一条 消息", type=13)  # names nothing
    await ears.heard(Incoming, id=await gateway.say(room, "u1", "在"))
    assert sum(isinstance(e, Recalled) for e in ears.events) == 1


async def test_people_join(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.join(room, {"n1": "新人", "n2": "新邻居"}, inviter="lead")
    joined = await ears.heard(Joined, room=room)
    assert joined.members == {"n1": "新人", "n2": "新邻居"}
    assert (joined.inviter, joined.room_name, joined.room_owner) == ("lead", "果园一群", "lead")


async def test_join_by_code_has_no_inviter(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.join(room, {"n3": "扫码来的"})
    assert (await ears.heard(Joined, room=room)).inviter is None


async def test_join_of_somebody_unknown(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.emit("room-join", {"inviteeIdList": ["ghost"], "inviterId": "ghost2", "roomId": room})
    joined = await ears.heard(Joined, room=room)
    assert joined.members == {"ghost": None}
    assert joined.at == FixedClock().now()


async def test_the_bot_joins(gateway: Gateway, ears: Ears) -> None:
    await gateway.add_room("new@chatroom", "新群", owner="lead", members={"lead": "小美"}, with_bot=False)
    await gateway.join("new@chatroom", {BOT_ID: "小团"}, inviter="lead")
    joined = await ears.heard(Joined, room="new@chatroom")
    assert list(joined.members) == [BOT]
    assert (joined.room_name, joined.room_owner) == ("新群", "lead")


async def test_people_leave(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.leave(room, ["u1"])
    left = await ears.heard(Left, room=room, members=("u1",))
    assert left.remover is None
    await gateway.leave(room, [BOT_ID], remover="lead")
    assert (await ears.heard(Left, room=room, members=(BOT,))).remover == "lead"


async def test_topic_changes(gateway: Gateway, room: str, ears: Ears) -> None:
    await ears.heard(Incoming, id=await gateway.say(room, "u1", "一"))
    await gateway.topic(room, "果园旗舰群", changer="lead")
    changed = await ears.heard(RoomChanged, room=room)
    assert (changed.room_name, changed.room_owner) == ("果园旗舰群", "lead")
    second = await ears.heard(Incoming, id=await gateway.say(room, "u1", "二"))
    assert second.room_name == "果园旗舰群"
    assert sum(isinstance(e, RoomChanged) for e in ears.events) == 1


async def test_owner_changes(gateway: Gateway, room: str, ears: Ears) -> None:
    await ears.heard(Incoming, id=await gateway.say(room, "u1", "一"))
    await gateway.change_owner(room, "u2")
    second = await ears.heard(Incoming, id=await gateway.say(room, "u1", "二"))
    assert second.room_owner == "u2"
    changed = await ears.heard(RoomChanged, room=room)
    assert (changed.room_name, changed.room_owner) == ("果园一群", "u2")
    assert ears.events.index(changed) < ears.events.index(second)


async def test_payload_that_comes_late(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.fail("messagePayload", times=2)
    id = await gateway.say(room, "u1", "+1")
    assert (await ears.heard(Incoming, id=id)).text == "+1"


async def test_payload_that_never_comes(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.say(room, "u1", "?", payload=False)
    last = await gateway.say(room, "u1", "在吗")
    await ears.heard(Incoming, id=last)
    assert ears.texts(room) == ["在吗"]


async def test_room_and_names_that_cannot_be_had(gateway: Gateway, room: str, ears: Ears) -> None:
    id = await gateway.say("unknown@chatroom", "nobody", "在吗")
    heard = await ears.heard(Incoming, id=id)
    assert (heard.text, heard.name, heard.room_name) == ("在吗", None, None)


async def test_own_messages_are_echoes(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.say(room, BOT_ID, "我在手机上发的", id="mine")
    echo = await ears.heard(Echo, id="mine")
    assert (echo.room, echo.to, echo.text) == (room, None, "我在手机上发的")
    assert ears.texts(room) == []


async def test_order_is_kept(gateway: Gateway, room: str, ears: Ears) -> None:
    """300 messages at once from 60 people who were never seen, each with payloads to fetch."""
    people = {f"cold{i}": f"群友{i}" for i in range(60)}
    await gateway.add_room(room, "果园一群", owner="lead", members=people)
    lines = [(f"cold{i * 7 % 60}", f"第{i}条") for i in range(300)]
    await gateway.say_all(room, lines)
    await ears.until(lambda: len(ears.texts(room)) == 300)
    assert ears.texts(room) == [text for _, text in lines]


async def test_event_that_the_bot_cannot_take_is_offered_again(
    gateway: Gateway, room: str, ears: Ears
) -> None:
    ears.dull = True
    await gateway.say_all(room, [("u1", "一"), ("u1", "二")])
    await asyncio.sleep(0.2)
    ears.dull = False
    await ears.until(lambda: len(ears.texts(room)) == 2)
    assert ears.texts(room) == ["一", "二"]


async def test_invitation_is_accepted(gateway: Gateway, ears: Ears) -> None:
    await gateway.emit("room-invite", {"roomInvitationId": "invite-1"})
    await gateway.until_called("accepted invite-1")


async def test_member_is_befriended(gateway: Gateway, ears: Ears) -> None:
    room = await make_room(gateway)
    await gateway.join(room, {"asking": "想加好友的"})
    assert not await ears.channel.can_dm("asking")
    await gateway.ask_friendship("f-1", "asking")
    await gateway.until_called("accepted f-1")
    assert await ears.channel.can_dm("asking")


async def test_stranger_is_not_befriended(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.add_person("stranger", "卖茶叶的")
    await gateway.ask_friendship("f-2", "stranger")
    await gateway.ask_friendship("f-3", "u1")
    await gateway.until_called("accepted f-3")
    assert "accepted f-2" not in (await gateway.state())["calls"]


async def test_friends_can_be_written_to(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.add_person("buddy", "老友", friend=True)
    await gateway.add_person("other", "路人")
    assert await ears.channel.can_dm("buddy")
    assert not await ears.channel.can_dm("other")
    await gateway.add_person("other", "路人", friend=True)
    assert await ears.channel.can_dm("other")
    assert await ears.channel.can_dm("unknown to the gateway")
