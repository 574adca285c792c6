"""The book of a group buy: its items and lines together, and the rules that keep them true.

A line's wish for an item is what is booked plus what waits. Every change is an operation in the ledger;
a wish can always be worked out again from the operations that were not undone (law 5, U20).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from storage.catalogue import sell
from storage.group_buys.reading import DIVISIBLE, Reading
from storage.group_buys.tables import GroupBuy, Item, LedgerEntry, SignUp, State
from storage.group_buys.wishes import ZERO, Changed, ItemChange, MovedUp, Origin, Owner, Wish, applied, fold
from storage.people import HAS_ORDERS, person_of
from storage.shop import Shop


class Book(Reading):
    """One group buy with its loaded lines (`await shop.load(SignUp, number)` first), and its changes."""

    def __init__(self, shop: Shop, group_buy: GroupBuy) -> None:
        super().__init__(shop, group_buy)
        self.moved: list[MovedUp] = []
        self.freed: set[str] = set()
        """Products of which something was given back: other group buys may sell it."""
        self.late = False
        """Changed by words from before the deadline that arrived just after it (contract §9.6)."""

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
            self.check(self.item(wish.code), wish)
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
            target = applied(booked + line.awaited(wish.code), effective[-1])
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
        self.check(self.item(code), Wish(code, "add", quantity))
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
                self.freed.add(product.id)

    def sell(self) -> None:
        """What was promised has been handed over: it leaves the shop's stock (done)."""
        for item in self.items.values():
            product = self.product(item)
            if product is not None and item.taken:
                sell(self.shop, product, item.taken)

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

    def _allowed(self, line: SignUp, wish: Wish) -> tuple[Decimal, Decimal]:
        """The quantity of the wish that the per-person limit allows, and what it refuses."""
        item = self.items[wish.code]
        if item.per_person is None or wish.mode == "subtract":
            return wish.quantity, ZERO
        own = line.quantity(wish.code) + line.awaited(wish.code)
        target = applied(own, wish)
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
            if difference < 0:
                self.freed.add(product.id)
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


def _picture(line: SignUp) -> dict[str, Any]:
    return {
        "items": dict(line.items),
        "waiting": {code: list(value) for code, value in line.waiting.items()},
        "state": line.state,
    }
