"""What an opening says: the shapes that the parser, the corrections and the draft check share."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

PEOPLE, QUANTITY, AMOUNT = "people", "quantity", "amount"


@dataclass(frozen=True, slots=True)
class Tier:
    """A better price from `quantity` on: of one `person`'s order or of the `total` (B13).

    `price_fen` is for one unit when `each`, else for exactly `quantity` together (2包42).
    """

    kind: str
    quantity: int
    price_fen: int
    each: bool


def better_price(usual_fen: int | None, count: int, price_fen: int) -> Tier | None:
    """“满3盒35元” is what each costs once so many are sold; “满3盒100元” is the price of three."""
    if usual_fen is None or price_fen < usual_fen:
        return Tier("total", count, price_fen, each=True)
    if usual_fen < price_fen < usual_fen * count:
        return Tier("person", count, price_fen, each=False)
    return None


@dataclass(frozen=True, slots=True)
class OpeningItem:
    """One item; `limit` is its total, `per_person` what one buyer (or household) may have."""

    code: str
    name: str
    price_fen: int | None = None
    unit: str | None = None
    pack: str | None = None
    limit: Decimal | None = None
    per_person: Decimal | None = None
    per_household: bool = False
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """A draft group buy; `target` counts people, units or fen by `target_kind`.

    `step` is the smallest part of a unit that may be ordered (0.5 with 可半箱), None for 1.
    `problems`: `missing_items`, `missing_price`, `missing_deadline`, `past_deadline`.
    """

    title: str
    items: tuple[OpeningItem, ...] = ()
    deadline: datetime | None = None
    target: int | None = None
    target_kind: str | None = None
    target_unit: str | None = None
    """As written: 盒, 份, 人, 户."""
    pickup: str | None = None
    arrival: str | None = None
    step: Decimal | None = None
    step_unit: str | None = None
    """The unit that may be halved, as written: 可半箱 says nothing of a 盒."""
    non_returnable: bool | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def problems(items: tuple[OpeningItem, ...], deadline: datetime | None) -> tuple[str, ...]:
    """What a group buy cannot open without, or only after a question."""
    found = []
    if not items:
        found.append("missing_items")
    if any(item.price_fen is None for item in items):
        found.append("missing_price")
    if deadline is None:
        found.append("missing_deadline")
    return tuple(found)
