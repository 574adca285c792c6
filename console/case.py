"""One case as its page shows it: the conversation, the order, the money, the past."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from console import words
from console.cases import agent_name, latest, row_of
from console.parts import Desk
from console.who import Who
from storage.database import fetch
from storage.incidents import Incident
from storage.money import times
from storage.outbox import OutboxRow
from storage.refunds import OPEN, Refund
from storage.secrets import secrets_of
from storage.tickets import Ticket, TicketLine, leads_case
from storage.tickets.advice import advice
from storage.tickets.habits import refunded_lately
from storage.tickets.photos import KEPT, WANTED, Photo

LINES = 400
"""Lines of a conversation that are shown; the oldest fall away."""


async def whole(desk: Desk, who: Who, ticket: Ticket) -> dict[str, Any]:
    """A case with its conversation, order, past and money."""
    lines, refunds, past, sent = await desk.run(lambda c: _belongings(c, desk.tenant, ticket))
    photos = await desk.run(lambda c: _photos(c, desk.tenant, ticket.number))
    shown = {photo.message: photo for photo in photos if photo.state == KEPT}
    facts = ticket.facts
    shop = desk.shop()
    incident = next((i for i in shop.rows(Incident) if i.label == ticket.incident), None)
    waiting = next((r for r in refunds if r.state in OPEN), None)
    decides = who.person is not None and (
        who.person == shop.settings.lead or leads_case(shop, ticket, who.person)
    )
    return {
        **row_of(desk, who, ticket),
        "ticket": ticket,
        "category": words.CATEGORIES.get(ticket.category, ticket.category),
        "talk": [_line(line, sent, shown) for line in lines],
        "photos": [photo.file for photo in shown.values()],
        "photos_coming": sum(photo.state == WANTED for photo in photos),
        "order": _order(ticket),
        "wish": words.WISHES.get(facts.get("wish", ""), ""),
        "household": facts.get("household", ""),
        "refunds": refunds,
        "advice": "" if ticket.ended else advice(ticket),
        "refunded": refunded_lately([t for t in past if who.sees(desk, t)], desk.now()),
        "contact": bool(secrets_of(shop, ticket.customer_id)),
        "waiting_refund": waiting,
        "decides": decides,
        "most_fen": ticket.worth,
        "past": [row_of(desk, who, t) for t in past if who.sees(desk, t)],
        "mergeable": [
            row_of(desk, who, t)
            for t in shop.rows(Ticket).by("customer_id", ticket.customer_id)
            if t.number != ticket.number and not t.ended
        ],
        "incident_row": incident,
        "colleagues": [
            (role.person_id, agent_name(desk, role.person_id))
            for role in shop.agents()
            if role.person_id != ticket.assignee
        ],
        "reopenable": ticket.ended and _lately(desk, ticket),
    }


def _lately(desk: Desk, ticket: Ticket) -> bool:
    return ticket.resolved_at is not None and desk.now() - ticket.resolved_at <= timedelta(hours=72)


def _belongings(
    connection: Connection, tenant: str, ticket: Ticket
) -> tuple[list[TicketLine], list[Refund], list[Ticket], dict[int, OutboxRow]]:
    lines, refunds, tickets, outbox = TicketLine.table(), Refund.table(), Ticket.table(), OutboxRow.table()
    query = select(lines).where(lines.c.tenant_id == tenant, lines.c.ticket == ticket.number)
    last = connection.execute(query.order_by(lines.c.n.desc()).limit(LINES)).mappings()
    talk = [TicketLine.from_store(row) for row in last][::-1]
    money = fetch(connection, Refund, refunds.c.tenant_id == tenant, refunds.c.ticket == ticket.number)
    mine = (tickets.c.customer_id == ticket.customer_id) & (tickets.c.number < ticket.number)
    past = latest(connection, tenant, mine, 10)
    numbers = [line.data["outbox"] for line in talk if line.data.get("outbox")]
    sent = fetch(connection, OutboxRow, outbox.c.tenant_id == tenant, outbox.c.number.in_(numbers))
    return talk, money, past, {row.number: row for row in sent}


def _photos(connection: Connection, tenant: str, number: int) -> list[Photo]:
    table = Photo.table()
    found = fetch(connection, Photo, table.c.tenant_id == tenant, table.c.ticket == number)
    return sorted(found, key=lambda photo: (photo.at, photo.message))


def _line(line: TicketLine, sent: dict[int, OutboxRow], photos: dict[str, Photo]) -> dict[str, Any]:
    row = sent.get(line.data.get("outbox", 0))
    return {
        "n": line.n,
        "kind": line.kind,
        "name": line.name,
        "text": line.text,
        "at": line.at,
        "person": line.person_id or "",
        "photo": photos[line.message].file if line.message in photos else "",
        "sending": row.state if row is not None else "",
        "outbox": row.number if row is not None else None,
    }


def _order(ticket: Ticket) -> dict[str, Any] | None:
    facts = ticket.facts
    if "group_buy" not in facts:
        return None
    amount = Decimal(facts["ordered"])
    return {
        "group_buy": facts["group_buy"],
        "item": ticket.item,
        "quantity": words.number(amount),
        "unit": facts.get("unit", ""),
        "total_fen": times(facts["price_fen"], amount),
        "payment": words.PAYMENTS.get(facts.get("payment", ""), ""),
        "stage": words.STAGES.get(facts.get("stage", ""), ""),
        "affected": facts.get("affected"),
        "photos": facts.get("photos"),
    }
