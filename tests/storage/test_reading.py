"""Prices with their tiers, how far a group buy is, and which amounts are sold."""

from decimal import Decimal
from typing import Any

import pytest
from chat import Shop

from storage.group_buys.book import Book
from storage.group_buys.refusals import BadQuantity, NotDivisible
from storage.group_buys.tables import GroupBuy, Item
from storage.group_buys.wishes import Origin, Owner, Wish


def book(shop: Shop, *items: dict[str, Any], **more: Any) -> Book:
    """A group buy with these items; without any a box at ¥40."""
    assert shop.worker is not None
    rows = shop.worker.shop
    given = {"room_id": "r1", "title": "周六团", "leader_id": "u-lead", "opened_at": shop.now}
    group_buy = GroupBuy(tenant_id=rows.tenant, number=1, **{**given, **more})
    rows.rows(GroupBuy).add(group_buy)
    for number, item in enumerate(items or ({},)):
        offered = {"name": f"东西{number}", "price_fen": 4000, "unit": "盒", **item}
        rows.rows(Item).add(Item(tenant_id=rows.tenant, group_buy=1, code="ABC"[number], **offered))
    return Book(rows, group_buy)


def booked(shop: Shop, book: Book, who: str, home: str | None = None, **wanted: int) -> int:
    """Book so many of each letter; what the line costs."""
    origin = Origin(person_id=who, key=f"k-{who}", message=who, said="+1", now=shop.now)
    wishes = [Wish(code, "set", Decimal(quantity)) for code, quantity in wanted.items()]
    book.sign_up(Owner(who, who), wishes, origin, household=home)
    line = book.line(who)
    assert line is not None
    return book.amount(line)


# -- prices --------------------------------------------------------------------------------------


async def test_a_set_has_its_own_price_and_the_rest_the_usual_one(shop: Shop) -> None:
    three_for_100 = {"kind": "person", "quantity": 3, "price_fen": 10000, "each": False}
    made = book(shop, {"tiers": [three_for_100]})
    assert [made.price_of(made.items["A"], Decimal(n)) for n in (1, 2, 3, 4, 6)] == [
        4000, 8000, 10000, 14000, 20000,
    ]  # fmt: skip


async def test_many_of_one_buyer_are_cheaper_each(shop: Shop) -> None:
    from_two = {"kind": "person", "quantity": 2, "price_fen": 3500, "each": True}
    made = book(shop, {"tiers": [from_two]})
    assert booked(shop, made, "u1", A=1) == 4000
    assert booked(shop, made, "u2", A=2) == 7000
    assert made.total() == 11000


async def test_when_all_together_have_enough_everybody_pays_less(shop: Shop) -> None:
    from_three = {"kind": "total", "quantity": 3, "price_fen": 3500, "each": True}
    made = book(shop, {"tiers": [from_three]})
    assert booked(shop, made, "u1", A=2) == 8000
    assert booked(shop, made, "u2", A=1) == 3500
    assert made.total() == 10500


async def test_a_kept_price_holds_for_its_line_alone(shop: Shop) -> None:
    made = book(shop)
    booked(shop, made, "u1", A=2)
    booked(shop, made, "u2", A=1)
    line = made.line("u1")
    assert line is not None
    line.prices = {"A": 3000}
    made.group_buy.mark("kept_prices", True)
    assert made.amount(line) == 6000
    assert made.total() == 10000


# -- progress ------------------------------------------------------------------------------------


async def test_people_households_money_and_pieces_are_counted_in_their_own_way(shop: Shop) -> None:
    made = book(shop, {}, {"unit": "袋", "price_fen": 1000})
    booked(shop, made, "u1", "3-201", A=2)
    booked(shop, made, "u2", "3-201", B=1)
    booked(shop, made, "u3", A=1, B=1)

    def progress(kind: str | None, target: int | None, unit: str | None) -> tuple[str, str, bool]:
        group_buy = made.group_buy
        group_buy.target_kind, group_buy.target_unit = kind, unit
        group_buy.target = None if target is None else Decimal(target)
        found = made.progress()
        return f"{found.count:g}", found.unit, found.reached

    assert progress("people", 3, "人") == ("3", "人", True)
    assert progress("people", 3, "户") == ("2", "户", False)
    assert progress("amount", 20000, "元") == ("140", "元", False)
    assert progress("amount", None, None) == ("140", "元", True)
    assert progress("quantity", 3, "盒") == ("3", "盒", True)
    assert progress("quantity", 6, "份") == ("5", "份", False)
    assert progress(None, None, None) == ("5", "份", True)


# -- amounts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", ["-1", "100000000"])
async def test_nobody_means_such_amounts(shop: Shop, quantity: str) -> None:
    made = book(shop)
    with pytest.raises(BadQuantity):
        made.check(made.items["A"], Wish("A", "set", Decimal(quantity)))
    assert not made.sells("A", Decimal(quantity))


async def test_nothing_more_is_no_order_and_nothing_at_all_is_a_cancellation(shop: Shop) -> None:
    made = book(shop)
    with pytest.raises(BadQuantity):
        made.check(made.items["A"], Wish("A", "add", Decimal(0)))
    assert made.sells("A", Decimal(0))


async def test_boxes_are_not_divided_and_weight_is(shop: Shop) -> None:
    made = book(shop, {}, {"unit": "斤"})
    with pytest.raises(NotDivisible):
        made.check(made.items["A"], Wish("A", "set", Decimal("0.5")))
    assert made.sells("B", Decimal("0.3"))


async def test_halves_where_the_opening_said_so(shop: Shop) -> None:
    made = book(shop, halves=True)
    assert made.sells("A", Decimal("1.5"))
    assert not made.sells("A", Decimal("0.3"))
