"""Canned replies of the composer, and who may change which."""

from console.cases import agent_name, customer_name
from console.parts import Desk
from console.who import LEADS_DESK, Who
from console.words import moment
from storage.canned import BUILT_IN, CannedReply, fields_of, fill, texts_for
from storage.tickets import Ticket


def canned_for(desk: Desk, who: Who, ticket: Ticket) -> list[dict[str, str]]:
    """Name and text of each, its fields filled in from the case."""
    shop = desk.shop()
    fields = fields_of(
        shop,
        ticket,
        customer=customer_name(desk, ticket),
        agent=agent_name(desk, who.person).removeprefix("客服") or who.name,
        until=moment(ticket.due_at, desk.now(), shop.settings.timezone),
    )
    return [{"name": name, "text": fill(text, fields)} for name, text in texts_for(shop, who.person).items()]


def kept_by(desk: Desk, owner: str) -> list[CannedReply]:
    """The replies of one owner ("": everybody's), by name."""
    rows = [row for row in desk.shop().rows(CannedReply) if row.owner == owner]
    return sorted(rows, key=lambda row: row.name)


def built_in(desk: Desk) -> list[tuple[str, str]]:
    """Those that every shop has and this one has not replaced."""
    own = {row.name for row in kept_by(desk, "")}
    return [(name, text) for name, text in BUILT_IN.items() if name not in own]


def may_share(who: Who) -> bool:
    """Whether somebody decides on what everybody uses."""
    return who.may(LEADS_DESK)
