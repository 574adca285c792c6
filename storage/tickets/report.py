"""What tickets look like from outside: the state of contract §3."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage.shop import Shop
from storage.tickets.tables import Ticket


async def tickets_state(shop: Shop, zone: ZoneInfo) -> list[dict[str, Any]]:
    """All tickets, closed ones too, by number."""
    known = {ticket.number: ticket for ticket in await shop.query(Ticket)}
    known.update({ticket.number: ticket for ticket in shop.rows(Ticket)})
    return [ticket_state(known[number], zone) for number in sorted(known)]


def ticket_state(ticket: Ticket, zone: ZoneInfo) -> dict[str, Any]:
    """One ticket."""

    def moment(value: datetime | None) -> str | None:
        return value.astimezone(zone).isoformat() if value else None

    return {
        "number": ticket.label,
        "state": ticket.state,
        "category": ticket.category,
        "priority": ticket.priority,
        "customer": ticket.customer_id,
        "room": ticket.room_id,
        "assignee": ticket.assignee,
        "item": ticket.item,
        "opened_at": moment(ticket.opened_at),
        "first_response_at": moment(ticket.first_response_at),
        "resolved_at": moment(ticket.resolved_at),
        "incident": ticket.incident,
    }
