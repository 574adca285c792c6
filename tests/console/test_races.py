"""Two at once, twice the same, and a death in between: what the desk does then."""

import asyncio

from after_sales import to
from desks import Office

from storage.tickets import Ticket


async def test_of_two_agents_who_answer_at_once_one_is_heard(office: Office) -> None:
    zhou = await office.signed_in("zhou", "agent", person="u-agent")
    wu = await office.signed_in("wu", "agent", person="u-agent2")
    answers = await asyncio.gather(
        *(
            browser.post("/desk/tickets/101/reply", {"text": f"我是{name}"})
            for name, browser in (("小周", zhou), ("小吴", wu))
        )
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    heard = [
        line["text"] for line in office.shop.outlet.lines if line["to"] == "u1" and "我是" in line["text"]
    ]
    assert len(heard) == 1


async def test_of_two_leaders_who_confirm_at_once_one_refund_is_recorded(office: Office) -> None:
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    await agent.act("/desk/tickets/101/refund", amount="19.95")
    one = await office.signed_in("mei", "leader", person="u-lead")
    two = await office.signed_in("mei2", "leader", person="u-lead")
    await one.act("/desk/tickets/101/decide", step="approve")
    answers = await asyncio.gather(
        *(browser.post("/desk/tickets/101/decide", {"step": "confirm"}) for browser in (one, two))
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert to(office.shop.outlet.lines, "u1").count("已登记，团长原路退给您") == 1


async def test_a_form_that_is_sent_twice_resolves_once(office: Office) -> None:
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    answers = await asyncio.gather(*(agent.post("/desk/tickets/101/resolve") for _ in range(3)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409]
    assert to(office.shop.outlet.lines, "u1").count("解决了吗") == 1


async def test_a_death_between_answer_and_resolution_loses_nothing(office: Office) -> None:
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    await agent.act("/desk/tickets/101/reply", text="您好")
    await office.shop.restart()
    office.follow()
    page = await agent.read("/desk/tickets/101")
    assert "您好" in page
    await agent.act("/desk/tickets/101/note", text="记一下")
    await agent.act("/desk/tickets/101/resolve")
    await office.shop.restart()
    await office.shop.say("小陈", "3", room=None)
    assert office.desk.shop().rows(Ticket)[101].state == "reopened"


async def test_a_case_of_another_room_is_nobodys_to_act_on(office: Office) -> None:
    foreign = await office.signed_in("hong", "agent", rooms=("r2",), person="u-agent2")
    before = await office.shop.state()
    acts = [
        path for method, path in office.routes(office.pages) if method == "POST" and "/tickets/101/" in path
    ]
    assert len(acts) >= 14
    for path in acts:
        assert (await foreign.post(path, {"text": "x", "to": "u-agent2", "why": "time"})).status == 404, path
    assert await office.shop.state() == before
