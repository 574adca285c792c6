"""Canned replies as they are typed in the agents' room: a slash, a name, a case (E13)."""

from handlers import Turn
from handlers.tickets.base import agent_name, customer_name, short_name, when
from storage.canned import fields_of, fill, texts_for
from storage.tickets import Ticket


def canned_names(turn: Turn, agent: str) -> list[str]:
    """What can be typed after the slash."""
    return sorted(texts_for(turn.shop, agent))


def filled(turn: Turn, ticket: Ticket, agent: str, name: str, rest: str) -> str | None:
    """A canned reply with this case's fields; `rest` stands for {金额}. None: no such reply."""
    text = texts_for(turn.shop, agent).get(name)
    if text is None:
        return None
    fields = fields_of(
        turn.shop,
        ticket,
        customer=customer_name(turn, ticket),
        agent=short_name(agent_name(turn, agent)),
        until=when(turn, ticket.due_at) if ticket.due_at is not None else "",
        amount=rest.strip().lstrip("¥￥").rstrip("元块"),
    )
    return fill(text, fields)
