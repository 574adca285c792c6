"""What a native 接龙 list holds: a header, entries with items, and what stands below."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

DEFAULT = "@default"
"""The product of a line of a list whose header names none, or several."""

ACTIVE, CANCELLED, SUPERSEDED = "active", "cancelled", "superseded"


@dataclass(frozen=True, slots=True)
class EntryItem:
    """So much of a product, as written in the line or its header."""

    product: str
    quantity: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered line with what belongs to it.

    `on_behalf` is for whom the line is (小雅帮婆婆 → 婆婆), `by` who speaks for them when the line
    names both; `paid_claim` True when the line says it is paid. `index` stays as written.
    """

    index: int
    name: str
    items: tuple[EntryItem, ...] = ()
    remark: str | None = None
    status: str = ACTIVE
    raw: str = ""
    paid_claim: bool = False
    on_behalf: str | None = None
    by: str | None = None
    changes: bool = False
    """It says that it replaces what the same person wrote above (改…)."""
    adds: bool = False
    """It says that it adds to it (再加…)."""
    withdraws: bool = False
    """It takes back (取消, 不要了)."""
    owner: str | None = None
    """The writer's contact id, where the XML of the message names it."""

    def to_json(self) -> dict[str, Any]:
        """The entry in the shape of the contract, §5."""
        return {
            "index": self.index,
            "name": self.name,
            "items": [{"product": i.product, "qty": plain(i.quantity), "unit": i.unit} for i in self.items],
            "remark": self.remark,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class NativeList:
    """A parsed list: `header` is the first line of its title, `header_lines` all of them.

    `products` are the names the header gives, in order; `selling` tells a list of goods from a
    roll-call. `doubtful` holds the indexes of entries that nobody could make sense of.
    """

    header: str | None
    entries: tuple[Entry, ...] = ()
    trailing_note: str | None = None
    header_lines: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    selling: bool = True
    doubtful: tuple[int, ...] = field(default=())

    @property
    def active(self) -> Iterator[Entry]:
        """The entries that count."""
        return (e for e in self.entries if e.status == ACTIVE)

    def totals(self) -> dict[tuple[str, str | None], Decimal]:
        """How much of each product and unit the active entries want."""
        sums: dict[tuple[str, str | None], Decimal] = {}
        for entry in self.active:
            for item in entry.items:
                key = (item.product, item.unit)
                sums[key] = sums.get(key, Decimal(0)) + item.quantity
        return sums

    @property
    def total(self) -> Decimal:
        """All quantities of the active entries together."""
        return sum((i.quantity for e in self.active for i in e.items), Decimal(0))

    def to_json(self) -> dict[str, Any]:
        """The list in the shape of the contract, §2 and §5."""
        return {
            "header": self.header,
            "entries": [e.to_json() for e in self.entries],
            "trailing_note": self.trailing_note,
        }


def plain(number: Decimal) -> int | float:
    """A quantity as JSON writes it: 2, 0.5."""
    return int(number) if number == number.to_integral_value() else float(number)
