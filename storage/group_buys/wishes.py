"""What an order says, what becomes of it, and how far a group buy is: the words of a book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

MOST = Decimal(999)
"""More of one item for one person is a slip of the finger, or a joke."""
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wish:
    """One item of an order. `mode`: plus and add raise, set replaces, subtract lowers (law 4)."""

    code: str
    mode: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who said what when, and how it reached us: the provenance of a change (law 2)."""

    person_id: str
    key: str
    message: str
    said: str
    now: datetime
    source: str = "chat"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose line it is: the payer, the name to show, and for whom."""

    buyer_id: str | None
    name: str
    for_name: str | None = None

    @property
    def line(self) -> str:
        """The key of the line."""
        if self.buyer_id is None:
            return f"?{self.name}"
        return f"{self.buyer_id}|{self.for_name}" if self.for_name else self.buyer_id


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What became of one wish; `refused` is what the per-person limit did not allow."""

    code: str
    before: Decimal
    after: Decimal
    waiting: Decimal
    refused: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Changed:
    """A line was changed."""

    number: int
    line: str
    changes: tuple[ItemChange, ...]
    was: str
    """The state of the line before: "" for a new one."""


@dataclass(frozen=True, slots=True)
class MovedUp:
    """Somebody who waited got something."""

    number: int
    line: str
    buyer_id: str | None
    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in the terms of its target. `unit`: 盒, 份, 人, 户 or 元."""

    count: Decimal
    target: Decimal | None
    unit: str

    @property
    def missing(self) -> Decimal:
        """What is missing; 0 without a target."""
        return max(self.target - self.count, ZERO) if self.target is not None else ZERO

    @property
    def reached(self) -> bool:
        """Whether the target is met; a group buy without one is."""
        return self.missing == 0


def fold(operations: Iterable[Sequence[Sequence[str]]]) -> dict[str, Decimal]:
    """What a line wants after these operations, limits aside."""
    desired: dict[str, Decimal] = {}
    for wishes in operations:
        for code, mode, quantity in wishes:
            wish = Wish(code, mode, Decimal(quantity))
            desired[code] = applied(desired.get(code, ZERO), wish)
    return desired


def applied(current: Decimal, wish: Wish) -> Decimal:
    """What is wanted after one more wish; never less than nothing."""
    if wish.mode == "set":
        return wish.quantity
    if wish.mode == "subtract":
        return max(current - wish.quantity, ZERO)
    return current + wish.quantity
