"""What a message means: the one shape that understanding hands to the handlers."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

CURRENT = "@current"
"""The product of the room's current group buy, when the text names none."""

SAME_AS_PREVIOUS = "@same_as_previous"
"""Whatever the order ordered that the text points to (同上, 跟楼上一样, 老样子)."""


class Mode(StrEnum):
    """How a quantity changes what stands already (law 4: set and add are explicit)."""

    PLUS = "plus"
    """Bare “+1”: sets when nothing stands, else adds, with the total said."""
    SET = "set"
    """“3份”, “改成3份”: from now on this many."""
    ADD = "add"
    """“再来1份”, “多加1个”."""
    SUBTRACT = "subtract"
    """“少一份”, “-1”."""


class Copy(StrEnum):
    """Whose order a “the same” points to."""

    PREVIOUS = "previous"
    QUOTED = "quoted"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class ItemMention:
    """One item of an order as it was said.

    `product` is a catalogue name, `@current` or `@same_as_previous`; `code` the item's letter in the
    group buy (“A2” → "A"); `quantity` None when none was said; `unit` as written.
    """

    mention: str | None = None
    product: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    mode: Mode = Mode.SET
    code: str | None = None
    remark: str | None = None
    candidates: tuple[str, ...] = ()
    """Catalogue names that fit equally well, best first, when the margin is too small to choose."""
    at_most: Decimal | None = None
    """The larger number of “两三盒”, “2-3份”: the smaller stands in `quantity` and a question is due."""


@dataclass(frozen=True, slots=True)
class ProductMention:
    """A product that the text speaks about without ordering it."""

    mention: str
    product: str | None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What understanding may know beside the text itself.

    `open`: names of the items of the room's open group buys in letter order (A first); None means the
    whole catalogue is open; `()` means nothing is.  `quoted`: the text of the quoted message.
    """

    open: tuple[str, ...] | None = None
    role: str = "buyer"
    mentioned: bool = False
    private: bool = False
    previous: str | None = None
    pending: str | None = None
    quoted: str | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message means.

    `intent` and `sub` are the contract's labels, `fine` the finer reading that handlers route on (see
    docs/understanding.md); `rule` names the rule or model that decided, for the “why” drawer.
    """

    intent: str = "chitchat"
    sub: str | None = None
    fine: str | None = None
    confidence: float = 1.0
    rule: str = ""
    items: tuple[ItemMention, ...] = ()
    product: ProductMention | None = None
    asks: tuple[str, ...] = ()
    """Every question in the text as subs of product_question, logistics_question…, in order (P23)."""
    aspect: str | None = None
    """What fact a question is about: taste, origin, shelf_life, storage, allergen, size, pack, deadline,
    progress, payment, delivery, pickup, policy, invoice, discount, compare, contact, …"""
    time: str | None = None
    address: str | None = None
    on_behalf_of: str | None = None
    phone: str | None = None
    deadline: datetime | dict[str, Any] | None = None
    remark: str | None = None
    group_buy: int | None = None
    """The number of “团12”, “结团2”."""
    copy: Copy | None = None
    urgency: str = "normal"
    """`urgent` (safety, legal), `high` (complaint), `normal`, `low`."""
    parts: tuple["Meaning", ...] = ()
    """The orders of one message for different people (“来两个，帮我妈也来一个”), each on its own."""
    flags: frozenset[str] = field(default_factory=frozenset)
    """everything (都要) · rest (包圆) · for_self_too (我和我妈各一份) · angry · safety · legal · wish_refund
    · wish_replace · wish_reship · conditional · addressed."""

    @property
    def silent(self) -> bool:
        """Nothing to react to."""
        return self.intent == "chitchat" and self.fine is None


CHITCHAT = Meaning()
