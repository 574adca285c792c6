"""Posts: once at their slot, across restarts, or not at all, and the leader hears why."""

from collections.abc import Sequence
from typing import Any

from chat import Shop

from bot.replay import ReplayOutlet
from storage.outbox import ATTEMPTS, OutboxRow, Sending

OPENING = "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\n周五20:00截止，20盒成团，周六上午到"


async def told(shop: Shop, text: str, who: str = "团长小美", **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [shop.written(line) for line in said]


async def until(shop: Shop, hour: int, minute: int = 0) -> list[str]:
    """What the room reads until then."""
    said = await shop.until(hour, minute)
    return [shop.written(line) for line in said if line["room"] is not None]


async def posts(shop: Shop) -> list[tuple[str, str, str]]:
    return [(p["deal"], p["slot"], p["state"]) for p in (await shop.state())["posts"]]


# -- posting once --------------------------------------------------------------------------------


async def test_once_across_restarts(shop: Shop) -> None:
    await told(shop, "每天9点发：早市")
    await shop.restart()
    said = await shop.until(9)
    assert [line["text"] for line in said] == ["早市"]
    assert said[0]["cause"] == "timer:post"
    await shop.restart()
    assert await shop.passes(minutes=20) == []
    assert await posts(shop) == [("1", "2026-05-22T09:00:00+08:00", "posted")]


async def test_a_little_late_it_is_still_posted(shop: Shop) -> None:
    await told(shop, "每天9点发：早市")
    await down_until(shop, 9, 20)
    assert await posts(shop) == [("1", "2026-05-22T09:00:00+08:00", "posted")]


async def down_until(shop: Shop, hour: int, minute: int) -> list[str]:
    """The process is gone until then."""
    local = shop.now.astimezone(shop.config.shop.timezone)
    then = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    shop.now = then.replace(day=then.day + 1).astimezone(shop.now.tzinfo)
    await shop.restart()
    return [shop.written(line) for line in await shop.passes(seconds=0)]


async def test_more_than_half_an_hour_late_it_is_missed(shop: Shop) -> None:
    """D2: the leader is told; the next slot stands."""
    await told(shop, "每天9点发：早市")
    assert await down_until(shop, 9, 31) == [
        "小团→团长小美：推送1「早市」今天(5月22日 周五) 09:00：到点时我不在线，过了30分钟没补发。"
    ]
    assert await posts(shop) == [("1", "2026-05-22T09:00:00+08:00", "missed")]
    assert [line["text"] for line in await shop.until(9)] == ["早市"]


async def test_many_missed_slots_are_told_of_once(shop: Shop) -> None:
    await told(shop, "每天9点和18点发：早晚市")
    said = await down_until(shop, 20, 0)
    assert len(said) == 1
    assert "另有2次也错过" in said[0]
    assert [state for _, _, state in await posts(shop)] == ["missed"] * 3


async def test_the_same_words_wait_23_hours(shop: Shop) -> None:
    await told(shop, "今天12点发：西瓜来了")
    await told(shop, "今天15点发：西瓜来了！")
    await shop.plays("""
        （12:00）
        小团：西瓜来了
        （15:00）
        小团→团长小美：推送2「西瓜来了！」今天(5月21日 周四) 15:00：23小时内发过同样的内容，这次跳过。
    """)
    assert [state for _, _, state in await posts(shop)] == ["posted", "skipped"]


async def test_a_daily_post_is_not_the_same_as_yesterday_s(shop: Shop) -> None:
    await told(shop, "每天9点发：早市")
    assert len(await shop.until(9)) == 1
    assert len(await shop.until(9)) == 1


async def test_in_quiet_hours_it_waits_for_the_morning(shop: Shop) -> None:
    await shop.plays("""
        团长小美：今晚11点发：新到黄桃
        小团：✅ 推送1：今天(5月21日 周四) 23:00⏎内容：新到黄桃⏎这个点是静音时段，会顺延到 07:30 发。⏎回「预览」看全文，不要就回「撤销」
        （23:00）
        小团→团长小美：推送1「新到黄桃」今天(5月21日 周四) 23:00：是静音时段，明天(5月22日 周五) 07:30 再发。
    """)
    assert [state for _, _, state in await posts(shop)] == ["queued"]
    await shop.restart()
    await shop.plays("""
        （7:30）
        小团：新到黄桃
    """)
    assert [state for _, _, state in await posts(shop)] == ["posted"]


async def test_tonight_s_words_are_not_posted_tomorrow(shop: Shop) -> None:
    await told(shop, "今晚11点发：今晚最后一波")
    await shop.until(23)
    said = await shop.until(7, 30)
    assert [shop.written(line) for line in said] == [
        "小团→团长小美：推送1「今晚最后一波」5月21日 周四 23:00：内容里的时间已经过了，没发。"
    ]
    assert [state for _, _, state in await posts(shop)] == ["skipped"]


async def test_a_room_s_cap_makes_it_wait() -> None:
    """D3: half of the day's messages may be adverts, the rest waits for the morning."""
    capped = await Shop(config={"pace": {"daily_messages_per_room": 20}}).open()
    for number in range(11):
        await told(capped, f"今天{number + 11}点发：第{number}样水果到了", room=None)
        await told(capped, f"今天{number + 11}点在果园一群发：第{number}样水果到了", room=None)
    heard = []
    for number in range(11):
        heard += [capped.written(line) for line in await capped.until(number + 11)]
    assert sum(line.startswith("小团：第") for line in heard) == 10
    assert heard[-1].endswith("今天推送够多了，明天(5月22日 周五) 07:30 再发。")
    assert "小团：第10样水果到了" in await until(capped, 7, 30)
    await capped.close()


async def test_a_muted_room_hears_no_adverts(shop: Shop) -> None:
    await told(shop, "今天12点发：西瓜来了")
    await told(shop, "小团闭嘴")
    said = await shop.until(12)
    assert [shop.written(line) for line in said] == [
        "小团→团长小美：推送1「西瓜来了」今天(5月21日 周四) 12:00：群里禁言中，没发。"
    ]


async def test_posts_of_the_same_moment_go_out_in_order(shop: Shop) -> None:
    await told(shop, "每天9点发：第二条先设")
    await told(shop, "明天9点发：单次的")
    assert [line["text"] for line in await shop.until(9)] == ["第二条先设", "单次的"]


async def test_a_command_delivered_twice_sets_one_deal(shop: Shop) -> None:
    await told(shop, "每天9点发：早市", id="d1")
    assert await told(shop, "每天9点发：早市", id="d1") == []
    assert len(await shop.until(9)) == 1


async def test_a_leader_s_numbers_may_be_said(shop: Shop) -> None:
    """Contract §9.16: posted as written."""
    await told(shop, "每天9点发：订货打13812345678")
    assert [line["text"] for line in await shop.until(9)] == ["订货打13812345678"]


# -- one nudge -----------------------------------------------------------------------------------


async def test_little_missing_is_said_once_an_hour_before(shop: Shop) -> None:
    """D5."""
    await told(shop, OPENING.replace("20盒成团", "3盒成团"))
    await told(shop, "开团")
    await told(shop, "+1", who="小陈")
    assert await until(shop, 19) == []
    assert await until(shop, 19) == ["小团：团1 周六草莓：共1/3盒，还差2，20:00截止，缺的邻居抓紧～"]
    assert await shop.passes(minutes=30) == []


async def test_far_from_the_target_nothing_is_said(shop: Shop) -> None:
    await told(shop, OPENING)
    await told(shop, "开团")
    await told(shop, "+1", who="小陈")
    assert await until(shop, 19) == []
    assert await until(shop, 19) == []


async def test_a_reminder_tells_how_things_stand(shop: Shop) -> None:
    await told(shop, OPENING)
    await told(shop, "开团")
    await told(shop, "+1", who="小陈")
    assert (await told(shop, "明天下午6点提醒截单"))[0].startswith(
        "小团：✅ 推送1：明天(5月22日 周五) 18:00⏎内容：提醒截单"
    )
    assert await until(shop, 18) == []
    assert await until(shop, 18) == [
        "小团：⏰ 团1 周六草莓 今天(5月22日 周五) 20:00截单，共1/20盒，还差19⏎要的抓紧接龙～"
    ]


async def test_a_reminder_with_nothing_open_is_skipped(shop: Shop) -> None:
    await told(shop, "今晚8点提醒截单")
    said = await shop.until(20)
    assert [shop.written(line) for line in said] == [
        "小团→团长小美：推送1「提醒截单」今天(5月21日 周四) 20:00：没有在收单的团，没发。"
    ]
    assert await posts(shop) == [("1", "2026-05-21T20:00:00+08:00", "skipped")]


async def test_what_is_deleted_while_it_waits_is_not_posted(shop: Shop) -> None:
    await told(shop, "每天23点发：夜市")
    await shop.until(23)
    await told(shop, "删除推送1")
    assert await until(shop, 7, 30) == []
    assert [state for _, _, state in await posts(shop)] == ["skipped"]


async def test_a_morning_that_is_slept_through_is_told(shop: Shop) -> None:
    await told(shop, "今晚11点发：新到黄桃")
    await shop.until(23)
    said = await down_until(shop, 9, 0)
    assert any("没补发" in line for line in said)
    assert [state for _, _, state in await posts(shop)] == ["skipped"]


async def test_a_reminder_that_waits_and_finds_nothing_open(shop: Shop) -> None:
    await told(shop, OPENING.replace("周五20:00", "周五1:00"))
    await told(shop, "开团")
    await told(shop, "今晚11点提醒截单")
    await shop.until(23)
    await told(shop, "截单")
    await until(shop, 7, 30)
    assert [state for _, _, state in await posts(shop)] == ["skipped"]


async def test_in_a_quiet_room_nobody_is_nudged(shop: Shop) -> None:
    await told(shop, OPENING.replace("20盒成团", "3盒成团"))
    await told(shop, "开团")
    await told(shop, "+1", who="小陈")
    await told(shop, "@小团 安静模式", mentions=("bot",))
    assert await until(shop, 19) == []
    assert await until(shop, 19) == []


async def test_at_night_nobody_is_nudged(shop: Shop) -> None:
    await told(shop, OPENING.replace("周五20:00", "周五23:59").replace("20盒成团", "3盒成团"))
    await told(shop, "开团")
    await told(shop, "+1", who="小陈")
    await shop.until(22)
    assert [line for line in await until(shop, 23, 30) if "抓紧" in line] == []


class Deaf(ReplayOutlet):
    """Nothing that is said goes out by itself."""

    def said(self, rows: Sequence[OutboxRow]) -> None:
        """It waits in the outbox."""


async def undelivered(shop: Shop, *steps: tuple[str, Any]) -> None:
    """A daily post at nine, and what the sender then tells of it."""
    await told(shop, "每天9点发：早市")
    shop.outlet = Deaf(shop.config)
    await shop.restart()
    await shop.until(9)
    assert shop.worker is not None
    [row] = [row for row in shop.worker.shop.rows(OutboxRow) if row.text == "早市"]
    for name, data in steps:
        await shop.command("outbox.start", (row.number, None))
        await shop.command(name, (row.number, data))
    await shop.command("outbox.settle", (row.number, None))
    assert row.state == Sending.DEAD


async def test_a_post_that_never_went_out_was_missed(shop: Shop) -> None:
    await undelivered(shop, *[("outbox.failed", "no such room")] * ATTEMPTS)
    assert await posts(shop) == [("1", "2026-05-22T09:00:00+08:00", "missed")]


async def test_a_post_that_may_have_gone_out_is_not_called_missed(shop: Shop) -> None:
    await undelivered(shop, ("outbox.doubt", None))
    assert await posts(shop) == [("1", "2026-05-22T09:00:00+08:00", "posted")]


async def test_a_brief_that_is_late_is_dropped(shop: Shop) -> None:
    await shop.opens("周末菜⏎A 手工水饺 22元/包⏎周日20点截止")
    assert await down_until(shop, 20, 1) == []
    assert [shop.written(line) for line in await shop.until(8)] == [
        "小团→团长小美：早，今天：⏎团1 周末菜：共0包"
    ]
