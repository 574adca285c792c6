"""The tables of a group buy: itself, its items, who signed up, and the ledger of every change."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, select
from sqlmodel import Field

from storage.rows import Quantity, Row, UtcDateTime

GRACE = timedelta(minutes=2)
"""A message sent before the deadline counts when it arrives this much after it (contract §9.6)."""


class State(StrEnum):
    """Where a group buy is in its life (product/laws: no state is skipped silently)."""

    OPEN = "open"
    REACHED = "reached"
    LOCKED = "locked"
    ORDERED = "ordered"
    ARRIVED = "arrived"
    PICKING = "picking"
    DONE = "done"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


COLLECTING = (State.OPEN, State.REACHED)
HALF_UNIT = "half_unit"
"""The mark that names the only unit that may be halved."""
ENDED = (State.DONE, State.REFUNDED, State.CANCELLED)


def _not_ended(table: Any) -> Any:
    return table.c.state.not_in(list(ENDED))


class GroupBuy(Row, table=True):
    """An offer that neighbours sign up for together. `number` is what people call it (团12).

    `target` is counted in `target_kind`: people (lines), quantity (of `target_unit`) or amount (fen).
    """

    where_live = _not_ended
    index_by = ("room_id",)
    cached = True

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    room_id: str
    title: str
    state: str = State.OPEN
    leader_id: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    deadline: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    target: Decimal | None = Field(default=None, sa_type=Quantity)
    target_kind: str | None = None
    target_unit: str | None = None
    pickup: str | None = None
    arrival: str | None = None
    notes: str | None = None
    halves: bool = False
    """The opening said that parts of a unit may be ordered (可半箱)."""
    fresh: bool = False
    """Not returnable without reason; said once per person (contract §9.1)."""
    allocation: str = "time"
    """Who goes first when the delivery is short: `time`, or `household` (one each first)."""
    heads: int = 0
    """How many lines have something booked."""
    also_in: list[str] = Field(default_factory=list, sa_type=JSON)
    """Other rooms that sign up for the same stock."""
    marks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    @property
    def collecting(self) -> bool:
        """Still in its sign-up phase, the deadline aside."""
        return self.state in COLLECTING and self.closed_at is None

    def takes(self, said_at: datetime, now: datetime) -> bool:
        """Whether words said then and heard now still count."""
        if self.state not in COLLECTING:
            return self._just_ended(said_at, now)
        if self.deadline is None or said_at < self.deadline:
            return self.closed_at is None or self._just_ended(said_at, now)
        return False

    def _just_ended(self, said_at: datetime, now: datetime) -> bool:
        ended_by_time = self.marks.get("ended_by") == "deadline" and self.deadline is not None
        if not ended_by_time or self.state not in (*COLLECTING, State.LOCKED, State.FAILED):
            return False
        assert self.deadline is not None
        return said_at < self.deadline and now <= self.deadline + GRACE

    def halved(self, unit: str) -> bool:
        """Whether this unit may be ordered in halves: the opening said so (contract §9.7)."""
        return self.halves and self.marks.get(HALF_UNIT, unit) == unit

    def mark(self, name: str, value: Any) -> None:
        """Set one mark; None removes it."""
        marks = {**self.marks, name: value}
        self.marks = {key: kept for key, kept in marks.items() if kept is not None}


def _of_live_group_buys(table: Any) -> Any:
    group_buys = GroupBuy.table()
    alive = select(group_buys.c.number).where(
        group_buys.c.tenant_id == table.c.tenant_id, _not_ended(group_buys)
    )
    return table.c.group_buy.in_(alive)


class Item(Row, table=True):
    """One article of a group buy, called by its letter. `taken` is never more than `limit`."""

    __table_args__ = (
        CheckConstraint('"limit" IS NULL OR taken <= "limit"', name="not_oversold"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
    )
    index_by = ("group_buy",)
    partition = "group_buy"
    where_live = _of_live_group_buys
    cached = True

    tenant_id: str = Field(primary_key=True)
    group_buy: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    product_id: str | None = None
    price_fen: int = 0
    unit: str = "份"
    pack: str | None = None
    limit: Decimal | None = Field(default=None, sa_type=Quantity)
    per_person: Decimal | None = Field(default=None, sa_type=Quantity)
    taken: Decimal = Field(default=Decimal(0), sa_type=Quantity)
    waiting: Decimal = Field(default=Decimal(0), sa_type=Quantity)
    """How much of it the wait-list wants."""
    paused: bool = False
    tiers: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """{kind: person|total, quantity, price_fen, each: of one or of all of them}."""


class SignUp(Row, table=True):
    """What one person wants from one group buy, for himself or for somebody else.

    `line` is the buyer's id, plus "|name" for a proxy, or "?name" for a line that belongs to nobody.
    `items` and `waiting` map item codes to quantities as text.
    """

    where_live = "none"
    partition = "group_buy"
    index_by = ("group_buy", "buyer_id")

    tenant_id: str = Field(primary_key=True)
    group_buy: int = Field(primary_key=True)
    line: str = Field(primary_key=True)
    buyer_id: str | None = Field(default=None, index=True)
    name: str = ""
    for_name: str | None = None
    household: str | None = None
    remark: str | None = None
    items: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    waiting: dict[str, list[Any]] = Field(default_factory=dict, sa_type=JSON)
    """code → [quantity, place in the order of waiting]."""
    prices: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    """code → fen that this line keeps after a rise (C7)."""
    state: str = "active"
    payment: str = "unpaid"
    picked: bool = False
    source: str = "chat"
    """chat, list (native 接龙), leader, import."""
    listed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a native list last said something about it."""
    message: str = ""
    """The id of the message that changed the line last."""
    since: datetime = Field(sa_type=UtcDateTime)
    order: int = 0
    """Place in the list: lines are numbered as they came."""

    def quantity(self, code: str) -> Decimal:
        """How much of an item is booked."""
        return Decimal(self.items.get(code, "0"))

    def awaited(self, code: str) -> Decimal:
        """How much of an item waits."""
        found = self.waiting.get(code)
        return Decimal(found[0]) if found else Decimal(0)

    @property
    def counts(self) -> bool:
        """Whether anything is booked."""
        return bool(self.items)


class LedgerEntry(Row, table=True):
    """One change of one line, append-only: who, by which message, before and after (U20)."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    group_buy: int = Field(index=True)
    line: str
    person_id: str = Field(index=True)
    """Who caused it (the buyer, or the leader on somebody's behalf)."""
    message: str = Field(index=True)
    """account:id of the message, or the timer's name."""
    said: str = ""
    """The words, shortened, without phone numbers: the proof of 查."""
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    undone: bool = False


class ListSeen(Row, table=True):
    """What the re-posted lists have said about one line, the newest last, and since which version."""

    where_live = "none"
    partition = "group_buy"
    index_by = ("group_buy",)

    tenant_id: str = Field(primary_key=True)
    group_buy: int = Field(primary_key=True)
    line: str = Field(primary_key=True)
    said: list[str] = Field(default_factory=list, sa_type=JSON)
    since: int = 0
    present: bool = True
