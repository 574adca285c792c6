"""Deals in words: set at once, posted once at their slot, and the leader hears when one was not."""

from typing import Any

import pytest
from chat import Shop

from handlers._schedules import read_schedule, shown_rule

OPENING = "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\n周五20:00截止，20盒成团，周六上午到"


async def told(shop: Shop, text: str, who: str = "团长小美", **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [shop.written(line) for line in said]


async def posts(shop: Shop) -> list[tuple[str, str, str]]:
    return [(p["deal"], p["slot"], p["state"]) for p in (await shop.state())["posts"]]


# -- setting -------------------------------------------------------------------------------------


async def test_every_week_at_nine_as_written(shop: Shop) -> None:
    await shop.plays("""
        团长小美：每周五9点发：本周水果预告⏎草莓＋蓝莓，Ａ级
        小团：✅ 推送1：每周五 09:00，下次 明天(5月22日 周五) 09:00⏎内容：本周水果预告 草莓＋蓝莓，Ａ级⏎回「预览」看全文，不要就回「撤销」
        团长小美：确定
        团长小美：预览
        小团：推送1预览：⏎本周水果预告⏎草莓＋蓝莓，Ａ级
        （9:00）
        小团：本周水果预告⏎草莓＋蓝莓，Ａ级
    """)
    assert await posts(shop) == [("1", "2026-05-22T09:00:00+08:00", "posted")]
    timers = [t for t in (await shop.state())["timers"] if t["kind"] == "post"]
    assert [t["due"] for t in timers] == ["2026-05-29T09:00:00+08:00"]


async def test_once_and_gone(shop: Shop) -> None:
    await shop.plays("""
        团长小美：今天下午3点发：樱桃到了，先到先得
        小团：✅ 推送1：今天(5月21日 周四) 15:00⏎内容：樱桃到了，先到先得⏎回「预览」看全文，不要就回「撤销」
        （15:00）
        小团：樱桃到了，先到先得
        团长小美：推送列表
        小团：还没有定时推送。说「每周五9点发：内容」就能设。
    """)


async def test_the_bot_asks_for_the_text(shop: Shop) -> None:
    await shop.plays("""
        团长小美：每周六早9点发预告
        小团：@团长小美 发什么？把要发的内容直接发给我
        团长小美：周六见，草莓39.9元
        小团：✅ 推送1：每周六 09:00，下次 后天(5月23日 周六) 09:00⏎内容：周六见，草莓39.9元⏎回「预览」看全文，不要就回「撤销」
    """)


async def test_the_bot_asks_for_the_hour(shop: Shop) -> None:
    await shop.plays("""
        团长小美：每周三发：买一送一
        小团：@团长小美 每周三几点发？回时间就行
        团长小美：10点
        小团：✅ 推送1：每周三 10:00，下次 5月27日 周三 10:00⏎内容：买一送一⏎回「预览」看全文，不要就回「撤销」
    """)


@pytest.mark.parametrize("text", ["每周六早9点发预告", "每周三发：买一送一"])
async def test_a_question_that_is_declined_leaves_nothing(shop: Shop, text: str) -> None:
    await told(shop, text)
    assert await told(shop, "算了") == ["小团：@团长小美 好，不设了。"]
    assert (await shop.state())["timers"] == []


async def test_in_private_the_room_is_named(shop: Shop) -> None:
    await shop.plays("""
        团长小美（私聊）：每天8点发：早安
        小团→团长小美：发到哪个群？果园一群、果园二群。请连群名再说一次
        团长小美（私聊）：每天8点在果园二群发：早安
        小团→团长小美：✅ 推送1：每天 08:00，下次 明天(5月22日 周五) 08:00（果园二群）⏎内容：早安⏎回「预览」看全文，不要就回「撤销」
        （8:00）
        小团（果园二群）：早安
    """)


async def test_members_set_nothing(shop: Shop) -> None:
    assert await told(shop, "每天9点发：我家的水果预告", who="小陈") == []
    assert await told(shop, "推送列表", who="小陈") == []
    assert (await shop.state())["timers"] == []


@pytest.mark.parametrize(
    "text",
    [
        "明天9点发货",
        "周六上午发货，大家留意",
        "周五发工资就好了",
        "今晚7点发红包",
        "我明天9点发给你",
        "今天下午三点发给大家",
        "每天早上8点起床真难",
        "晚上8点发快递",
        "周五晚上9点记得提醒我付款",
    ],
)
async def test_a_leader_s_chatter_sets_nothing(shop: Shop, text: str) -> None:
    await told(shop, text)
    assert not [t for t in (await shop.state())["timers"] if t["kind"] == "post"]


# -- the law -------------------------------------------------------------------------------------


async def test_forbidden_words_are_blocked_with_a_proposal(shop: Shop) -> None:
    """D9, L6."""
    await shop.plays("""
        团长小美：每天8点发：全网最低价草莓，能降血压，快来买
        小团：@团长小美 这条不能发：「降血压」、「全网最低价」违反广告法。改成这样？⏎价格实惠草莓，快来买⏎回「改用」，或发新的内容
    """)
    assert await posts(shop) == [("1", "2026-05-22T08:00:00+08:00", "blocked")]
    await shop.plays("""
        团长小美：改用
        小团：✅ 推送1：每天 08:00，下次 明天(5月22日 周五) 08:00⏎内容：价格实惠草莓，快来买⏎回「预览」看全文，不要就回「撤销」
        （8:00）
        小团：价格实惠草莓，快来买
    """)
    assert await posts(shop) == [("1", "2026-05-22T08:00:00+08:00", "posted")]


async def test_without_an_answer_a_blocked_deal_is_never_posted(shop: Shop) -> None:
    await told(shop, "每天8点发：最甜的西瓜")
    assert await shop.until(8) == []
    assert await posts(shop) == [("1", "2026-05-22T08:00:00+08:00", "blocked")]


async def test_a_new_text_with_other_forbidden_words_is_blocked_again(shop: Shop) -> None:
    await told(shop, "每天8点发：最甜的西瓜")
    said = await told(shop, "销量第一的西瓜来了")
    assert "「销量第一」违反广告法" in said[0]
    assert (await told(shop, "西瓜来了，皮薄汁多"))[0].startswith("小团：✅ 推送1")


async def test_a_blocked_deal_can_be_given_up(shop: Shop) -> None:
    await told(shop, "每天8点发：最甜的西瓜")
    assert await told(shop, "不用了") == ["小团：@团长小美 好，这条不发了。"]


# -- looking after them --------------------------------------------------------------------------


async def test_list_pause_resume(shop: Shop) -> None:
    await told(shop, "每周五9点发：水果预告")
    await told(shop, "每天18点发：晚市开始")
    await shop.plays("""
        团长小美：推送列表
        小团：推送1 每周五 09:00｜下次 明天(5月22日 周五) 09:00｜水果预告（团长小美设）⏎推送2 每天 18:00｜下次 今天(5月21日 周四) 18:00｜晚市开始（团长小美设）
        团长小美：暂停推送2
        小团：好，已暂停推送2。要继续说「恢复推送」
        （18:00）
        团长小美：暂停推送
        小团：好，已暂停推送1。要继续说「恢复推送」
        （9:00）
        团长小美：恢复推送
        小团：✅ 已恢复：⏎推送1 每周五 09:00｜下次 5月29日 周五 09:00｜水果预告（团长小美设）⏎推送2 每天 18:00｜下次 今天(5月22日 周五) 18:00｜晚市开始（团长小美设）
        （18:00）
        小团：晚市开始
        团长小美：别发了
        小团：好，已暂停推送1、推送2。要继续说「恢复推送」
    """)


async def test_undo_and_delete(shop: Shop) -> None:
    await told(shop, "每周五9点发：水果预告")
    await shop.plays("""
        团长小美：撤销
        小团：好，推送1 已撤销。
        团长小美：每天9点发：早市
        小团：✅ 推送2：每天 09:00，下次 明天(5月22日 周五) 09:00⏎内容：早市⏎回「预览」看全文，不要就回「撤销」
        团长小美：删除推送2
        小团：好，推送2 已删除。误删回「撤销」
        团长小美：撤销
        小团：✅ 已恢复：推送2 每天 09:00｜下次 明天(5月22日 周五) 09:00｜早市（团长小美设）
        团长小美：删除推送7
        小团：@团长小美 没有推送7，回「推送列表」看有哪些。
        （9:00）
        小团：早市
    """)


async def test_undo_means_the_last_command(shop: Shop) -> None:
    """After an order of his own 撤销 takes that back, not the deal."""
    await told(shop, OPENING)
    await told(shop, "开团")
    await told(shop, "每周五9点发：水果预告")
    await told(shop, "+1")
    await told(shop, "撤销")
    state = await shop.state()
    assert [t["ref"] for t in state["timers"] if t["kind"] == "post"] == ["1"]
    assert [s["state"] for s in state["group_buys"][0]["sign_ups"]] == ["cancelled"]


# -- reading the words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("每周一、三、五上午10点发：x", "每周一、三、五 10:00"),
        ("工作日9点发：x", "每工作日 09:00"),
        ("每月1号和15号9点推送：x", "每月1号、15号 09:00"),
        ("每天早上9点和晚上6点发：x", "每天 09:00、18:00"),
        ("隔天8点发：x", "隔天 08:00"),
        ("今晚8点发：x", "单次"),
    ],
)
def test_how_rules_read(shop: Shop, text: str, shown: str) -> None:
    found = read_schedule(text, shop.now.astimezone(shop.config.shop.timezone))
    assert found is not None
    assert shown_rule(found.rule) == shown


# -- odd turns -----------------------------------------------------------------------------------


async def test_a_new_command_takes_the_place_of_an_answer(shop: Shop) -> None:
    await told(shop, "每周六早9点发预告")
    said = await told(shop, "每天8点发：早安")
    assert said[0].startswith("小团：✅ 推送1：每天 08:00")


async def test_an_answer_that_is_no_hour_leaves_the_question(shop: Shop) -> None:
    await told(shop, "每周三发：买一送一")
    await told(shop, "我想想")
    assert (await told(shop, "10点"))[0].startswith("小团：✅ 推送1：每周三 10:00")


async def test_a_claim_with_nothing_left_needs_new_words(shop: Shop) -> None:
    said = await told(shop, "每天8点发：包治百病")
    assert said == ["小团：@团长小美 这条不能发：「包治」违反广告法。请重发一条不带这些词的内容"]


async def test_a_reminder_s_preview(shop: Shop) -> None:
    await told(shop, "今晚8点提醒截单")
    assert await told(shop, "预览") == ["小团：推送1：到点报还在团的截止时间和还差多少。"]


async def test_nothing_to_look_after(shop: Shop) -> None:
    assert await told(shop, "@小团 暂停推送", mentions=("bot",)) == ["小团：现在没有在跑的推送。"]
    assert await told(shop, "别发了") == []
    assert await told(shop, "恢复推送") == []


async def test_which_one_to_delete(shop: Shop) -> None:
    await told(shop, "每天8点发：早安")
    await told(shop, "每天9点发：早市")
    assert (await told(shop, "删除推送"))[0].startswith("小团：删哪条？回「删除推送1」这样。")


async def test_a_single_one_that_has_passed_is_not_resumed(shop: Shop) -> None:
    await told(shop, "今天12点发：西瓜来了")
    await told(shop, "暂停推送")
    await shop.until(13)
    assert await told(shop, "恢复推送") == ["小团：✅ 已恢复：⏎推送1 的时间已过，没有恢复"]


async def test_a_long_list_is_cut(shop: Shop) -> None:
    for hour in range(8, 19):
        await told(shop, f"每天{hour}点发：第{hour}条")
    said = await told(shop, "推送列表")
    assert said[0].endswith("还有3条")


async def test_undoing_the_deletion_of_a_paused_one_keeps_it_paused(shop: Shop) -> None:
    await told(shop, "每天8点发：早安")
    await told(shop, "暂停推送1")
    await told(shop, "删除推送1")
    assert "已暂停" in (await told(shop, "撤销"))[0]
    assert not [t for t in (await shop.state())["timers"] if t["kind"] == "post"]
