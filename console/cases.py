"""Cases as the desk shows them: the queue by time to breach, one case with all that belongs to it.

Only running cases are looked through; closed ones are found by number or by customer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from console import words
from console.parts import Desk
from console.who import Who
from storage.database import fetch
from storage.people import AGENT, Member, Person, Role, Room
from storage.tickets import Ticket
from storage.tickets.clock import target

PAGE = 50
"""Cases on a page of the queue."""
FOUND = 50
PEOPLE_FOUND = 20
SOON = 0.2
"""The last share of the time in which a case is marked (contract: warned at 80 %)."""
VIEWS = {
    "mine": "我的",
    "free": "没人接",
    "soon": "快超时",
    "all": "全部",
    "waiting": "等待中",
    "done": "刚完成",
}


@dataclass(frozen=True, slots=True)
class Due:
    """How a case stands to its promise. `level`: late, soon, fine or none; `label` says it in words."""

    level: str
    label: str
    at: datetime | None = None
    warn: datetime | None = None


def due_of(desk: Desk, ticket: Ticket) -> Due:
    """The clock of a case."""
    now, at = desk.now(), ticket.due_at
    if ticket.ended:
        return Due("none", words.STATES[ticket.state])
    if ticket.paused:
        return Due("none", words.STATES[ticket.state])
    if at is None:
        return Due("none", "已回复")
    warn = at - target(ticket, desk.shop().settings) * SOON
    if at <= now:
        return Due("late", f"已超时 {words.minutes((now - at).total_seconds())}", at, warn)
    left = f"还剩 {words.minutes((at - now).total_seconds())}"
    return Due("soon" if warn <= now else "fine", left, at, warn)


def agent_name(desk: Desk, person_id: str | None) -> str:
    """How an agent is called."""
    if person_id is None:
        return ""
    shop = desk.shop()
    role = shop.rows(Role).get(("", person_id, AGENT))
    return (role.name if role is not None else "") or shop.name_of(person_id) or person_id


def customer_name(desk: Desk, ticket: Ticket) -> str:
    """The customer as his neighbours know him."""
    shop = desk.shop()
    person = shop.rows(Person).get(ticket.customer_id)
    room = ticket.room_id or (person.marks.get("room") if person is not None else None)
    return shop.name_of(ticket.customer_id, room) or "客户"


def room_name(desk: Desk, room_id: str | None) -> str:
    """A room's name; private chats have none."""
    if not room_id:
        return "私聊"
    room = desk.shop().rows(Room).get(room_id)
    return room.name if room is not None and room.name else "群"


def about(ticket: Ticket) -> str:
    """What a case is about in a few words."""
    kind = words.CATEGORIES.get(ticket.category, ticket.category)
    return f"{ticket.item} {kind}" if ticket.item else kind


def row_of(desk: Desk, who: Who, ticket: Ticket) -> dict[str, Any]:
    """A case in the queue."""
    return {
        "number": ticket.number,
        "label": ticket.label,
        "about": about(ticket),
        "customer": customer_name(desk, ticket),
        "room": room_name(desk, ticket.room_id),
        "said": ticket.facts.get("words", ""),
        "state": ticket.state,
        "priority": ticket.priority,
        "assignee": agent_name(desk, ticket.assignee),
        "claimed": ticket.claimed,
        "mine": ticket.assignee is not None and ticket.assignee == who.person,
        "due": due_of(desk, ticket),
        "heard": int((ticket.last_customer_at or ticket.opened_at).timestamp()),
        "incident": ticket.incident,
        "reopened": ticket.reopened,
        "csat": words.CSAT.get(ticket.facts.get("csat", 0), ""),
        "angry": bool(ticket.facts.get("angry")),
        "opened_at": ticket.opened_at,
    }


# -- the queue ---------------------------------------------------------------------------------------


def seen_by(desk: Desk, who: Who) -> list[Ticket]:
    """Every case in memory (running, or resolved lately) that is somebody's business."""
    return [ticket for ticket in desk.shop().rows(Ticket) if who.sees(desk, ticket)]


def in_view(desk: Desk, who: Who, ticket: Ticket, view: str) -> bool:
    """Whether a case stands in one of the queue's views."""
    if view == "done":
        return ticket.ended
    if ticket.ended or (view == "waiting") != ticket.paused:
        return False
    if view == "mine":
        return ticket.assignee == who.person and who.person is not None
    if view == "free":
        return ticket.assignee is None
    if view == "soon":
        return due_of(desk, ticket).level in ("late", "soon")
    return True


def by_breach(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Whose promise ends first comes first; then those who are owed nothing, oldest first."""
    far = datetime.max.replace(tzinfo=tickets[0].opened_at.tzinfo) if tickets else None
    return sorted(tickets, key=lambda t: (t.due_at or far, t.opened_at, t.number))


def queue(desk: Desk, who: Who, view: str, start: int = 0) -> dict[str, Any]:
    """One page of a view, and how many cases stand in each."""
    known = seen_by(desk, who)
    counts = {name: sum(in_view(desk, who, t, name) for t in known) for name in VIEWS}
    shown = by_breach([t for t in known if in_view(desk, who, t, view)])
    if view == "done":
        shown.sort(key=lambda t: t.resolved_at or t.closed_at or t.opened_at, reverse=True)
    return {
        "view": view,
        "views": [(name, label, counts[name]) for name, label in VIEWS.items()],
        "rows": [row_of(desk, who, ticket) for ticket in shown[start : start + PAGE]],
        "start": start,
        "more": start + PAGE if len(shown) > start + PAGE else None,
        "total": len(shown),
    }


async def search(desk: Desk, who: Who, query: str) -> list[dict[str, Any]]:
    """Cases by number, customer, item or words: running ones by any of these, old ones by the first two."""
    wanted = query.strip().lower()
    digits = wanted.lstrip("a")
    found: dict[int, Ticket] = {}
    if digits.isdecimal() and len(digits) < 9:
        one = await case(desk, who, int(digits))
        if one is not None:
            found[one.number] = one
    for ticket in seen_by(desk, who):
        texts = (customer_name(desk, ticket), ticket.item or "", about(ticket), ticket.facts.get("words", ""))
        if any(wanted in text.lower() for text in texts):
            found[ticket.number] = ticket
    people = await desk.run(lambda c: _called(c, desk.tenant, query.strip())) if wanted else []
    people += [p.id for p in desk.shop().rows(Person) if wanted and wanted in p.name.lower()][:PEOPLE_FOUND]
    if people:
        table = Ticket.table()
        old = await desk.run(
            lambda connection: latest(connection, desk.tenant, table.c.customer_id.in_(people))
        )
        live = desk.shop().rows(Ticket)
        for ticket in old:
            shown = live.get(ticket.number) or ticket
            if who.sees(desk, shown):
                found.setdefault(ticket.number, shown)
    newest = sorted(found.values(), key=lambda t: (t.ended, -t.number))
    return [row_of(desk, who, ticket) for ticket in newest[:FOUND]]


def _called(connection: Connection, tenant: str, name: str) -> list[str]:
    """Who goes by such a name in any group."""
    table = Member.table()
    query = select(table.c.person_id).where(
        table.c.tenant_id == tenant, table.c.name.icontains(name, autoescape=True)
    )
    return list(connection.execute(query.distinct().limit(PEOPLE_FOUND)).scalars())


def latest(connection: Connection, tenant: str, where: Any, limit: int = FOUND) -> list[Ticket]:
    """The newest cases that meet a condition."""
    table = Ticket.table()
    query = select(table).where(table.c.tenant_id == tenant, where)
    rows = connection.execute(query.order_by(table.c.number.desc()).limit(limit)).mappings()
    return [Ticket.from_store(row) for row in rows]


async def case(desk: Desk, who: Who, number: int) -> Ticket | None:
    """The case of this number, if it is somebody's business."""
    found = desk.shop().rows(Ticket).get(number)
    if found is None:
        table = Ticket.table()
        stored = await desk.run(
            lambda connection: fetch(
                connection, Ticket, table.c.tenant_id == desk.tenant, table.c.number == number
            )
        )
        found = stored[0] if stored else None
    return found if found is not None and who.sees(desk, found) else None
