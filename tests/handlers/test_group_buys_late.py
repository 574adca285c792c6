"""Limits with a wait-list, words that arrive late, and messages that are taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chat import Shop

from bot.channels import Recalled
from bot.replay_log import ACCOUNT

OFFER = "开团\n草莓团\nA 红颜草莓 39.9元/盒 {terms}\n今天20点截止"
TWO = "开团\n周六团\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n明天20点截止"


async def _open(shop: Shop, text: str) -> None:
    await shop.say("团长小美", text)
    await shop.say("团长小美", "开团")


async def _lines(shop: Shop) -> dict[tuple[str | None, str | None], Any]:
    state = await shop.state()
    lines = state["group_buys"][-1]["sign_ups"]
    return {(s["name"], s["for"]): {i["code"]: i["quantity"] for i in s["items"]} for s in lines}


async def _recall(shop: Shop, who: str, message: str) -> Any:
    event = Recalled(account=ACCOUNT, room="r1", message=message, sender=who, at=shop.now)
    return await shop.work(event)


async def test_waiting_beyond_the_own_limit_never_books_beyond_it(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms="共5盒 每人限3"))
    for text in ("要5份", "候补", "要1盒", "再来1盒"):
        await shop.say("小陈", text)
    await shop.say("小陈", "帮我妈带两盒")
    state = await shop.state()
    assert state["group_buys"][0]["items"][0]["taken"] <= 3


async def test_queueing_for_what_is_free_is_signing_up(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms=""))
    said = await shop.say("小陈", "候补")
    assert [line["text"].split("｜")[0] for line in said] == ["✅ 小陈 1盒"]


async def test_yes_after_moving_up_is_not_one_more(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms="共5盒"))
    for who, text in (("小陈", "5盒"), ("王姐", "3盒"), ("小陈", "不要了"), ("王姐", "要")):
        await shop.say(who, text)
    assert (await _lines(shop))["王姐", None] == {"A": 3}


async def test_a_failed_group_buy_is_reached_by_words_from_before_its_deadline(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms="5盒成团"))
    await shop.say("小陈", "4盒")
    assert "未成团" in (await shop.until(20))[-1]["text"]
    sent = shop.now - timedelta(seconds=5)
    shop.now += timedelta(seconds=60)
    said = await shop.say("王姐", "+1", at=sent)
    assert "成团：5/5盒" in said[0]["text"]
    assert (await shop.state())["group_buys"][0]["state"] == "reached"


async def test_a_reached_group_buy_fails_by_words_from_before_its_deadline(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms="4盒成团"))
    await shop.say("小陈", "4盒")
    assert "成团" in (await shop.until(20))[-1]["text"]
    sent = shop.now - timedelta(seconds=5)
    shop.now += timedelta(seconds=60)
    said = await shop.say("小陈", "不要了", at=sent)
    assert "未成团：0/4盒" in said[0]["text"]
    assert (await shop.state())["group_buys"][0]["state"] == "failed"


async def test_a_reopened_group_buy_is_reached_when_who_waits_fills_it(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms="5盒成团"))
    for who, text in (("小陈", "3盒"), ("团长小美", "截单"), ("王姐", "2盒"), ("团长小美", "重开")):
        await shop.say(who, text)
    assert (await shop.state())["group_buys"][0]["state"] == "reached"


async def test_a_recall_that_arrives_before_its_message_leaves_a_tombstone(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms=""))
    await _recall(shop, "u1", "early")
    await shop.restart()
    assert await shop.say("小陈", "3盒", id="early") == []
    assert await _lines(shop) == {}


async def test_a_recall_takes_back_what_the_answer_completed(shop: Shop) -> None:
    await _open(shop, TWO)
    await shop.say("张敏", "来两个，帮我妈也来一个 5-301", id="order")
    said = await shop.say("张敏", "A")
    assert said[0]["text"].startswith("✅ 张敏 A2 · 张敏代5-3** 妈妈 A1")
    assert await _lines(shop) == {("张敏", None): {"A": 2}, ("张敏", "妈妈"): {"A": 1}}
    assert await _recall(shop, "u5", "order") == []
    assert await _lines(shop) == {("张敏", None): {}, ("张敏", "妈妈"): {}}


async def test_a_recalled_question_needs_no_answer(shop: Shop) -> None:
    await _open(shop, TWO)
    await shop.say("小陈", "来两个", id="order")
    await _recall(shop, "u1", "order")
    assert await shop.say("小陈", "A") == []


async def test_a_recall_after_the_lock_is_a_request(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms=""))
    await shop.say("小陈", "2盒", id="order")
    await shop.say("团长小美", "截单")
    said = await _recall(shop, "u1", "order")
    assert [line["to"] for line in said] == ["u1", "u-lead"]
    assert await _lines(shop) == {("小陈", None): {"A": 2}}


async def test_a_letter_means_the_item_of_the_group_buy_that_is_spoken_of(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms=""))
    await _open(shop, "开团\n牛奶团\nA 鲜牛奶 49.9元/箱\nB 手工水饺 22元/包\n明天20点截止")
    await shop.say("小陈", "A2")
    assert await _lines(shop) == {("小陈", None): {"A": 2}}


async def test_nothing_of_nothing_is_refused(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms=""))
    assert "记不了" in (await shop.say("小陈", "0份"))[0]["text"]
    assert await _lines(shop) == {}


async def test_an_order_under_a_condition_is_not_booked_without_a_yes(shop: Shop) -> None:
    await _open(shop, OFFER.format(terms=""))
    await shop.say("小陈", "如果周六能到我要2份")
    assert await _lines(shop) == {}
    await shop.say("小陈", "好")
    assert await _lines(shop) == {("小陈", None): {"A": 2}}


async def test_a_half_is_sold_where_the_opening_says_so_and_nowhere_else(shop: Shop) -> None:
    await _open(shop, "开团\n水果团\nA 赣南脐橙 59元/箱 可半箱\nB 红颜草莓 39.9元/盒\n明天20点截止")
    await shop.say("小陈", "脐橙1.5箱")
    said = await shop.say("王姐", "草莓半盒")
    assert "不拆开" in said[0]["text"]
    assert await _lines(shop) == {("小陈", None): {"A": 1.5}}


async def test_how_an_amount_in_pieces_was_read_is_said(shop: Shop) -> None:
    await _open(shop, TWO)
    said = await shop.say("小陈", "要30个鸡蛋")
    assert said[0]["text"].startswith("✅ 小陈 B1（30枚=1板）")


async def test_a_wish_just_after_an_order_is_its_remark(shop: Shop) -> None:
    await _open(shop, TWO)
    await shop.say("小陈", "A2")
    await shop.say("小陈", "要熟一点的")
    state = await shop.state()
    assert state["group_buys"][0]["sign_ups"][0]["remark"] == "要熟一点的"


async def test_what_was_handed_over_leaves_the_stock_and_the_leader_hears_of_the_rest(shop: Shop) -> None:
    await _open(shop, "开团\n草莓团\nA 红颜草莓 39.9元/盒\n今天20点截止")
    said = await shop.say("小陈", "35盒")
    assert {line["to"] for line in said} == {None, "u-lead"}
    for text in ("截单", "到货了", "完成"):
        await shop.say("团长小美", text)
    await _open(shop, "开团\n草莓团\nA 红颜草莓 39.9元/盒\n明天20点截止")
    said = await shop.say("王姐", "9盒")
    assert any("只剩5盒，已记5，候补4盒" in line["text"] for line in said)


async def test_undoing_in_private_is_answered_in_private(shop: Shop) -> None:
    await _open(shop, TWO)
    await shop.say("小陈", "草莓2盒", room=None)
    said = await shop.say("小陈", "撤销", room=None)
    assert [line["text"] for line in said if line["to"] == "u1"] == ["好，撤销了。现在：没有登记"]


async def test_how_much_is_it_together_is_about_the_own_order(shop: Shop) -> None:
    await _open(shop, TWO)
    await shop.say("小陈", "A2")
    said = await shop.say("小陈", "一共多少钱")
    assert "共¥79.8" in said[0]["text"]


async def test_past_the_days_messages_all_wait_together_for_the_morning(shop: Shop) -> None:
    assert shop.worker is not None
    settings = shop.worker.shop.settings
    shop.worker.shop.settings = replace(settings, daily_messages_per_room=4, digest=timedelta(seconds=1))
    await _open(shop, OFFER.format(terms=""))
    for who in ("小陈", "王姐"):
        shop.now += timedelta(seconds=20)
        await shop.say(who, "+1")
    shop.now += timedelta(seconds=20)
    said = await shop.say("老周", "+1")
    assert [line["to"] for line in said] == ["u-lead"]
    shop.now += timedelta(seconds=20)
    assert await shop.say("张敏", "2盒") == []
    said = [line for line in await shop.until(7, 30) if line["room"] is None or "✅" in line["text"]]
    assert "老周 1盒 · 张敏 2盒" in said[-1]["text"]
