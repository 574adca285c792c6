"""Serving a room, greeting it once, roles by id, and the neutral line for everybody else."""

from typing import Any

from chat import Shop

from bot.channels import Joined
from bot.replay_log import ACCOUNT
from handlers.people import GREETING

OPENING = "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\n周五20:00截止，20盒成团，周六上午到"


async def told(shop: Shop, who: str, text: str, **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [line["text"] for line in said]


async def opens(shop: Shop) -> None:
    await told(shop, "团长小美", OPENING)
    await told(shop, "团长小美", "开团")


# -- serving a room ------------------------------------------------------------------------------


async def invited(shop: Shop, room: str = "r9", owner: str = "u6") -> list[str]:
    joined = Joined(
        account=ACCOUNT,
        room=room,
        members={"bot": None},
        at=shop.now,
        inviter=owner,
        room_name="新群",
        room_owner=owner,
    )
    return [line["text"] for line in await shop.work(joined)]


async def test_a_new_room_is_silent_until_its_owner_calls(shop: Shop) -> None:
    """Contract §9.14."""
    assert await invited(shop) == []
    assert await told(shop, "小陈", "@小团 你能干嘛", room="r9", mentions=("bot",)) == []
    assert await told(shop, "小陈", "+1", room="r9") == []
    said = await told(shop, "李姐", "@小团 启用", room="r9", mentions=("bot",))
    assert said == [GREETING]
    assert await told(shop, "李姐", "@小团 启用", room="r9", mentions=("bot",)) == [
        "已经启用了，有事喊小团。"
    ]


async def test_opening_a_group_buy_serves_the_room_too(shop: Shop) -> None:
    await invited(shop)
    said = await told(shop, "李姐", OPENING, room="r9")
    assert GREETING in said
    assert len(said) > 1


async def test_the_greeting_comes_once(shop: Shop) -> None:
    await invited(shop)
    await told(shop, "李姐", "@小团 启用", room="r9", mentions=("bot",))
    await shop.restart()
    assert await invited(shop) == []
    assert GREETING not in await told(shop, "李姐", "@小团 在吗", room="r9", mentions=("bot",))


async def test_a_configured_room_is_greeted_on_arrival(shop: Shop) -> None:
    assert await invited(shop, "r1", "u-lead") == [GREETING]
    assert await invited(shop, "r1", "u-lead") == []


async def test_the_greeting_says_what_is_recorded_and_how_to_be_forgotten() -> None:
    assert "记录" in GREETING
    assert "删除" in GREETING
    assert "机器人" in GREETING


# -- my id ---------------------------------------------------------------------------------------


async def test_my_id_in_private_only(shop: Shop) -> None:
    await shop.plays("""
        小陈（私聊）：我的编号
        小团→小陈：您的编号：u1
        小陈：@小团 我的编号
        小团：@小陈 编号请私聊我问。
        小陈：我的编号
    """)


# -- roles ---------------------------------------------------------------------------------------


async def test_the_leader_appoints_after_a_yes(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        李姐：截单
        小团：@李姐 这个操作只有团长能做，需要的话喊一下团长。
        团长小美：设李姐为副团长
        小团：@团长小美 设 李姐 为副团长？可以开团、截单、改价。回「确认」
        团长小美：确认
        小团：✅ 李姐 现在是副团长。要撤说「取消李姐副团长」
    """)
    said = await told(shop, "李姐", "截单")
    assert said
    assert (await shop.state())["group_buys"][0]["state"] in ("locked", "failed")


async def test_a_no_changes_nothing(shop: Shop) -> None:
    await shop.plays("""
        团长小美：设李姐为副团长
        小团：@团长小美 设 李姐 为副团长？可以开团、截单、改价。回「确认」
        团长小美：不用了
        小团：@团长小美 好，不变。
        李姐：@小团 设王姐为副团长
        小团：@李姐 这个操作只有团长能做，需要的话喊一下团长。
    """)


async def test_a_co_leader_appoints_nobody(shop: Shop) -> None:
    await told(shop, "团长小美", "设李姐为副团长")
    await told(shop, "团长小美", "确认")
    assert (
        await told(shop, "李姐", "设王姐为副团长") == ["@李姐 这个操作只有团长能做，需要的话喊一下团长。"]
        or await told(shop, "李姐", "确认") == []
    )
    assert shop.worker is not None
    assert not shop.worker.shop.is_leader("u2", "r1")


async def test_by_mention_when_the_name_is_not_unique(shop: Shop) -> None:
    await shop.work(Joined(account=ACCOUNT, room="r1", members={"u77": "李姐"}, at=shop.now))
    await shop.plays("""
        团长小美：设李姐为副团长
        小团：@团长小美 群里有 2 位「李姐」，请直接@那一位。
        团长小美：设赵钱孙为副团长
        小团：@团长小美 群里没找到「赵钱孙」，请直接@TA。
    """)
    await told(shop, "团长小美", "设 @李姐 为副团长", mentions=("u77",))
    await told(shop, "团长小美", "确认")
    assert shop.worker is not None
    assert shop.worker.shop.is_leader("u77", "r1")
    assert not shop.worker.shop.is_leader("u6", "r1")


async def test_dismissing(shop: Shop) -> None:
    await told(shop, "团长小美", "设李姐为副团长")
    await told(shop, "团长小美", "确认")
    await shop.plays("""
        团长小美：取消李姐副团长
        小团：@团长小美 不再让 李姐 当副团长？回「确认」
        团长小美：确认
        小团：✅ 李姐 不再是副团长。
    """)
    assert shop.worker is not None
    assert not shop.worker.shop.is_leader("u6", "r1")


async def test_handing_over_with_what_is_open(shop: Shop) -> None:
    """C13."""
    await opens(shop)
    await told(shop, "团长小美", "每天9点发：早市")
    await shop.plays("""
        团长小美：交班给李姐
        小团：@团长小美 把团长交给 李姐？之后由TA做主，您改为副团长。回「确认」
        团长小美：确认
        小团：✅ 团长交给 李姐 了，团长小美 改为副团长。
        小团→李姐：「果园一群」交给您了：⏎团1 周六草莓⏎定时推送 1 条（回「推送列表」看）
    """)
    assert shop.worker is not None
    assert shop.worker.shop.leaders_of("r1") == ["u6", "u-lead"]


async def test_roles_given_in_the_chat_survive_a_restart(shop: Shop) -> None:
    await told(shop, "团长小美", "设李姐为副团长")
    await told(shop, "团长小美", "确认")
    await shop.restart()
    assert shop.worker is not None
    assert shop.worker.shop.is_leader("u6", "r1")


# -- who may not ---------------------------------------------------------------------------------


async def test_a_stranger_s_command_gets_one_neutral_line(shop: Shop) -> None:
    """Contract §9.19."""
    await opens(shop)
    await shop.plays("""
        老周：截单
        小团：@老周 这个操作只有团长能做，需要的话喊一下团长。
        老周：截单
        老周：快截单
        （31分钟后）
        老周：截单
        小团：@老周 这个操作只有团长能做，需要的话喊一下团长。
    """)
    assert (await shop.state())["group_buys"][0]["state"] == "open"


async def test_a_namesake_of_the_leader_has_no_authority(shop: Shop) -> None:
    """F6, law 3."""
    await opens(shop)
    said = await told(shop, "u-fake", "截单", name="团长小美")
    assert said == ["@团长小美 您和团长同名，但不是团长的账号，这个操作只有团长本人能做。"]
    assert (await shop.state())["group_buys"][0]["state"] == "open"


async def test_where_nothing_is_open_the_word_is_chatter(shop: Shop) -> None:
    assert await told(shop, "老周", "截单") == []


async def test_talk_about_closing_is_no_command(shop: Shop) -> None:
    await opens(shop)
    assert await told(shop, "老周", "隔壁群昨天截单了，没赶上") == []


async def test_serving_is_asked_of_the_bot_only(shop: Shop) -> None:
    assert await told(shop, "团长小美", "启用") == []


async def test_the_leader_needs_no_appointment(shop: Shop) -> None:
    assert await told(shop, "团长小美", "设团长小美为副团长") == ["@团长小美 您已经是团长了。"]


async def test_other_words_leave_the_question_open(shop: Shop) -> None:
    await told(shop, "团长小美", "设李姐为副团长")
    await told(shop, "团长小美", "等等我想想")
    said = await told(shop, "团长小美", "确认")
    assert said[0].startswith("✅ 李姐 现在是副团长")


async def test_handing_over_tells_of_open_questions(shop: Shop) -> None:
    await opens(shop)
    await told(shop, "小陈", "草莓打蜡吗")
    await told(shop, "团长小美", "交班给李姐")
    said = await told(shop, "团长小美", "确认")
    assert "没答上来的问题 1 个" in said[-1]
