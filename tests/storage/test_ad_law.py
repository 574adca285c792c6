"""What an advert must not say, what it may, and how it can be said instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ad_law import advice, check


@pytest.mark.parametrize(
    "text",
    [
        "全网最低价，手慢无",
        "这是最甜的西瓜",
        "销量第一的大米",
        "顶级和牛到货",
        "吃了能降血压",
        "蜂蜜可以治疗咽炎",
        "100%纯天然",
        "国家级品质",
        "独一无二的口感",
        "预防感冒就喝它",
        "史上最低价",
        "NO.1 牛奶",
    ],
)
def test_forbidden_words_are_found_and_gone_from_the_proposal(text: str) -> None:
    found = check(text)
    assert found is not None
    assert found.words
    assert check(found.rewrite) is None


@pytest.mark.parametrize(
    "text",
    [
        "本周水果预告：草莓39.9一盒，周五截单",
        "最后两天，最晚周五20点截止",
        "每人最多2份，最少1份",
        "最近到的新货，最新一批周六到",
        "第一批周六到，第二批下周到",
        "第一次团的邻居看这里",
        "最低起订2斤",
        "3号楼第一单元自提",
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    assert check(text) is None


def test_a_whole_phrase_is_named_once() -> None:
    found = check("全网最低价草莓，能降血压，快来买")
    assert found is not None
    assert found.words == ("降血压", "全网最低价")
    assert found.rewrite == "价格实惠草莓，快来买"


def test_nothing_but_a_claim_leaves_nothing() -> None:
    found = check("包治百病")
    assert found is not None
    assert found.rewrite == ""


def test_lines_stay_lines() -> None:
    found = check("周六到货\n最甜的草莓\n39.9一盒")
    assert found is not None
    assert found.rewrite == "周六到货\n很甜的草莓\n39.9一盒"


def test_a_former_price_and_a_rush_need_a_proof() -> None:
    assert advice("原价59，现在39") is not None
    assert advice("限时特价") is not None
    assert advice("限时特价，5月22日止") is None
    assert advice("草莓39.9") is None


@given(st.text(alphabet="最第一甜好吃草莓，。全网低价治疗100%天然\n", max_size=60))
def test_a_proposal_never_needs_a_second_one(text: str) -> None:
    found = check(text)
    if found is not None:
        again = check(found.rewrite)
        assert again is None or not found.rewrite
