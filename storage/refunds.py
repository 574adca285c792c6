"""Refunds: an agent proposes, a leader approves in two steps, and then it is only a record (law 6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from storage.errors import Refused
from storage.money import yuan
from storage.rows import Row, UtcDateTime
from storage.shop import Shop

OPEN = ("proposed", "approved")
BY_RULE = "rule"
"""Who proposes what the shop's rule covers: nobody in person."""


class RefundTooMuch(Refused):
    """More than was to be paid for it. Facts: most (yuan)."""


class NothingProposed(Refused):
    """No refund of this case waits for a decision. Facts: label."""


class AlreadyProposed(Refused):
    """One refund of this case waits already. Facts: label, amount (yuan)."""


def _undecided(table: Any) -> Any:
    return table.c.state.in_(OPEN)


class Refund(Row, table=True):
    """Money to be given back for a case. Nothing here moves money; people do.

    `state`: proposed → approved (asked once more) → recorded; or declined; or replaced by another.
    """

    __table_args__ = (Index("ix_refund_of_ticket", "tenant_id", "ticket", "number"),)
    where_live = _undecided

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    ticket: int
    amount_fen: int
    state: str = "proposed"
    proposed_by: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def over(self) -> bool:
        """It is decided."""
        return self.state not in OPEN

    def approve(self, person_id: str) -> None:
        """The first step: the leader agrees and is asked to read it once more."""
        self.state, self.decided_by = "approved", person_id

    def record(self, person_id: str, now: datetime) -> None:
        """The second step: it stands in the books."""
        self.state, self.decided_by, self.decided_at = "recorded", person_id, now

    def decline(self, person_id: str, now: datetime) -> None:
        """Not so."""
        self.state, self.decided_by, self.decided_at = "declined", person_id, now


def open_refund(shop: Shop, ticket: int) -> Refund | None:
    """The refund of a case that waits for a decision."""
    found = [r for r in shop.rows(Refund) if r.ticket == ticket and r.state in OPEN]
    return found[0] if found else None


async def refunds_of(shop: Shop, ticket: int) -> list[Refund]:
    """All refunds of a case, oldest first."""
    return await shop.find(Refund, ticket=ticket)


def propose(
    shop: Shop,
    *,
    ticket: int,
    label: str,
    amount_fen: int,
    most_fen: int | None,
    by: str,
    now: datetime,
) -> Refund:
    """Ask for a refund. Raises RefundTooMuch over what was to be paid, AlreadyProposed."""
    if amount_fen <= 0 or (most_fen is not None and amount_fen > most_fen):
        raise RefundTooMuch(most=yuan(most_fen) if most_fen is not None else "0")
    waiting = open_refund(shop, ticket)
    if waiting is not None and waiting.proposed_by == BY_RULE != by and waiting.state == "proposed":
        waiting.state, waiting.decided_at = "replaced", now
        waiting = None
    if waiting is not None:
        raise AlreadyProposed(label=label, amount=yuan(waiting.amount_fen))
    return shop.rows(Refund).add(
        Refund(
            tenant_id=shop.tenant,
            number=shop.next_number("refund"),
            ticket=ticket,
            amount_fen=amount_fen,
            proposed_by=by,
            proposed_at=now,
        )
    )
