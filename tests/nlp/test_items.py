"""Which amount belongs to which product."""

from decimal import Decimal as D

import pytest

from nlp.items import items
from nlp.meaning import CURRENT, Mode
from nlp.normalize import normalize
from nlp.products import ProductEntry, Products
from nlp.slots import read

SHOP = Products(
    [
        ProductEntry("1", "烟台苹果", ("苹果",), "箱"),
        ProductEntry("2", "赣南脐橙", ("脐橙",), "箱"),
        ProductEntry("3", "三文鱼", (), "份"),
        ProductEntry("4", "八宝饭", (), "盒"),
    ]
)
OPEN = ("烟台苹果", "赣南脐橙", "三文鱼")


def ordered(
    text: str, open_names: tuple[str, ...] | None = OPEN
) -> list[tuple[str | None, D | None, str | None]]:
    slots = read(normalize(text), SHOP, open_names)
    return [(i.product, i.quantity, i.unit) for i in items(slots, open_names)]


@pytest.mark.parametrize(
    "text",
    [
        "苹果2箱脐橙3箱",
        "2箱苹果3箱脐橙",
        "苹果两箱，脐橙三箱",
        "要两箱苹果和三箱脐橙",
        "苹果 2箱\n脐橙 3箱",
        "A2箱 B3箱",
    ],
)
def test_every_order_of_words(text: str) -> None:
    assert ordered(text) == [("烟台苹果", D(2), "箱"), ("赣南脐橙", D(3), "箱")]


@pytest.mark.parametrize(
    "text", ["苹果+2", "苹果x2", "苹果×2", "苹果*2", "苹果2", "苹果 2", "A2", "#1 x2", "#1+2", "1号2"]
)
def test_every_separator(text: str) -> None:
    ((product, quantity, _),) = ordered(text)
    assert (product, quantity) == ("烟台苹果", D(2))


def test_numerals_do_not_eat_names() -> None:
    assert ordered("三文鱼两份") == [("三文鱼", D(2), "份")]
    assert ordered("八宝饭一盒", None) == [("八宝饭", D(1), "盒")]


def test_one_amount_for_each_name() -> None:
    assert ordered("苹果和脐橙各两箱") == [("烟台苹果", D(2), "箱"), ("赣南脐橙", D(2), "箱")]


def test_one_of_everything_that_is_open() -> None:
    assert ordered("各来一份") == [(name, D(1), "份") for name in OPEN]


def test_without_a_name_it_is_the_current_item() -> None:
    assert ordered("两箱") == [(CURRENT, D(2), "箱")]


def test_two_sizes_of_one_product_are_two_items() -> None:
    assert ordered("苹果大果2箱小果1箱") == [("烟台苹果", D(2), "箱"), ("烟台苹果", D(1), "箱")]


def test_an_amount_of_another_clause_is_not_taken() -> None:
    assert ordered("苹果取消，家里还剩半箱")[0] == ("烟台苹果", None, None)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("+1", Mode.PLUS),
        ("苹果+1", Mode.PLUS),
        ("3箱", Mode.SET),
        ("#1+2", Mode.SET),
        ("再来1箱", Mode.ADD),
        ("多加两箱", Mode.ADD),
        ("少一箱", Mode.SUBTRACT),
        ("-1", Mode.SUBTRACT),
    ],
)
def test_how_an_amount_counts(text: str, mode: Mode) -> None:
    slots = read(normalize(text), SHOP, OPEN)
    assert [i.mode for i in items(slots, OPEN)] == [mode]


def test_the_unit_is_written_as_it_was() -> None:
    assert ordered("蘋果兩個") == [("烟台苹果", D(2), "個")]


def test_a_span_asks() -> None:
    slots = read(normalize("苹果两三箱"), SHOP, OPEN)
    (item,) = items(slots, OPEN)
    assert (item.quantity, item.at_most) == (D(2), D(3))
