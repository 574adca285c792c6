"""How loud the bot is in a room, and whom it leaves in peace."""

from typing import Any

import pytest
from chat import Shop

OPENING = "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\n周五20:00截止，3盒成团，周六上午到"


async def told(shop: Shop, who: str, text: str, **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [shop.written(line) for line in said]


async def opens(shop: Shop) -> None:
    await told(shop, "团长小美", OPENING)
    await told(shop, "团长小美", "开团")


def settings(shop: Shop) -> dict[str, Any]:
    assert shop.worker is not None
    from storage.people import Room

    return shop.worker.shop.rows(Room)["r1"].settings


# -- leave me in peace ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["别推了", "别@我了", "不要再推了", "别给我发广告了", "退订推广"])
async def test_opting_out_is_at_once(shop: Shop, text: str) -> None:
    """D8, H19."""
    assert await told(shop, "小陈", text) == ["小团：@小陈 好，不再@你推广；订单通知保留。"]
    await shop.restart()
    assert shop.worker is not None
    from storage.people import Person

    person = shop.worker.shop.rows(Person).get("u1")
    assert person is not None
    assert person.marks["opted_out"] is True


async def test_opting_in_again(shop: Shop) -> None:
    await shop.plays("""
        小陈：别推了
        小团：@小陈 好，不再@你推广；订单通知保留。
        小陈：@小团 恢复推送
        小团：@小陈 好，有活动会告诉你。
        王姐：恢复推送
    """)


async def test_orders_of_who_opted_out_are_still_acknowledged(shop: Shop) -> None:
    await opens(shop)
    await told(shop, "小陈", "别推了")
    assert "小陈 1盒" in (await told(shop, "小陈", "+1"))[0]


@pytest.mark.parametrize("text", ["你别推我呀哈哈哈", "别推门，门坏了", "太吵了楼上", "安静的夜晚"])
async def test_talk_that_only_sounds_like_it(shop: Shop, text: str) -> None:
    assert await told(shop, "小陈", text) == []


async def test_too_loud_said_to_the_bot(shop: Shop) -> None:
    said = await told(shop, "小陈", "@小团 太吵了", mentions=("bot",))
    assert said == ["小团：@小陈 好，不再@你推广；订单通知保留。"]


# -- the leader decides for the room -------------------------------------------------------------


async def test_muted_until_told(shop: Shop) -> None:
    """L27: not a word, and every order counts."""
    await opens(shop)
    await shop.plays("""
        团长小美：小团闭嘴
        小团：好，我不出声了，接龙照记。要我说话就说「小团说话」。
        小陈：+1
        小陈：草莓甜吗
        王姐：@小团 你好
        （3分钟后）
        团长小美：小团说话
        小团：我回来了。
        老周：草莓甜吗
        小团：@老周 红颜草莓：糖度12-13
    """)
    lines = (await shop.state())["group_buys"][0]["sign_ups"]
    assert [(line["buyer"], line["state"]) for line in lines] == [("u1", "active")]


async def test_a_muted_room_s_leader_is_answered_in_private(shop: Shop) -> None:
    await opens(shop)
    await told(shop, "团长小美", "禁言机器人")
    said = await told(shop, "团长小美", "推送列表")
    assert said[0].startswith("小团→团长小美：")


async def test_in_a_muted_room_the_result_goes_to_the_leader(shop: Shop) -> None:
    await opens(shop)
    await told(shop, "小陈", "要3盒草莓")
    await told(shop, "团长小美", "小团闭嘴")
    await shop.until(20)
    said = await shop.until(20)
    assert said
    assert not [line for line in said if line["room"] == "r1"]
    assert any(line["to"] == "u-lead" for line in said)


async def test_a_person_calling_for_help_is_heard_in_a_muted_room(shop: Shop) -> None:
    await told(shop, "团长小美", "小团闭嘴")
    said = await told(shop, "小陈", "@小团 人工", mentions=("bot",))
    assert any(line.startswith("小团→小陈：") for line in said)
    assert not [line for line in said if line.startswith("小团：")]


async def test_mute_survives_a_restart(shop: Shop) -> None:
    await told(shop, "团长小美", "小团闭嘴")
    await shop.restart()
    assert await told(shop, "小陈", "@小团 你好", mentions=("bot",)) == []


async def test_members_mute_nobody(shop: Shop) -> None:
    await told(shop, "小陈", "小团闭嘴")
    assert not settings(shop).get("muted")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("晚上10点后别说话", ["22:00", "07:30"]),
        ("晚上九点半以后别发消息", ["21:30", "07:30"]),
        ("22点到早上8点免打扰", ["22:00", "08:00"]),
    ],
)
async def test_quiet_hours_of_a_room(shop: Shop, text: str, span: list[str]) -> None:
    """C15, L20."""
    said = await told(shop, "团长小美", text)
    assert said == [f"小团：好，本群 {span[0]}–{span[1]} 不发推送和提醒；有人问我还是会答。"]
    assert settings(shop)["quiet"] == span


async def test_quiet_hours_hold_back_adverts(shop: Shop) -> None:
    await told(shop, "团长小美", "晚上8点后别说话")
    await told(shop, "团长小美", "今晚9点发：新到黄桃")
    said = [shop.written(line) for line in await shop.until(21)]
    assert said[0].startswith("小团→团长小美：推送1")
    assert "小团：新到黄桃" in [shop.written(line) for line in await shop.until(7, 30)]


async def test_back_to_the_shop_s_hours(shop: Shop) -> None:
    await told(shop, "团长小美", "晚上8点后别说话")
    await shop.plays("""
        团长小美：取消静音时段
        小团：好，恢复默认静音时段 22:30–07:30。
    """)
    assert settings(shop)["quiet"] is None


@pytest.mark.parametrize("text", ["晚上10点后别说话，孩子要睡了", "大家晚上10点后别说话了"])
async def test_neighbours_words_set_no_hours(shop: Shop, text: str) -> None:
    assert await told(shop, "小陈", text) == []
    assert "quiet" not in settings(shop)


@pytest.mark.parametrize("level", ["安静", "普通", "热闹"])
async def test_noise_levels(shop: Shop, level: str) -> None:
    said = await told(shop, "团长小美", f"@小团 调成{level}模式", mentions=("bot",))
    assert said[0].startswith(f"小团：好，改成{level}：")
    assert settings(shop)["noise"] == level


async def test_a_bare_word_is_no_level(shop: Shop) -> None:
    assert await told(shop, "团长小美", "热闹") == []
    assert "noise" not in settings(shop)


async def test_a_quiet_room_hears_digests_less_often(shop: Shop) -> None:
    await opens(shop)
    await told(shop, "团长小美", "@小团 安静模式", mentions=("bot",))
    await told(shop, "小陈", "+1")
    assert await told(shop, "王姐", "+1") == []
    assert await shop.passes(seconds=100) == []
    assert len(await shop.passes(seconds=200)) == 1
