"""The examples are many, distinct, and expand to the same sentences every time."""

from collections import Counter
from random import Random

from nlp.examples import examples, expand, fill, fillers, fingerprint, reviews

LABELS = {
    "ask_human",
    "cancel_sign_up",
    "change_sign_up",
    "chitchat",
    "join_group_buy",
    "leader_close",
    "leader_open",
    "leader_report",
    "logistics_question",
    "query_my_orders",
    "complaint/counterfeit",
    "complaint/damaged",
    "complaint/late",
    "complaint/missing",
    "complaint/quality",
    "complaint/refund",
    "complaint/wrong_item",
    "product_question/authenticity",
    "product_question/price",
    "product_question/recommend",
    "product_question/shipping",
    "product_question/spec",
    "product_question/stock",
    "product_question/usage",
}


def test_every_label_of_the_contract_has_hundreds_of_examples() -> None:
    counts = Counter(label for _, label in examples())
    assert set(counts) == LABELS
    assert min(counts.values()) >= 300
    assert counts["chitchat"] == max(counts.values())


def test_no_slot_is_left_open() -> None:
    assert not [text for text, _ in examples() if "{" in text or "}" in text]


def test_a_line_expands_to_the_same_sentences_every_time() -> None:
    slots = fillers()
    line = "{product}(来|要){qty} *6"
    assert expand(line, slots, 4) == expand(line, slots, 4)
    assert 2 <= len(expand(line, slots, 4)) <= 6
    assert expand("多少钱", slots, 4) == ["多少钱"]


def test_choices_and_slots_are_filled() -> None:
    assert fill("(a|a){x}", {"x": ["b"]}, Random(1)) == "ab"


def test_reviews_come_from_both_sides() -> None:
    counts = Counter(label for _, label in reviews())
    assert set(counts) == {"complaint", "not_complaint"}
    assert min(counts.values()) >= 4_000
    assert list(reviews()) == list(reviews())


def test_the_fingerprint_is_stable() -> None:
    assert fingerprint() == fingerprint()
