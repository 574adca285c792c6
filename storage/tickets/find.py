"""Which tickets there are: of a customer, in the queue, with an agent, and who is next to get one."""

from datetime import datetime, timedelta
from itertools import islice

from storage.people import AGENT, HAS_CASES, Person, Role
from storage.shop import Shop
from storage.tickets.tables import REOPENING, DeskAgent, NoTicket, State, Ticket, label_of

MANY = 99
"""More people before somebody than this are not counted: “99” says enough."""
CAP = 6
"""Running cases that one agent is given at most; he may claim more."""
_PRIORITY = {"urgent": 0, "high": 1, "normal": 2, "low": 3}


async def ticket_by_number(shop: Shop, number: int) -> Ticket:
    """The ticket of this number, closed ones too. Raises NoTicket."""
    found = shop.rows(Ticket).get(number)
    if found is None:
        stored = await shop.query(Ticket, Ticket.table().c.number == number)
        found = stored[0] if stored else None
        if found is not None:
            shop.rows(Ticket).adopt([found])
    if found is None:
        raise NoTicket(label=label_of(number))
    return found


def of_customer(shop: Shop, person_id: str) -> list[Ticket]:
    """The customer's cases that still run, the one spoken of last first."""
    mine = [t for t in shop.rows(Ticket).by("customer_id", person_id) if not t.ended]
    return sorted(mine, key=lambda t: (t.last_customer_at or t.opened_at, t.number), reverse=True)


def reopenable(shop: Shop, person_id: str, now: datetime) -> Ticket | None:
    """The customer's case that was resolved last, while it can be reopened."""
    mine = [
        ticket
        for ticket in shop.rows(Ticket).by("customer_id", person_id)
        if ticket.state == State.RESOLVED
        and ticket.resolved_at is not None
        and now - ticket.resolved_at <= REOPENING
    ]
    return max(mine, key=lambda t: (t.resolved_at or t.opened_at, t.number), default=None)


async def past_of(shop: Shop, person_id: str, before: int) -> list[Ticket]:
    """All earlier cases of a customer, oldest first."""
    person = shop.rows(Person).get(person_id)
    if person is None or person.marks.get(HAS_CASES, before) >= before:
        return []
    found = await shop.find(Ticket, customer_id=person_id)
    return [ticket for ticket in found if ticket.number < before]


def running(shop: Shop) -> list[Ticket]:
    """Every case that is not done, in the order in which they are to be served."""
    return sorted((t for t in shop.rows(Ticket) if not t.ended), key=_turn)


def queue(shop: Shop) -> list[Ticket]:
    """The cases whose customer waits for a human word, most pressing first."""
    return [ticket for ticket in running(shop) if ticket.awaits_human]


def ahead_of(shop: Shop, ticket: Ticket) -> int:
    """How many wait before this one, for the promise (E3)."""
    mine, ahead = _turn(ticket), 0
    for other in shop.rows(Ticket):
        if other.first_response_at is None and other.awaits_human and _turn(other) < mine:
            ahead += 1
            if ahead == MANY:
                break
    return ahead


def _turn(ticket: Ticket) -> tuple[int, datetime, int]:
    since = ticket.waiting_since or ticket.opened_at
    return _PRIORITY.get(ticket.priority, 2), since, ticket.number


def home_of(shop: Shop, ticket: Ticket) -> str | None:
    """The room that a case belongs to: where it was said, else where its customer writes."""
    if ticket.room_id is not None:
        return ticket.room_id
    customer = shop.rows(Person).get(ticket.customer_id)
    return customer.marks.get("room") if customer is not None else None


def leads_case(shop: Shop, ticket: Ticket, person_id: str) -> bool:
    """Whether the case is this leader's: of a room he leads; of a customer without a room any leader's."""
    return shop.is_leader(person_id, home_of(shop, ticket))


def desk_agent(shop: Shop, person_id: str) -> DeskAgent:
    """An agent's place at the desk, made when there is none."""
    agents = shop.rows(DeskAgent)
    return agents.get(person_id) or agents.add(DeskAgent(tenant_id=shop.tenant, person_id=person_id))


def is_agent(shop: Shop, person_id: str) -> bool:
    """Whether the person answers tickets here: authority is by id."""
    return shop.rows(Role).get(("", person_id, AGENT)) is not None


def present_agents(shop: Shop) -> list[str]:
    """The agents who are at the desk, in the order of the configuration."""
    absent = {row.person_id for row in shop.rows(DeskAgent) if not row.present}
    return [role.person_id for role in shop.agents() if role.person_id not in absent]


def load_of(shop: Shop, person_id: str) -> int:
    """How many running cases an agent has, those that wait for others aside."""
    mine = (t for t in shop.rows(Ticket) if t.assignee == person_id and not t.ended and not t.paused)
    return sum(1 for _ in islice(mine, CAP))


def next_agent(
    shop: Shop, category: str | None = None, *, but: str | None = None, known: str | None = None
) -> str | None:
    """Who gets a case: who is present, has room, and is not the one named by `but`.

    First `known`, who has helped this customer before; then those whose skills the kind is among (an
    agent without skills can do anything); of these the one who got a case longest ago.
    """
    places = {row.person_id: row.last_given for row in shop.rows(DeskAgent)}
    free = [who for who in present_agents(shop) if who != but and load_of(shop, who) < CAP]
    if known in free:
        return known
    skills = shop.settings.skills
    able = [who for who in free if category is None or category in skills.get(who, (category,))]
    return min(able or free, key=lambda who: places.get(who, 0), default=None)


def helper_of(shop: Shop, ticket: Ticket) -> str | None:
    """Who has helped this customer: with this very case before, or with another that runs."""
    before: str | None = ticket.facts.get("resolved_by")
    if before is not None:
        return before
    others = [t for t in of_customer(shop, ticket.customer_id) if t.number != ticket.number and t.claimed]
    return others[0].assignee if others else None


def recent_of_item(shop: Shop, item: str, now: datetime, window: timedelta) -> list[Ticket]:
    """Cases about an item that were opened within the window, oldest first."""
    found = [t for t in shop.rows(Ticket) if t.item == item and now - t.opened_at <= window]
    return sorted(found, key=lambda ticket: ticket.number)
