"""What time does to a case: every clock of the desk, to the second."""

import pytest
from after_sales import in_room, of_timer, resolved, tickets, to
from chat import Shop

from storage.tickets import TicketLine


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("孩子吃了草莓过敏了", 120), ("草莓烂了", 300), ("草莓我要退款", 900), ("人工", 1800)],
)
async def test_each_kind_is_warned_at_four_fifths_and_breached_to_the_second(
    shop: Shop, words: str, seconds: int
) -> None:
    await shop.say("老周", words, room=None)
    await shop.say("客服小周", "接 A101", room="r-agents")
    before = await shop.passes(seconds=seconds * 0.8 - 1)
    assert not of_timer(before, "sla_warning")
    warned = await shop.passes(seconds=1)
    assert "还有" in in_room(of_timer(warned, "sla_warning"), "r-agents")
    assert not of_timer(await shop.passes(seconds=seconds * 0.2 - 1), "sla_breach")
    breached = await shop.passes(seconds=1)
    assert "超时未回" in to(of_timer(breached, "sla_breach"), "u-lead")


async def test_an_answer_in_time_ends_every_clock(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了")
    await shop.say("客服小周", "A101 马上看", room="r-agents")
    assert await shop.passes(hours=3) == []


async def test_before_a_promise_breaks_the_agent_is_chased_and_the_customer_hears_first(
    shop: Shop,
) -> None:
    await shop.say("老周", "人工", room=None)
    said = await shop.passes(minutes=4)
    assert [line["to"] or line["room"] for line in said] == ["u3", "r-agents"]
    assert "最晚10:30" in to(said, "u3")
    assert "客户在等" in in_room(said, "r-agents")


async def test_no_clock_runs_while_somebody_else_is_awaited(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了", room=None)
    await shop.passes(minutes=2)
    await shop.say("客服小周", "挂起 A101 等客户", room="r-agents")
    assert await shop.passes(hours=2) == []
    assert (await tickets(shop))[0]["state"] == "waiting_customer"
    await shop.say("老周", "我在的", room=None)
    assert (await tickets(shop))[0]["state"] == "open"
    assert not of_timer(await shop.passes(minutes=2.9), "sla_breach")
    assert of_timer(await shop.passes(minutes=0.2), "sla_breach")


async def test_working_time_stops_at_closing_and_goes_on_at_opening(shop: Shop) -> None:
    await shop.until(20, 58)
    await shop.say("老周", "草莓烂了", room=None)
    said = await shop.until(9)
    assert not of_timer(said, "sla_breach")
    assert not of_timer(await shop.passes(minutes=2.9), "sla_breach")
    assert of_timer(await shop.passes(minutes=0.2), "sla_breach")


async def test_an_unanswered_case_keeps_alarming_the_lead(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了", room=None)
    said = await shop.passes(hours=3)
    assert len([line for line in said if line["to"] == "u-lead"]) >= 3


async def test_a_case_moves_on_after_five_minutes_of_silence(shop: Shop) -> None:
    await shop.say("老周", "人工")
    await shop.passes(minutes=5)
    assert (await tickets(shop))[0]["assignee"] == "u-agent2"
    await shop.passes(minutes=5)
    assert (await tickets(shop))[0]["assignee"] is None
    await shop.say("客服小周", "接", room="r-agents")
    assert (await tickets(shop))[0]["assignee"] == "u-agent"


async def test_the_next_answer_is_owed_in_time_too(shop: Shop) -> None:
    await shop.say("老周", "草莓烂了", room=None)
    await shop.say("客服小周", "A101 马上看", room="r-agents")
    await shop.passes(hours=1)
    await shop.say("老周", "怎么说", room=None)
    said = await shop.passes(minutes=5)
    assert of_timer(said, "sla_breach")


async def test_words_before_a_case_are_gone_after_thirty_days(shop: Shop) -> None:
    await shop.say("老周", "昨天买的草莓到了")
    await resolved(shop, "草莓坏了")
    await shop.passes(hours=24 * 31)
    assert shop.worker is not None
    lines = await shop.worker.shop.find(TicketLine, ticket=101)
    assert {line.kind for line in lines} == {"event"}
