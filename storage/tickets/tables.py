"""The tables of after-sales: tickets, what was said and done in them, and the agents at the desk."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from storage.errors import Refused
from storage.money import times
from storage.rows import Row, UtcDateTime

COMPLAINTS = frozenset({"damaged", "wrong_item", "missing", "late", "quality", "counterfeit", "refund"})
"""Ticket categories that are the subs of a complaint (contract §4)."""
REOPENING = timedelta(hours=72)
"""So long a resolved case can be reopened in the same thread (E17)."""
TALK_KEPT = timedelta(days=30)
"""So long the words of a case are kept (L4)."""
ACTIVE = timedelta(minutes=15)
"""So long after a human's last word the bot keeps quiet (contract §9.9)."""


class State(StrEnum):
    """Where a ticket stands (contract §3)."""

    NEW = "new"
    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_SUPPLIER = "waiting_supplier"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"


PAUSED = (State.WAITING_CUSTOMER, State.WAITING_SUPPLIER, State.ON_HOLD)
"""States in which no clock runs against the agents."""
ENDED = (State.RESOLVED, State.CLOSED)
_OWED_NO_WORD = frozenset({*PAUSED, *ENDED})


class NoTicket(Refused):
    """There is no such ticket. Facts: label."""


class HeldBy(Refused):
    """Somebody else is on it. Facts: label, holder (a name)."""


class TicketEnded(Refused):
    """It is resolved or closed. Facts: label."""


class TicketRunning(Refused):
    """It is not resolved, so there is nothing to reopen. Facts: label."""


class TooLate(Refused):
    """It was resolved too long ago to be reopened. Facts: label."""


class NotMergeable(Refused):
    """Two tickets of different customers, or one and the same. Facts: label, other."""


def label_of(number: int) -> str:
    """101 → "A101"."""
    return f"A{number}"


def _not_closed(table: Any) -> Any:
    return table.c.state != State.CLOSED


class Ticket(Row, table=True):
    """One case of one customer. `number` 101 is shown as A101.

    The response clock: `waiting_since` is when the customer began to wait for a human word, `due_at`
    when one is owed; while the case is paused `left_seconds` of working time stay on the clock.
    `solve_by` is when a first solution is owed; None once there was one, and while the case is paused.
    """

    __table_args__ = (
        Index("ix_ticket_of_customer", "tenant_id", "customer_id", "number"),
        Index("ix_ticket_of_day", "tenant_id", "opened_at"),
    )
    where_live = _not_closed
    index_by = ("customer_id",)

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str = State.NEW
    category: str
    priority: str = "normal"
    customer_id: str
    room_id: str | None = None
    """The group it came from; None for a private chat."""
    assignee: str | None = None
    claimed: bool = False
    """The assignee took it himself; else it was only given to him (contract §9.19)."""
    item: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """group_buy · code · ordered · unit · price_fen · household · affected · wish · photos · no_photo
    · words (the first ones, masked) · angry · told_wait · csat · solve_left (seconds, while paused)."""
    incident: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    first_response_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_human_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_customer_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    solve_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_seconds: float | None = None
    breached: int = 0
    reopened: int = 0
    lines: int = 0
    """How many `TicketLine` rows it has; the next one's number."""

    @property
    def label(self) -> str:
        """What people call it."""
        return label_of(self.number)

    @property
    def ended(self) -> bool:
        """Resolved or closed."""
        return self.state in ENDED

    @property
    def over(self) -> bool:
        """Closed for good: no rule looks through closed cases."""
        return self.state == State.CLOSED

    @property
    def paused(self) -> bool:
        """Waiting for somebody outside the desk."""
        return self.state in PAUSED

    @property
    def awaits_human(self) -> bool:
        """The customer is owed a human word."""
        return self.waiting_since is not None and self.state not in _OWED_NO_WORD

    @property
    def urgent(self) -> bool:
        """Safety: business hours do not count."""
        return self.category == "safety"

    @property
    def worth(self) -> int | None:
        """The price in fen of what is wrong, or of all of it while that is not said; None: no order."""
        facts = self.facts
        if "price_fen" not in facts:
            return None
        ordered = Decimal(facts["ordered"])
        amount = min(Decimal(str(facts.get("affected") or ordered)), ordered)
        return times(facts["price_fen"], amount)

    def fact(self, **changes: Any) -> None:
        """Set facts; None removes one."""
        facts = {**self.facts, **changes}
        self.facts = {name: value for name, value in facts.items() if value is not None}

    def human_active(self, now: datetime) -> bool:
        """A human is talking with the customer: the bot keeps quiet (E10, contract §9.9)."""
        if self.ended or self.last_human_at is None:
            return False
        return now < self.last_human_at + ACTIVE

    # -- what agents do --------------------------------------------------------------------------

    def claim(self, agent_id: str, now: datetime, holder: str = "") -> None:
        """Take it, unless another agent has taken it already. Raises HeldBy, TicketEnded."""
        if self.ended:
            raise TicketEnded(label=self.label)
        if self.claimed and self.assignee not in (None, agent_id):
            raise HeldBy(label=self.label, holder=holder)
        self.assignee, self.claimed = agent_id, True
        if self.state in (State.NEW, State.REOPENED):
            self.state = State.OPEN

    def give(self, agent_id: str | None) -> None:
        """Hand it to an agent who has not accepted yet, or back to the queue."""
        self.assignee, self.claimed = agent_id, False

    def answered(self, now: datetime) -> None:
        """A human word reached the customer."""
        if self.first_response_at is None:
            self.first_response_at = now
        self.last_human_at = now
        self.waiting_since = self.due_at = self.promised_at = self.left_seconds = None
        if self.state in (State.NEW, State.REOPENED):
            self.state = State.OPEN

    def hold(self, state: State) -> None:
        """Wait for somebody: the customer, the supplier, or time. Raises TicketEnded."""
        if self.ended:
            raise TicketEnded(label=self.label)
        self.state = state

    def resume(self) -> None:
        """It goes on."""
        if self.paused:
            self.state = State.OPEN

    def resolve(self, now: datetime) -> None:
        """Done; nobody holds it any more, so that a reopened case goes to the queue (E6)."""
        if self.ended:
            raise TicketEnded(label=self.label)
        self.state, self.resolved_at = State.RESOLVED, now
        self._stop_clocks()
        self.give(None)

    def _stop_clocks(self) -> None:
        self.waiting_since = self.due_at = self.promised_at = self.left_seconds = self.solve_by = None
        self.fact(solve_left=None)

    def reopen(self, now: datetime) -> None:
        """The same thread goes on, within 72 h. Raises TooLate, TicketRunning."""
        if not self.ended:
            raise TicketRunning(label=self.label)
        if self.resolved_at is None or now - self.resolved_at > REOPENING:
            raise TooLate(label=self.label)
        self.state, self.resolved_at = State.REOPENED, None
        self.reopened += 1
        self.last_human_at = None
        self.give(None)

    def merge_into(self, other: "Ticket", now: datetime) -> None:
        """This case goes on as part of another one of the same customer. Raises NotMergeable."""
        if other.number == self.number or other.customer_id != self.customer_id:
            raise NotMergeable(label=self.label, other=other.label)
        if self.ended or other.ended:
            raise TicketEnded(label=(self if self.ended else other).label)
        if self.awaits_human and not other.awaits_human and not other.paused:
            other.waiting_since, other.due_at = self.waiting_since, self.due_at
        self.state, self.closed_at = State.CLOSED, now
        self._stop_clocks()
        self.fact(merged_into=other.number)
        mine, theirs = self.facts, other.facts
        missing = {name: value for name, value in mine.items() if name not in theirs}
        missing.pop("merged_into", None)
        photos = int(mine.get("photos", 0)) + int(theirs.get("photos", 0))
        other.fact(**missing, **({"photos": photos} if photos else {}))
        other.item = other.item or self.item


class TicketLine(Row, table=True):
    """Something said or done in a case, append-only until its retention ends.

    `kind`: before (talk before the case) · customer · agent · note · bot · event (what was done).
    """

    where_live = "none"
    partition = "ticket"
    index_by = ("ticket",)

    tenant_id: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    person_id: str | None = None
    name: str = ""
    text: str = ""
    """Masked: personal data stands in its own table only."""
    message: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class DeskAgent(Row, table=True):
    """An agent's place at the desk. Present until 下线 (contract §9.9)."""

    tenant_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    present: bool = True
    last_given: int = 0
    """The turn in which a case was given to him last; the smallest is next."""
    current: int | None = None
    """The ticket he worked on last: where a bare “// …” or “/退款” belongs."""
