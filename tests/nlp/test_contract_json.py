"""Meanings and contexts as JSON."""

from datetime import datetime
from decimal import Decimal as D

from nlp.contract_json import context_of, meaning_json
from nlp.meaning import Context, ItemMention, Meaning, Mode, ProductMention


def test_without_a_context_the_wording_alone_tells_leaders_from_buyers() -> None:
    assert context_of(None) == Context(role="")
    assert context_of({"open": ["苹果"]}) == Context(open=("苹果",), role="")


def test_every_field_of_a_context() -> None:
    read = context_of(
        {
            "open": [],
            "role": "leader",
            "mentioned": True,
            "private": True,
            "previous": "苹果2箱",
            "pending": "几箱？",
            "now": "2026-03-01T10:00:00+08:00",
        }
    )
    now = datetime.fromisoformat("2026-03-01T10:00:00+08:00")
    assert read == Context((), "leader", True, True, "苹果2箱", "几箱？", None, now)


def test_only_what_was_said_is_written() -> None:
    assert meaning_json(Meaning(), "7") == {
        "id": "7",
        "intent": "chitchat",
        "sub": None,
        "fine": None,
        "confidence": 1.0,
        "slots": {},
    }


def test_items_with_their_numbers() -> None:
    items = (ItemMention("苹果", "烟台苹果", D("1.5"), "箱"), ItemMention(None, "@current", D(2), None))
    slots = meaning_json(Meaning("join_group_buy", items=items))["slots"]
    assert slots["items"] == [
        {"mention": "苹果", "product": "烟台苹果", "qty": 1.5, "unit": "箱"},
        {"mention": None, "product": "@current", "qty": 2, "unit": None},
    ]


def test_a_swap_names_what_is_wanted() -> None:
    items = (ItemMention("A", "苹果", mode=Mode.SET), ItemMention("B", "脐橙"))
    slots = meaning_json(Meaning("change_sign_up", fine="swap", items=items))["slots"]
    assert [item["product"] for item in slots["items"]] == ["脐橙"]


def test_a_deadline_is_a_moment_or_a_rule() -> None:
    moment = datetime.fromisoformat("2026-03-01T20:00:00+08:00")
    assert meaning_json(Meaning(deadline=moment))["slots"]["deadline"] == "2026-03-01T20:00:00+08:00"
    rule = {"rrule-like": {"freq": "daily", "at": ["09:00"]}}
    assert meaning_json(Meaning(deadline=rule))["slots"]["deadline"] == rule


def test_a_product_spoken_about() -> None:
    slots = meaning_json(Meaning("product_question", product=ProductMention("苹果", "烟台苹果")))["slots"]
    assert slots == {"product_mention": {"mention": "苹果", "product": "烟台苹果"}}
