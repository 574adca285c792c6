"""What a customer bought, as far as a complaint can be about it: read from the ledger of sign-ups."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from storage.catalogue import by_alias, by_name
from storage.group_buys import GroupBuy, Item, SignUp
from storage.group_buys import State as Stage
from storage.people import HAS_ORDERS, Person
from storage.shop import Shop

LOOKED_BACK = timedelta(days=60)
"""Older group buys are no guess for a complaint."""
DELIVERED = (Stage.ARRIVED, Stage.PICKING, Stage.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One item of one order of the customer, proxies' lines added up."""

    group_buy: int
    title: str
    room_id: str
    code: str
    item: str
    product_id: str | None
    quantity: Decimal
    unit: str
    price_fen: int
    household: str | None
    payment: str
    stage: str
    collecting: bool
    opened_at: datetime
    arrived_at: datetime | None

    @property
    def delivered(self) -> bool:
        """The goods are there."""
        return self.stage in DELIVERED

    def called(self, name: str) -> bool:
        """Whether a name as said or as catalogued means this item."""
        return bool(name) and (name == self.item or name in self.item or self.item in name)


async def bought_by(shop: Shop, person_id: str, now: datetime) -> list[Bought]:
    """Everything the person has ordered lately: what is delivered or closed first, newest first."""
    person = shop.rows(Person).get(person_id)
    if person is None or HAS_ORDERS not in person.marks:
        return []
    lines = [
        line for line in await shop.find(SignUp, buyer_id=person_id) if line.items and line.state == "active"
    ]
    found: list[Bought] = []
    for number in sorted({line.group_buy for line in lines}):
        group_buy = await _group_buy(shop, number)
        if group_buy is None or now - group_buy.opened_at > LOOKED_BACK:
            continue
        if group_buy.state == Stage.CANCELLED:
            continue
        items = {item.code: item for item in await shop.load(Item, number)}
        mine = [line for line in lines if line.group_buy == number]
        found += _of_group_buy(group_buy, items, mine)
    found.sort(key=lambda b: (b.collecting, -b.opened_at.timestamp(), b.group_buy, b.code))
    return found


def _of_group_buy(group_buy: GroupBuy, items: dict[str, Item], lines: list[SignUp]) -> list[Bought]:
    amounts: dict[str, Decimal] = {}
    for line in lines:
        for code in line.items:
            amounts[code] = amounts.get(code, Decimal(0)) + line.quantity(code)
    own = next((line for line in lines if line.for_name is None), lines[0])
    return [
        Bought(
            group_buy=group_buy.number,
            title=group_buy.title,
            room_id=group_buy.room_id,
            code=code,
            item=items[code].name,
            product_id=items[code].product_id,
            quantity=amounts[code],
            unit=items[code].unit,
            price_fen=items[code].price_fen,
            household=own.household,
            payment=own.payment,
            stage=group_buy.state,
            collecting=group_buy.collecting,
            opened_at=group_buy.opened_at,
            arrived_at=_moment(group_buy.marks.get("arrived_at")),
        )
        for code in sorted(amounts)
        if code in items
    ]


async def _group_buy(shop: Shop, number: int) -> GroupBuy | None:
    known = shop.rows(GroupBuy).get(number)
    if known is not None:
        return known
    stored = await shop.query(GroupBuy, GroupBuy.table().c.number == number)
    return stored[0] if stored else None


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def about(bought: list[Bought], names: list[str], room_id: str | None) -> tuple[Bought | None, list[Bought]]:
    """Which of the orders is meant, or between which it is open.

    Named: the first that is called so. Not named: the only item of the newest order that is not
    collecting any more (of this room, when it was said in one), else of the newest of all.
    """
    if names:
        for name in names:
            hit = [b for b in bought if b.called(name)]
            if hit:
                return _here_first(hit, room_id)[0], []
        return None, []
    here = _here_first(bought, room_id)
    if not here:
        return None, []
    newest = [b for b in here if b.group_buy == here[0].group_buy]
    return (newest[0], []) if len(newest) == 1 else (None, newest)


def _here_first(bought: list[Bought], room_id: str | None) -> list[Bought]:
    return sorted(bought, key=lambda b: (b.collecting, room_id is not None and b.room_id != room_id))


def catalogue_names(shop: Shop, names: list[str]) -> list[str]:
    """The names with those of the same product beside them, so that 草莓 finds 红颜草莓."""
    found = dict.fromkeys(names)
    for name in names:
        exact = by_name(shop, name)
        products = ([exact] if exact is not None else []) + by_alias(shop, name)
        found.update(dict.fromkeys(product.name for product in products))
    return list(found)
