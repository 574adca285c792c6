"""What is known of a customer's earlier cases: facts for people to judge by, never a verdict (E25)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.tickets.tables import Ticket

LATELY = timedelta(days=90)
OFTEN = 3
"""So many refunds lately are pointed out, and nothing is proposed by rule any more."""


@dataclass(frozen=True, slots=True)
class Refunded:
    """Refunds of a customer in the last 90 days."""

    count: int
    fen: int

    @property
    def often(self) -> bool:
        """Often enough for a person to look at it."""
        return self.count >= OFTEN


def refunded_lately(past: Iterable[Ticket], now: datetime) -> Refunded:
    """Count the refunds among earlier cases."""
    found = [
        int(ticket.facts["refunded_fen"])
        for ticket in past
        if ticket.facts.get("refunded_fen") and now - ticket.opened_at <= LATELY
    ]
    return Refunded(len(found), sum(found))
