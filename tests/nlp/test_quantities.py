"""Amounts as people write them, and the arithmetic of packs."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.quantities import (
    Ambiguous,
    Converted,
    Unknown,
    canonical_unit,
    number,
    packs,
    quantities,
    to_order_unit,
)


def said(text: str) -> list[tuple[str, str | None]]:
    return [(f"{q.sign}{q.value}", q.unit) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("两箱", [("2", "箱")]),
        ("三斤半", [("3.5", "斤")]),
        ("一个半", [("1.5", "个")]),
        ("半箱", [("0.5", "箱")]),
        ("十二盒", [("12", "盒")]),
        ("廿斤", [("20", "斤")]),
        ("两百五十克", [("250", "克")]),
        ("三两", [("3", "两")]),
        ("两两", [("2", "两")]),
        ("来俩", [("2", None)]),
        ("仨盒", [("3", "盒")]),
        ("一打", [("1", "打")]),
        ("十来个", [("10", "个")]),
        ("2.5斤", [("2.5", "斤")]),
        ("3kg", [("3", "kg")]),
        ("+1", [("+1", None)]),
        ("-2", [("-2", None)]),
        ("x3", [("x3", None)]),
        ("2箱苹果3袋米", [("2", "箱"), ("3", "袋")]),
    ],
)
def test_reads_amounts(text: str, amounts: list[tuple[str, str | None]]) -> None:
    assert said(text) == amounts


@pytest.mark.parametrize(
    "text",
    ["第一个", "一样", "一起", "8:20", "12点", "3号楼", "5块钱", "三文鱼", "八宝饭", "百香果", "1e9份"],
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert not [q for q in quantities(text) if not q.bare and q.unit != "份"]


@pytest.mark.parametrize(("text", "low", "high"), [("两三盒", 2, 3), ("2-3份", 2, 3), ("十七八个", 17, 18)])
def test_a_span_keeps_both_ends(text: str, low: int, high: int) -> None:
    (amount,) = quantities(text)
    assert (amount.value, amount.at_most) == (low, high)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("两百五", 250),
        ("一百二", 120),
        ("一千零五", 1005),
        ("半", D("0.5")),
        ("俩", 2),
        ("壹拾", 10),
        ("两万", 20_000),
        ("一二三", 123),
    ],
)
def test_numerals(word: str, value: D) -> None:
    assert number(word) == value


def test_thirty_eggs_are_one_tray() -> None:
    assert to_order_unit(D(30), "个", "板", "1板=30枚") == Converted(D(1))


def test_five_pounds_of_two_pound_boxes_do_not_divide() -> None:
    assert to_order_unit(D(5), "斤", "盒", "2斤/盒") == Ambiguous(D(2), D(4), D(3), D(6), "斤")


@pytest.mark.parametrize(
    ("qty", "unit", "order_unit", "pack", "result"),
    [
        (D(2), None, "箱", None, D(2)),
        (D(2), "箱", "箱", None, D(2)),
        (D(1), "公斤", "斤", None, D(2)),
        (D(500), "克", "斤", None, D(1)),
        (D("1.5"), "斤", "斤", None, D("1.5")),
        (D(1), "打", "箱", "1箱=12罐，每罐500毫升", D(1)),
        (D(3), "份", "盒", "1盒=6只", D(3)),
        (D(4), "斤", "盒", "1盒=2斤，约40颗", D(2)),
        (D(2), "xiang", "箱", None, D(2)),
        (D(2), "個", "个", None, D(2)),
    ],
)
def test_units_convert(qty: D, unit: str | None, order_unit: str, pack: str | None, result: D) -> None:
    assert to_order_unit(qty, unit, order_unit, pack) == Converted(result)


def test_an_unrelated_unit_is_asked_about() -> None:
    assert to_order_unit(D(2), "瓶", "袋", "1袋=5斤") == Unknown("瓶")


def test_spellings_of_a_unit() -> None:
    assert canonical_unit("千克") == canonical_unit("公斤") == "kg"
    assert canonical_unit("枚") == canonical_unit("個")


def test_packs_of_words() -> None:
    assert packs("1提=12瓶，每瓶550毫升", "提")["瓶"] == 12
    assert packs(None, "提") == {}


@given(st.text(alphabet="0123456789一二两三半十百万箱盒斤+-x*.:/ 苹果", max_size=40))
def test_any_text_gives_sane_amounts(text: str) -> None:
    for amount in quantities(text):
        assert amount.value >= 0
        assert 0 <= amount.start < amount.end <= len(text)


@given(st.integers(0, 9_999))
def test_conversion_loses_nothing(pieces: int) -> None:
    result = to_order_unit(D(pieces), "个", "板", "1板=30枚")
    if isinstance(result, Converted):
        assert result.quantity * 30 == pieces
    else:
        assert isinstance(result, Ambiguous)
        assert result.lower_says <= pieces <= result.upper_says
