"""The web desk's door to the same rules."""

import pytest
from after_sales import agent, ticket, told
from chat import Shop

from handlers.tickets.base import router
from storage.errors import Refused
from storage.refunds import AlreadyProposed, NothingProposed, RefundTooMuch
from storage.tickets import HeldBy, NoTicket, TicketEnded


async def test_the_web_desk_has_the_same_rules(desk: Shop) -> None:
    state = await desk.command("ticket.claim", {"agent": "u-agent", "number": 101})
    assert (state["state"], state["assignee"]) == ("open", "u-agent")
    with pytest.raises(HeldBy):
        await desk.command("ticket.reply", {"agent": "u-agent2", "number": 101, "text": "我来"})
    await desk.command("ticket.reply", {"agent": "u-agent", "number": 101, "text": "您好"})
    assert desk.outlet.lines[-1]["text"] == "客服小周：您好"
    await desk.command("ticket.note", {"agent": "u-agent", "number": 101, "text": "老客户"})
    assert desk.outlet.lines[-1]["text"] == "客服小周：您好"
    await desk.command("ticket.hold", {"agent": "u-agent", "number": 101, "why": "supplier"})
    assert (await ticket(desk))["state"] == "waiting_supplier"
    await desk.command("ticket.resume", {"agent": "u-agent", "number": 101})
    await desk.command("ticket.wait_customer", {"agent": "u-agent", "number": 101})
    await desk.command("ticket.transfer", {"agent": "u-agent", "number": 101, "to": "小吴"})
    await desk.command("ticket.resolve", {"agent": "u-agent2", "number": 101})
    with pytest.raises(TicketEnded):
        await desk.command("ticket.claim", {"agent": "u-agent2", "number": 101})
    await desk.command("ticket.reopen", {"agent": "u-agent2", "number": 101})
    with pytest.raises(NoTicket):
        await desk.command("ticket.claim", {"agent": "u-agent2", "number": 999})
    moved = await desk.command("agent.presence", {"agent": "u-agent2", "present": False})
    assert moved == {"moved": ["A101"]}


async def test_the_web_desk_proposes_and_leaders_decide(sold: Shop) -> None:
    proposal = {"agent": "u-agent", "number": 101, "amount_fen": 3990}
    with pytest.raises(RefundTooMuch):
        await sold.command("refund.propose", {**proposal, "amount_fen": 3991})
    assert (await sold.command("refund.propose", proposal))["state"] == "proposed"
    with pytest.raises(AlreadyProposed):
        await sold.command("refund.propose", proposal)
    with pytest.raises(Refused):
        await sold.command("refund.decide", {"person": "u2", "number": 101, "step": "approve"})
    decision = {"person": "u-lead", "number": 101}
    await sold.command("refund.decide", {**decision, "step": "approve"})
    done = await sold.command("refund.decide", {**decision, "step": "confirm"})
    assert done["state"] == "recorded"
    for _ in range(5):
        with pytest.raises(NothingProposed):
            await sold.command("refund.decide", {**decision, "step": "confirm"})


async def test_both_doors_stay_in_step(desk: Shop) -> None:
    await desk.command("ticket.claim", {"agent": "u-agent2", "number": 101})
    assert "小吴在处理" in told(await agent(desk, "A101 您好"))


def test_every_refusal_of_the_desk_has_words() -> None:
    facts = {
        "label": "A101",
        "other": "A102",
        "holder": "小周",
        "name": "小王",
        "most": "1",
        "amount": "2",
        "longest": 12,
        "field": "姓名",
        "known": "称呼",
    }
    for kind in router.refusals:
        words = router.words_for(kind(**facts))
        assert words
        assert "{" not in words
