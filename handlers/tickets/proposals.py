"""Refunds that are put to the leader by rule: small, complete, paid for; only a person decides (E18)."""

from handlers import Chat
from handlers.tickets.base import record, tell_desk
from handlers.tickets.money import ask_leader
from handlers.tickets.slots import missing
from storage.money import yuan
from storage.refunds import BY_RULE, propose, refunds_of
from storage.tickets import Ticket, past_of
from storage.tickets.habits import refunded_lately

SHOWN = frozenset({"damaged", "quality", "wrong_item"})
"""Kinds that need a photo for the rule; without one a person judges."""
TOLD = frozenset({"missing", "refund"})


async def propose_by_rule(chat: Chat, ticket: Ticket) -> None:
    """Put a refund to the leader if the shop's rule covers the case; what is unclear is left to people."""
    limit, facts, value = chat.shop.settings.propose_up_to_fen, ticket.facts, ticket.worth
    if not limit or value is None or not 0 < value <= limit or ticket.ended:
        return
    if facts.get("wish") != "refund" or facts.get("payment") != "paid" or facts.get("angry"):
        return
    covered = ticket.category in TOLD or (ticket.category in SHOWN and facts.get("photos"))
    if not covered or missing(ticket) is not None or await refunds_of(chat.shop, ticket.number):
        return
    past = await past_of(chat.shop, ticket.customer_id, ticket.number)
    if refunded_lately(past, chat.now).often:
        return
    refund = propose(
        chat.shop,
        ticket=ticket.number,
        label=ticket.label,
        amount_fen=value,
        most_fen=value,
        by=BY_RULE,
        now=chat.now,
    )
    record(chat, ticket, "event", f"按规则提议退¥{yuan(value)}，等团长定")
    ask_leader(chat, ticket, refund, "按规则提")
    tell_desk(
        chat, ticket, f"{ticket.label} 已按规则向团长提议退 ¥{yuan(value)}，要改发「{ticket.label} 退 金额」"
    )
