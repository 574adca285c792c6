"""The book of a group buy: its items and lines together, and the rules that keep them true.

A line's wish for an item is what is booked plus what waits. Every change is an operation in the ledger;
a wish can always be worked out again from the operations that were not undone (law 5, U20).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from storage.catalogue import Product
from storage.group_buys.find import items_of
from storage.group_buys.refusals import BadQuantity, NotDivisible, UnknownItem
from storage.group_buys.tables import GroupBuy, Item, LedgerEntry, SignUp, State
from storage.money import times
from storage.people import HAS_ORDERS, person_of
from storage.shop import Shop

DIVISIBLE = frozenset({"斤", "公斤", "千克", "kg", "两", "克", "g"})
"""Units that are sold in parts without a word in the opening (contract §9.7)."""
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


class Book:
    """One group buy with its loaded lines (`await shop.load(SignUp, number)` first)."""

    def __init__(self, shop: Shop, group_buy: GroupBuy) -> None:
        self.shop, self.group_buy = shop, group_buy
        self.number = group_buy.number
        self.items = {item.code: item for item in items_of(shop, group_buy)}
        self.moved: list[MovedUp] = []
        self.late = False
        """Changed by words from before the deadline that arrived just after it (contract §9.6)."""

    # -- reading ---------------------------------------------------------------------------------

    def line(self, key: str) -> SignUp | None:
        """The line of this key, also a cancelled one."""
        return self.shop.rows(SignUp).get((self.number, key))

    def lines(self) -> list[SignUp]:
        """All lines in list order."""
        rows = self.shop.rows(SignUp).by("group_buy", self.number)
        return sorted(rows, key=lambda line: line.order)

    def active(self) -> list[SignUp]:
        """The lines that have something booked, in list order."""
        return [line for line in self.lines() if line.counts]

    def lines_of(self, buyer_id: str) -> list[SignUp]:
        """A person's own line first, then the lines he pays for others."""
        mine = [
            line for line in self.shop.rows(SignUp).by("buyer_id", buyer_id) if line.group_buy == self.number
        ]
        return sorted(mine, key=lambda line: (line.for_name is not None, line.order))

    def item(self, code: str) -> Item:
        """The item of this letter. Raises UnknownItem."""
        found = self.items.get(code)
        if found is None:
            raise UnknownItem(mention=code, codes="、".join(self.items))
        return found

    def free(self, item: Item) -> Decimal | None:
        """What can still be booked; None: no limit."""
        limits = [item.limit - item.taken] if item.limit is not None else []
        product = self.product(item)
        if product is not None and product.left is not None:
            limits.append(product.left)
        return max(min(limits), ZERO) if limits else None

    def product(self, item: Item) -> Product | None:
        """The catalogue's product behind an item."""
        return self.shop.rows(Product).get(item.product_id) if item.product_id else None

    def queue(self, code: str) -> list[SignUp]:
        """Who waits for an item, first come first."""
        if not self.items[code].waiting:
            return []
        waiting = [line for line in self.lines() if code in line.waiting]
        return sorted(waiting, key=lambda line: line.waiting[code][1])

    def price_of(self, item: Item, quantity: Decimal) -> int:
        """What so many cost one line, in fen, with the declared tiers (B13)."""
        price = item.price_fen
        for tier in sorted(item.tiers, key=lambda tier: Decimal(str(tier["quantity"]))):
            at = Decimal(str(tier["quantity"]))
            reached = item.taken if tier["kind"] == "total" else quantity
            if reached < at:
                continue
            if tier["each"]:
                price = tier["price_fen"]
            elif tier["kind"] == "person":
                sets, rest = divmod(quantity, at)
                return times(tier["price_fen"], sets) + times(item.price_fen, rest)
        return times(price, quantity)

    def amount(self, line: SignUp) -> int:
        """What a line costs, in fen."""
        total = 0
        for code in line.items:
            if code in line.prices:
                total += times(line.prices[code], line.quantity(code))
            elif code in self.items:
                total += self.price_of(self.items[code], line.quantity(code))
        return total

    def total(self) -> int:
        """What all lines cost together, in fen."""
        kept = self.group_buy.marks.get("kept_prices")
        if not kept and not any(item.tiers for item in self.items.values()):
            return sum(times(item.price_fen, item.taken) for item in self.items.values())
        return sum(self.amount(line) for line in self.active())

    def progress(self) -> Progress:
        """The count that the target is about; without one, pieces."""
        target, kind = self.group_buy.target, self.group_buy.target_kind
        if kind == "people":
            unit = self.group_buy.target_unit or "人"
            return Progress(self._heads(unit), target, unit)
        if kind == "amount":
            yuan = None if target is None else target / 100
            return Progress(Decimal(self.total()) / 100, yuan, "元")
        unit = self.group_buy.target_unit or ""
        counted = [item for item in self.items.values() if item.unit == unit]
        items = counted or list(self.items.values())
        units = {item.unit for item in items}
        shown = unit if counted else (units.pop() if len(units) == 1 else "份")
        return Progress(sum((item.taken for item in items), ZERO), target, shown)

    def _heads(self, unit: str) -> Decimal:
        if unit == "户":
            return Decimal(len({line.household or line.line for line in self.active()}))
        return Decimal(self.group_buy.heads)

    def sells(self, code: str, quantity: Decimal) -> bool:
        """Whether so much of an item can be asked for at all."""
        try:
            self._check(self.item(code), Wish(code, "set", quantity))
        except (BadQuantity, NotDivisible):
            return False
        return True

    # -- changing --------------------------------------------------------------------------------

    def sign_up(
        self,
        owner: Owner,
        wishes: Sequence[Wish],
        origin: Origin,
        *,
        household: str | None = None,
        remark: str | None = None,
        kind: str = "sign_up",
        ahead: bool = False,
    ) -> Changed:
        """Book, change or lower what a line wants; `ahead`: also after the lock.

        Raises UnknownItem, BadQuantity, NotDivisible.
        """
        for wish in wishes:
            self._check(self.item(wish.code), wish)
        known = self.line(owner.line)
        was = known.state if known is not None else ""
        line = known or self._new_line(owner, origin)
        before = _picture(line)
        effective: list[Wish] = []
        changes: list[ItemChange] = []
        for wish in wishes:
            allowed, refused = self._allowed(line, wish)
            effective.append(Wish(wish.code, "set" if refused else wish.mode, allowed))
            booked = line.quantity(wish.code)
            target = _next(booked + line.awaited(wish.code), effective[-1])
            self._settle(line, wish.code, target, ahead=ahead)
            now = line.quantity(wish.code)
            changes.append(ItemChange(wish.code, booked, now, line.awaited(wish.code), refused))
        if household:
            line.household = household
        if remark:
            line.remark = remark
        self._touch(line, owner, origin)
        self._record(line, origin, kind, before, effective, household, remark)
        self._after({wish.code for wish in wishes})
        return Changed(self.number, line.line, tuple(changes), was)

    def cancel(
        self,
        line: SignUp,
        origin: Origin,
        codes: Iterable[str] | None = None,
        kind: str = "cancel",
    ) -> Changed:
        """Give back the whole line, or some items of it; who waited moves up at once."""
        wanted = list(codes) if codes is not None else [*line.items, *line.waiting]
        wishes = [Wish(code, "set", ZERO) for code in dict.fromkeys(wanted)]
        before, was = _picture(line), line.state
        changes = []
        for wish in wishes:
            booked = line.quantity(wish.code)
            self._settle(line, wish.code, ZERO)
            changes.append(ItemChange(wish.code, booked, ZERO, ZERO))
        self._touch(line, None, origin)
        self._record(line, origin, kind, before, wishes, None, None)
        self._after({wish.code for wish in wishes})
        return Changed(self.number, line.line, tuple(changes), was)

    def wait(self, owner: Owner, code: str, quantity: Decimal, origin: Origin) -> None:
        """Put a line in the queue for so much more of an item, whatever is free."""
        self._check(self.item(code), Wish(code, "add", quantity))
        line = self.line(owner.line) or self._new_line(owner, origin)
        before = _picture(line)
        self._wait(line, code, line.awaited(code) + quantity)
        self._touch(line, owner, origin)
        self._record(line, origin, "wait", before, [Wish(code, "add", quantity)], None, None)
        if self.group_buy.collecting and self.free(self.items[code]) != 0:
            self.fill([code])

    def take_back(self, entry: LedgerEntry, history: Sequence[LedgerEntry], origin: Origin) -> Changed:
        """Undo one operation: the line becomes what the other operations make of it.

        `history`: all ledger entries of the line. Raises nothing; what is no longer free waits.
        """
        entry.undone = True
        line = self.line(entry.line)
        assert line is not None
        before, was = _picture(line), line.state
        kept = [e for e in sorted(history, key=lambda e: e.id) if not e.undone and e.id != entry.id]
        kept = [e for e in kept if e.kind != "undo"]
        desired = fold(e.after["wishes"] for e in kept)
        codes = {wish[0] for wish in entry.after["wishes"]}
        changes = []
        for code in sorted(codes):
            booked = line.quantity(code)
            self._settle(line, code, desired.get(code, ZERO))
            changes.append(ItemChange(code, booked, line.quantity(code), line.awaited(code)))
        for name in ("remark", "household"):
            if entry.after.get(name) is not None:
                values = [e.after[name] for e in kept if e.after.get(name) is not None]
                setattr(line, name, values[-1] if values else None)
        self._touch(line, None, origin)
        line.message = kept[-1].after.get("message", origin.message) if kept else line.message
        self._record(line, origin, "undo", before, [], None, None)
        self._after(codes)
        return Changed(self.number, line.line, tuple(changes), was)

    def fill(self, codes: Iterable[str]) -> None:
        """Give what is free to who waits, in order; in part when less is free (contract §9.2).

        At lock the wait-list stays as it is.
        """
        if not (self.group_buy.collecting or self.late):
            return
        for code in sorted(codes):
            item = self.items[code]
            for line in self.queue(code):
                free = self.free(item)
                if item.paused or (free is not None and free <= 0):
                    break
                before, wanted = line.quantity(code), line.quantity(code) + line.awaited(code)
                self._settle(line, code, wanted, ahead=True)
                gained = line.quantity(code) - before
                if gained > 0:
                    self._touch_state(line)
                    self.moved.append(MovedUp(self.number, line.line, line.buyer_id, code, gained))

    def release(self) -> None:
        """Give all promised stock back to the shop (failed, cancelled)."""
        for item in self.items.values():
            product = self.product(item)
            if product is not None and item.taken:
                product.reserve(-item.taken)

    def sell(self) -> None:
        """What was promised has been handed over: it leaves the shop's stock (done)."""
        for item in self.items.values():
            product = self.product(item)
            if product is not None and item.taken:
                product.hand_over(item.taken)

    def reserve_again(self, line: SignUp, code: str) -> None:
        """Promise a booked item anew after a release; what is gone meanwhile waits."""
        item, quantity = self.items[code], line.quantity(code)
        product = self.product(item)
        if product is None:
            return
        kept = quantity if product.left is None else max(min(product.left, quantity), ZERO)
        product.reserve(kept)
        if kept < quantity:
            item.taken -= quantity - kept
            items = {**line.items, code: f"{kept:f}"}
            line.items = {name: text for name, text in items.items() if Decimal(text) > 0}
            self._wait(line, code, line.awaited(code) + quantity - kept)
            self._touch_state(line)

    def settle_state(self) -> None:
        """Open or reached, by what is booked."""
        if self.group_buy.target is not None and self.group_buy.collecting:
            state = State.REACHED if self.progress().reached else State.OPEN
            if state != self.group_buy.state:
                self.group_buy.state = state

    # -- steps of the above ----------------------------------------------------------------------

    def _check(self, item: Item, wish: Wish) -> None:
        quantity = wish.quantity
        if quantity < 0 or quantity > MOST or (quantity == 0 and wish.mode != "set"):
            raise BadQuantity(quantity=quantity)
        whole = quantity == quantity.to_integral_value()
        half = self.group_buy.halved(item.unit) and quantity * 2 == (quantity * 2).to_integral_value()
        if not (whole or half or item.unit in DIVISIBLE):
            raise NotDivisible(unit=item.unit, quantity=quantity, name=item.name)

    def _allowed(self, line: SignUp, wish: Wish) -> tuple[Decimal, Decimal]:
        """The quantity of the wish that the per-person limit allows, and what it refuses."""
        item = self.items[wish.code]
        if item.per_person is None or wish.mode == "subtract":
            return wish.quantity, ZERO
        own = line.quantity(wish.code) + line.awaited(wish.code)
        target = _next(own, wish)
        most = max(item.per_person - self._elsewhere(line, item, waiting=True), ZERO)
        if target <= most:
            return wish.quantity, ZERO
        kept = max(most, min(own, target))
        return kept, target - kept

    def _most(self, line: SignUp, item: Item) -> Decimal | None:
        """What the per-person limit lets this line book; None: no limit."""
        if item.per_person is None:
            return None
        return max(item.per_person - self._elsewhere(line, item, waiting=False), ZERO)

    def _elsewhere(self, line: SignUp, item: Item, *, waiting: bool) -> Decimal:
        """What the same buyer has of an item in lines for others."""
        others = self.lines_of(line.buyer_id) if line.buyer_id else []
        return sum(
            (
                other.quantity(item.code) + (other.awaited(item.code) if waiting else ZERO)
                for other in others
                if other.line != line.line
            ),
            ZERO,
        )

    def _settle(self, line: SignUp, code: str, target: Decimal, *, ahead: bool = False) -> None:
        """Make the line want `target`: booked as far as it is free, the rest waits."""
        item = self.items[code]
        booked = line.quantity(code)
        if target <= booked:
            self._book(line, item, target)
            self._wait(line, code, ZERO)
            return
        free = self.free(item)
        more = target - booked
        most = self._most(line, item)
        if most is not None:  # what somebody waits for beyond the limit stays in line
            more = min(more, max(most - booked, ZERO))
        if item.paused or not (self.group_buy.collecting or self.late or ahead):
            more = ZERO
        elif free is not None:
            more = min(more, free)
            if item.unit not in DIVISIBLE and not self.group_buy.halved(item.unit):
                more = more.to_integral_value(rounding="ROUND_FLOOR")
        self._book(line, item, booked + more)
        self._wait(line, code, target - booked - more)

    def _book(self, line: SignUp, item: Item, quantity: Decimal) -> None:
        difference = quantity - line.quantity(item.code)
        if difference == 0:
            return
        product = self.product(item)
        if product is not None:
            product.reserve(difference)
        item.taken += difference
        items = {**line.items, item.code: f"{quantity:f}"}
        line.items = {code: text for code, text in items.items() if Decimal(text) > 0}

    def _wait(self, line: SignUp, code: str, quantity: Decimal) -> None:
        if quantity == line.awaited(code):
            return
        waiting = dict(line.waiting)
        if quantity <= 0:
            waiting.pop(code, None)
        else:
            known = waiting.get(code)
            place = known[1] if known else self.shop.next_number("waiting")
            waiting[code] = [f"{quantity:f}", place]
        self.items[code].waiting += quantity - line.awaited(code)
        line.waiting = waiting

    def _new_line(self, owner: Owner, origin: Origin) -> SignUp:
        if owner.buyer_id is not None:
            person_of(self.shop, owner.buyer_id).remember_once(HAS_ORDERS)
        return self.shop.rows(SignUp).add(
            SignUp(
                tenant_id=self.shop.tenant,
                group_buy=self.number,
                line=owner.line,
                buyer_id=owner.buyer_id,
                name=owner.name,
                for_name=owner.for_name,
                state="cancelled",
                source=origin.source,
                since=origin.now,
                order=self._next_order(),
            )
        )

    def _next_order(self) -> int:
        order = int(self.group_buy.marks.get("order", 0)) + 1
        self.group_buy.mark("order", order)
        return order

    def _touch_state(self, line: SignUp) -> None:
        was = line.state
        line.state = "active" if line.items else "waiting" if line.waiting else "cancelled"
        if line.state != was:
            self.group_buy.heads += (line.state == "active") - (was == "active")

    def _touch(self, line: SignUp, owner: Owner | None, origin: Origin) -> None:
        self._touch_state(line)
        line.message = origin.message
        if owner is not None and owner.name:
            line.name = owner.name

    def _record(
        self,
        line: SignUp,
        origin: Origin,
        kind: str,
        before: dict[str, Any],
        wishes: Sequence[Wish],
        household: str | None,
        remark: str | None,
    ) -> None:
        after = {
            **_picture(line),
            "wishes": [[w.code, w.mode, f"{w.quantity:f}"] for w in wishes],
            "message": origin.message,
        }
        if household:
            after["household"] = household
        if remark:
            after["remark"] = remark
        self.shop.rows(LedgerEntry).add(
            LedgerEntry(
                tenant_id=self.shop.tenant,
                id=f"{origin.now:%Y%m%d%H%M%S}-{self.shop.next_number('ledger'):010d}",
                group_buy=self.number,
                line=line.line,
                person_id=origin.person_id,
                message=origin.key,
                said=origin.said[:120],
                at=origin.now,
                kind=kind,
                before=before,
                after=after,
            )
        )

    def _after(self, codes: Iterable[str]) -> None:
        self.fill(code for code in codes if code in self.items)
        self.settle_state()


def fold(operations: Iterable[Sequence[Sequence[str]]]) -> dict[str, Decimal]:
    """What a line wants after these operations, limits aside."""
    desired: dict[str, Decimal] = {}
    for wishes in operations:
        for code, mode, quantity in wishes:
            wish = Wish(code, mode, Decimal(quantity))
            desired[code] = _next(desired.get(code, ZERO), wish)
    return desired


def _next(current: Decimal, wish: Wish) -> Decimal:
    if wish.mode == "set":
        return wish.quantity
    if wish.mode == "subtract":
        return max(current - wish.quantity, ZERO)
    return current + wish.quantity


def _picture(line: SignUp) -> dict[str, Any]:
    return {
        "items": dict(line.items),
        "waiting": {code: list(value) for code, value in line.waiting.items()},
        "state": line.state,
    }
