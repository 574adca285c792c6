"""Incidents: three complaints about one item within two hours are one matter (U7, E14)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.rows import Row, UtcDateTime
from storage.shop import Shop
from storage.tickets.tables import COMPLAINTS, State, Ticket

WINDOW = timedelta(hours=2)
CUSTOMERS = 3
"""So many different customers make an incident."""
ATTACHES_FOR = timedelta(hours=24)
"""New complaints about the item belong to the incident for so long after the last one."""
_CLUSTERED = COMPLAINTS | {"safety"}


class Incident(Row, table=True):
    """One matter behind several tickets. `number` 1 is shown as I1."""

    index_by = ("item",)

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    item: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    promised_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "open"
    """open or answered."""
    rooms: list[str] = Field(default_factory=list, sa_type=JSON)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    @property
    def label(self) -> str:
        """What people call it."""
        return f"I{self.number}"

    def covers(self, now: datetime) -> bool:
        """Whether a new complaint about the item is part of this matter."""
        return now - self.last_at <= ATTACHES_FOR

    def attach(self, ticket: Ticket, now: datetime) -> None:
        """One more case of it."""
        ticket.incident = self.label
        self.last_at = now
        if ticket.room_id is not None and ticket.room_id not in self.rooms:
            self.rooms = [*self.rooms, ticket.room_id]


def incident_of(shop: Shop, item: str, now: datetime) -> Incident | None:
    """The incident that a complaint about the item belongs to."""
    found = [incident for incident in shop.rows(Incident).by("item", item) if incident.covers(now)]
    return max(found, key=lambda incident: incident.number, default=None)


def cluster(tickets: Iterable[Ticket], item: str, now: datetime) -> list[Ticket]:
    """The cases that together make an incident of an item: [] while they are too few."""
    near = [
        ticket
        for ticket in tickets
        if ticket.item == item
        and ticket.category in _CLUSTERED
        and ticket.state != State.CLOSED
        and now - ticket.opened_at <= WINDOW
    ]
    customers = {ticket.customer_id for ticket in near}
    return sorted(near, key=lambda t: t.number) if len(customers) >= CUSTOMERS else []


def new_incident(
    shop: Shop, tickets: list[Ticket], item: str, now: datetime, promised_at: datetime
) -> Incident:
    """Make one matter of these cases."""
    incident = shop.rows(Incident).add(
        Incident(
            tenant_id=shop.tenant,
            number=shop.next_number("incident"),
            item=item,
            opened_at=now,
            last_at=now,
            promised_at=promised_at,
        )
    )
    for ticket in tickets:
        incident.attach(ticket, now)
    return incident


def tickets_of(shop: Shop, incident: Incident) -> list[Ticket]:
    """The cases of an incident that are not closed, by number."""
    found = [t for t in shop.rows(Ticket) if t.incident == incident.label and t.state != State.CLOSED]
    return sorted(found, key=lambda ticket: ticket.number)
