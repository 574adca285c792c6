"""The lines of a group buy as they are read: what is free, who waits, what it costs, how far it is."""

from decimal import Decimal

from storage.catalogue import Product
from storage.group_buys.find import items_of
from storage.group_buys.refusals import BadQuantity, NotDivisible, UnknownItem
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.group_buys.wishes import MOST, ZERO, Progress, Wish
from storage.money import times
from storage.shop import Shop

DIVISIBLE = frozenset({"斤", "公斤", "千克", "kg", "两", "克", "g"})
"""Units that are sold in parts without a word in the opening (contract §9.7)."""


class Reading:
    """One group buy with its loaded lines (`await shop.load(SignUp, number)` first), to look at."""

    def __init__(self, shop: Shop, group_buy: GroupBuy) -> None:
        self.shop, self.group_buy = shop, group_buy
        self.number = group_buy.number
        self.items = {item.code: item for item in items_of(shop, group_buy)}

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
            self.check(self.item(code), Wish(code, "set", quantity))
        except (BadQuantity, NotDivisible):
            return False
        return True

    def check(self, item: Item, wish: Wish) -> None:
        """Whether an item is sold in such amounts. Raises BadQuantity, NotDivisible."""
        quantity = wish.quantity
        if quantity < 0 or quantity > MOST or (quantity == 0 and wish.mode != "set"):
            raise BadQuantity(quantity=quantity)
        whole = quantity == quantity.to_integral_value()
        half = self.group_buy.halved(item.unit) and quantity * 2 == (quantity * 2).to_integral_value()
        if not (whole or half or item.unit in DIVISIBLE):
            raise NotDivisible(unit=item.unit, quantity=quantity, name=item.name)
