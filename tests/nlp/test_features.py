"""Features level what does not matter, keep what does, and bear any text."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.features import GOODS, features, fold, is_concept, lexicon


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("要3盒草莓", "要12盒草莓"),
        ("要三盒草莓", "要两盒草莓"),
        ("你好，请问什么时候发货？", "什么时候发货?"),
        ("亲，在吗 能退吗", "能退吗"),
        ("OK", "ok"),
        ("坏了，两个。", "坏了 两个"),
    ],
)
def test_same_request_folds_to_the_same_text(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_courtesy_alone_is_kept() -> None:
    assert fold("你好") == "你好"
    assert fold("在吗") == "在吗"


def test_common_goods_are_one_to_the_model() -> None:
    assert set(features("草莓怎么卖")) == set(features("鲈鱼怎么卖"))
    assert set(features("草莓怎么卖")) == set(features(f"{GOODS}怎么卖"))


def test_a_longer_word_takes_its_parts_out_of_another_class() -> None:
    words = lexicon()
    praise, blame = words["好吃"], words["不好吃"]
    assert praise in features("好吃")
    assert praise not in features("不好吃")
    assert blame[0] in features("不好吃")


def test_ordered_pairs_tell_who_does_what() -> None:
    words = lexicon()
    pair = words["怎么还"] + words["没发货"]
    assert pair in features("怎么还没发货")
    assert is_concept(pair)
    assert not is_concept("发货")


def test_features_are_distinct() -> None:
    found = features("哈哈哈哈哈哈 垃圾垃圾垃圾")
    assert len(found) == len(set(found))


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_has_features(text: str) -> None:
    assert all(isinstance(feature, str) and feature for feature in features(text))


@pytest.mark.parametrize("piece", ["嗯", "你好", "亲 ", "请问 !", "一", "3.", "，", "草莓", "\ud800"])
def test_pumped_texts_stay_cheap(piece: str) -> None:
    started = time.perf_counter()
    features(piece * 20_000)
    assert time.perf_counter() - started < 0.05


def test_every_concept_has_words_and_a_name_of_its_own() -> None:
    words = lexicon()
    assert len(words) > 2_500
    assert max(map(len, words)) <= 12
    assert not set(words) & set(string.ascii_letters)
