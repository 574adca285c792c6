"""Each edge of the desk's clocks on a virtual clock: first answer, next answer, solution, pauses, hours."""

from collections.abc import AsyncIterator

import pytest
from after_sales import ROOM, agent, of_timer, ticket, to, told
from chat import Shop

FIRST = NEXT = "sla_breach"
SOLVED = {"孩子吃了草莓过敏了": 4, "草莓烂了": 12, "草莓我要退款": 24, "人工": 12}
"""Working hours to a first solution, by the words that begin a case."""


@pytest.fixture
async def always() -> AsyncIterator[Shop]:
    """A desk that never closes; a later answer is owed within two minutes, whatever the case."""
    every = {"safety": 2, "complaint": 2, "refund": 2, "question": 2}
    shop = await Shop(config={"business_hours": None, "sla": {"next": every}}).open()
    yield shop
    await shop.close()


async def quiet(shop: Shop, timer: str, **time: float) -> None:
    """So much time passes, and this timer says nothing."""
    assert of_timer(await shop.passes(**time), timer) == []


async def rings(shop: Shop, timer: str) -> str:
    """In the next second this timer says something: to whom."""
    said = of_timer(await shop.passes(seconds=1), timer)
    assert said, timer
    return "\n".join(f"{line['to'] or line['room']}: {line['text']}" for line in said)


async def held(shop: Shop, words: str) -> None:
    """A case that its agent has taken."""
    await shop.say("老周", words, room=None)
    await agent(shop, "接 A101")


@pytest.mark.parametrize(("words", "hours"), SOLVED.items())
async def test_the_time_to_a_solution_warns_at_four_fifths_and_breaches_to_the_second(
    always: Shop, words: str, hours: int
) -> None:
    await held(always, words)
    await agent(always, "A101 我来处理")
    whole = hours * 3600
    await quiet(always, "solving_warning", seconds=whole * 0.8 - 1)
    assert f"{ROOM}: " in await rings(always, "solving_warning")
    await quiet(always, "solving_breach", seconds=whole * 0.2 - 1)
    assert "u-lead: ‼️A101" in await rings(always, "solving_breach")
    await quiet(always, "solving_breach", hours=48)


async def test_a_solution_in_time_rings_no_bell(always: Shop) -> None:
    await held(always, "草莓烂了")
    await agent(always, "A101 给您退了")
    await always.passes(hours=11)
    await agent(always, "A101 完成")
    await quiet(always, "solving_breach", hours=24)


async def test_no_clock_runs_to_a_solution_while_a_supplier_is_awaited(always: Shop) -> None:
    await held(always, "草莓烂了")
    await agent(always, "A101 问一下供应商")
    await always.passes(hours=2)
    await agent(always, "挂起 A101 等供应商")
    await quiet(always, "solving_breach", hours=72)
    await agent(always, "继续 A101")
    await quiet(always, "solving_breach", seconds=10 * 3600 - 1)
    assert "u-lead" in await rings(always, "solving_breach")


async def test_reopening_does_not_start_the_time_to_a_solution_anew(always: Shop) -> None:
    await held(always, "草莓烂了")
    await agent(always, "A101 给您退了")
    await always.passes(hours=11)
    await agent(always, "A101 完成")
    await always.say("老周", "3", room=None)
    assert (await ticket(always))["state"] == "reopened"
    await agent(always, "接 A101")
    await agent(always, "A101 再看看")
    await quiet(always, "solving_breach", hours=48)


async def test_the_next_answer_has_a_time_of_its_own(always: Shop) -> None:
    await held(always, "草莓烂了")
    await agent(always, "A101 在看")
    await quiet(always, NEXT, hours=1)
    await always.say("老周", "然后呢", room=None)
    await quiet(always, NEXT, seconds=119)
    assert "超时未回" in await rings(always, NEXT)


async def test_the_first_answer_is_owed_from_the_first_word_not_the_last(always: Shop) -> None:
    await held(always, "草莓烂了")
    await always.passes(minutes=4)
    await always.say("老周", "在吗", room=None)
    await quiet(always, FIRST, seconds=59)
    assert "超时未回" in await rings(always, FIRST)


async def test_a_graver_case_is_owed_sooner_counted_from_its_beginning(always: Shop) -> None:
    await held(always, "人工")
    await always.passes(minutes=3)
    await always.say("老周", "草莓烂了，孩子吃了一直吐", room=None)
    found = await ticket(always)
    assert (found["category"], found["priority"]) == ("safety", "urgent")
    assert "A101" in to(always.outlet.lines, "u-lead")
    await agent(always, "A101 马上打给您")
    await quiet(always, FIRST, hours=1)


async def test_a_pause_leaves_what_was_left(always: Shop) -> None:
    await held(always, "草莓烂了")
    await always.passes(minutes=3)
    await agent(always, "A101 等客户")
    await quiet(always, FIRST, hours=5)
    await always.say("老周", "照片在这", room=None)
    await quiet(always, FIRST, seconds=119)
    assert "超时未回" in await rings(always, FIRST)


async def test_a_lead_is_told_again_each_time_after_twice_the_time(always: Shop) -> None:
    await held(always, "草莓烂了")
    await always.passes(minutes=5)
    for minutes in (30, 60, 120):
        await quiet(always, FIRST, seconds=minutes * 60 - 1)
        assert "超时未回" in await rings(always, FIRST)


async def test_outside_hours_only_safety_is_owed(shop: Shop) -> None:
    await shop.until(23)
    await shop.say("老周", "草莓烂了", room=None)
    await shop.say("王姐", "孩子吃了草莓过敏了", room=None)
    said = await shop.passes(minutes=2)
    assert "A102" in told(of_timer(said, FIRST)) or "A102" in to(of_timer(said, FIRST), "u-lead")
    assert "A101" not in to(of_timer(await shop.passes(hours=9), FIRST), "u-lead")
    opened = await shop.until(9)
    assert "A101" in told(opened)
    await quiet(shop, "desk_opens", minutes=1)


async def test_the_bot_is_quiet_for_fifteen_minutes_after_a_humans_word(always: Shop) -> None:
    await held(always, "草莓烂了")
    await agent(always, "A101 在看")
    await always.passes(minutes=14, seconds=59)
    assert to(await always.say("老周", "草莓多少钱一盒", room=None), "u3") == ""
    await always.passes(seconds=1)
    said = await always.say("老周", "草莓多少钱一盒", room=None) + await always.passes(seconds=5)
    assert "39.9" in to(said, "u3")


async def test_a_case_is_closed_after_seventy_two_hours_and_not_before(always: Shop) -> None:
    await held(always, "草莓烂了")
    await agent(always, "A101 好了")
    await agent(always, "A101 完成")
    await always.passes(hours=72, seconds=-1)
    assert (await ticket(always))["state"] == "resolved"
    await always.passes(seconds=1)
    assert (await ticket(always))["state"] == "closed"


@pytest.mark.parametrize("restarted_at", [0.5, 0.8, 0.99])
async def test_a_restart_moves_no_bell(always: Shop, restarted_at: float) -> None:
    await held(always, "草莓烂了")
    await always.passes(seconds=300 * restarted_at)
    await always.restart()
    await quiet(always, FIRST, seconds=300 * (1 - restarted_at) - 1)
    assert "超时未回" in await rings(always, FIRST)


async def test_a_bell_that_fell_due_while_the_bot_was_dead_rings_once(always: Shop) -> None:
    await held(always, "草莓烂了")
    await always.passes(seconds=10)
    await always.restart()
    said = of_timer(await always.passes(minutes=20), FIRST)
    assert len([line for line in said if line["to"] == "u-lead"]) == 1
