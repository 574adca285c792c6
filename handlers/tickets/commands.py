"""The desk's second door: every action of the agents' room as a command of the web desk.

Each takes a mapping with `agent` (the id of the person who is signed in; the desk has checked his
role) and returns the ticket's state as in contract §3. Refusals are raised with their facts.
"""

from collections.abc import Mapping
from typing import Any

from handlers import Router, Turn
from handlers.tickets import desk
from handlers.tickets.base import NotYourDecision, agent_called, agent_name
from handlers.tickets.goods import answer_all, tell_buyers
from handlers.tickets.money import approve, confirm, decline, may_decide, propose_refund
from storage.canned import drop, keep
from storage.incidents import Incident
from storage.tickets import State, Ticket, ticket_state

Data = Mapping[str, Any]


def _state(turn: Turn, ticket: Ticket) -> dict[str, Any]:
    return ticket_state(ticket, turn.shop.settings.timezone)


async def claim(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.claim` {agent, number}: take a case."""
    return _state(turn, await desk.claim(turn, data["agent"], data["number"]))


async def reply(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.reply` {agent, number, text}: to the customer, in private."""
    return _state(turn, await desk.reply(turn, data["agent"], data["number"], data["text"]))


async def note(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.note` {agent, number, text}: for colleagues only."""
    return _state(turn, await desk.note(turn, data["agent"], data["number"], data["text"]))


async def transfer(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.transfer` {agent, number, to}: `to` is an agent's id or name."""
    to = agent_called(turn, data["to"])
    return _state(turn, await desk.transfer(turn, data["agent"], data["number"], to))


async def contact(turn: Turn, data: Data) -> list[str]:
    """`ticket.contact` {agent, number}: phone and address in clear, for this agent; on record."""
    return (await desk.contact(turn, data["agent"], data["number"]))[1]


async def hold(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.hold` {agent, number, why}: why is supplier, customer or anything else (on hold)."""
    states = {"supplier": State.WAITING_SUPPLIER, "customer": State.WAITING_CUSTOMER}
    state = states.get(data.get("why", ""), State.ON_HOLD)
    return _state(turn, await desk.hold(turn, data["agent"], data["number"], state))


async def wait_customer(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.wait_customer` {agent, number}: the customer has to answer; no clock runs."""
    return _state(turn, await desk.hold(turn, data["agent"], data["number"], State.WAITING_CUSTOMER))


async def resume(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.resume` {agent, number}: go on with a case that waited."""
    return _state(turn, await desk.resume(turn, data["agent"], data["number"]))


async def resolve(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.resolve` {agent, number}: done; the customer is asked for one digit."""
    return _state(turn, await desk.resolve(turn, data["agent"], data["number"]))


async def reopen(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.reopen` {agent, number}: within 72 h of being resolved."""
    return _state(turn, await desk.reopen(turn, data["agent"], data["number"]))


async def merge(turn: Turn, data: Data) -> dict[str, Any]:
    """`ticket.merge` {agent, number, other}: `other` goes on as part of `number`."""
    return _state(turn, await desk.merge(turn, data["agent"], data["number"], data["other"]))


async def refund_propose(turn: Turn, data: Data) -> dict[str, Any]:
    """`refund.propose` {agent, number, amount_fen}: the leader is asked."""
    refund = await propose_refund(turn, data["agent"], data["number"], data["amount_fen"])
    return {"refund": refund.number, "state": refund.state, "amount_fen": refund.amount_fen}


async def refund_decide(turn: Turn, data: Data) -> dict[str, Any]:
    """`refund.decide` {person, number, step}: step is approve, confirm or decline; leaders only."""
    person, number = data["person"], data["number"]
    if not may_decide(turn, await desk.find(turn, number), person):
        raise NotYourDecision
    step = {"approve": approve, "confirm": confirm, "decline": decline}[data["step"]]
    refund = await step(turn, person, number)
    return {"refund": refund.number, "state": refund.state, "amount_fen": refund.amount_fen}


async def presence(turn: Turn, data: Data) -> dict[str, Any]:
    """`agent.presence` {agent, present}: at the desk or not; the numbers of the cases that moved."""
    act = desk.come_on if data["present"] else desk.go_off
    return {"moved": [ticket.label for ticket in await act(turn, data["agent"])]}


async def incident_answer(turn: Turn, data: Data) -> dict[str, Any]:
    """`incident.answer` {agent, number, text}: one answer to every customer of an incident."""
    incident: Incident = turn.rows(Incident)[data["number"]]
    name = agent_name(turn, data["agent"])
    return {"told": await answer_all(turn, incident, data["text"], name)}


async def buyers_tell(turn: Turn, data: Data) -> dict[str, Any]:
    """`buyers.tell` {agent, number, text}: to all who bought what the case is about, in private."""
    ticket = await desk.find(turn, data["number"])
    return {"told": await tell_buyers(turn, ticket, data["text"])}


async def canned_keep(turn: Turn, data: Data) -> None:
    """`canned.keep` {owner, name, text, was}: owner "" keeps it for everybody; `was` is what was seen."""
    keep(turn.shop, data.get("owner", ""), data["name"], data["text"], was=data.get("was"))


async def canned_drop(turn: Turn, data: Data) -> None:
    """`canned.drop` {owner, name}: it is gone; a built-in one of the same name holds again."""
    drop(turn.shop, data.get("owner", ""), data["name"])


def register(router: Router) -> None:
    """Name the commands."""
    for name, handler in {
        "ticket.claim": claim,
        "ticket.reply": reply,
        "ticket.note": note,
        "ticket.transfer": transfer,
        "ticket.contact": contact,
        "ticket.hold": hold,
        "ticket.wait_customer": wait_customer,
        "ticket.resume": resume,
        "ticket.resolve": resolve,
        "ticket.reopen": reopen,
        "ticket.merge": merge,
        "refund.propose": refund_propose,
        "refund.decide": refund_decide,
        "agent.presence": presence,
        "incident.answer": incident_answer,
        "buyers.tell": buyers_tell,
        "canned.keep": canned_keep,
        "canned.drop": canned_drop,
    }.items():
        router.command(name)(handler)
