"""Aspects: what a question about a product asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.aspects import ASPECTS, FAMILIES, aspects_in, shown_names


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("这个咋卖", ["price"]),
        ("多少钱，几号送，能不能退", ["price", "arrival", "policy"]),
        ("有没有券", ["discount"]),
        ("邮费多少", ["fee"]),
        ("几点截单呀", ["deadline"]),
        ("还差几户", ["progress"]),
        ("还剩几箱", ["stock"]),
        ("是不是真的", ["evidence"]),
        ("哪产的，酸不酸", ["origin", "taste"]),
        ("能放几天", ["shelf_life"]),
        ("要放冰箱吗", ["storage"]),
        ("怎么做好吃", ["usage"]),
        ("月子里能喝吗", ["safety"]),
        ("一箱有几个", ["pack"]),
        ("果径多大", ["size"]),
        ("配料干净不", ["ingredients"]),
        ("有麸质吗", ["allergen"]),
        ("在哪里取货", ["pickup"]),
        ("给送到5号楼不", ["delivery"]),
        ("能开发票不", ["invoice"]),
        ("怎么转账", ["payment"]),
        ("你们热线多少", ["contact"]),
        ("下次还会有吗", ["restock"]),
    ],
)
def test_a_question_shows_what_it_is_about(question, aspects):
    assert aspects_in(question)[: len(aspects)] == aspects


def test_what_understanding_saw_stands_where_the_words_show_nothing():
    assert aspects_in("那这个呢", ["price"]) == ["price"]
    assert aspects_in("那这个呢", ["spec"], "origin") == ["origin"]
    assert aspects_in("啥价", ["price", "shipping"]) == ["price", "delivery"]
    assert aspects_in("那这个呢", (), "deadline") == ["deadline"]
    assert aspects_in("那这个呢") == []


def test_the_name_of_a_product_asks_nothing():
    assert aspects_in("冷藏鲜奶几块", names=["冷藏鲜奶"]) == ["price"]


def test_families_name_known_aspects():
    assert {name for family in FAMILIES.values() for name in family} <= ASPECTS.keys()
    assert shown_names(["taste", "origin"]) == "口味、产地"


@given(st.text(max_size=200))
def test_any_text_may_ask(text):
    assert set(aspects_in(text)) <= ASPECTS.keys()
