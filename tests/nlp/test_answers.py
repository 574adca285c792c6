"""Answers: from what is on file, and only from it."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.answers import (
    ASK_A_DOCTOR,
    MOST_LINES,
    NO_EVIDENCE,
    Answer,
    Facts,
    Live,
    answer,
    compare,
    moment,
)
from nlp.aspects import ASPECTS, aspects_in

NOW = datetime(2026, 5, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PEACH = Facts(
    name="湖景水蜜桃",
    price_fen=8850,
    unit="箱",
    pack="1箱=12个",
    facts={
        "origin": "无锡",
        "shelf_life": "3天",
        "storage": "阴凉",
        "description": "单果250克以上，皮薄多汁，没打蜡；放软再吃",
        "过敏原": "无登记",
        "礼盒装": "有",
    },
)
BARE = Facts(name="神秘盒子")
SHOP = {"配送": "周六上午", "运费": "满50免", "自提点": "3号楼", "付款方式": "微信", "客服电话": "021-5555"}


def said(question: str, product: Facts | None = PEACH, **live: object) -> Answer:
    names = [product.name] if product else []
    aspects = aspects_in(question, names=names)
    now = Live(now=NOW, **live)  # type: ignore[arg-type]
    return answer(aspects, product, SHOP, live=now, question=question)


@pytest.mark.parametrize(
    ("question", "text", "source"),
    [
        ("多少钱", "湖景水蜜桃：88.5元/箱（1箱=12个）", "商品资料·价格"),
        ("哪里产的", "湖景水蜜桃：产地：无锡", "商品资料·产地"),
        ("能放几天", "湖景水蜜桃：保质期：3天", "商品资料·保质期"),
        ("怎么存", "湖景水蜜桃：保存：阴凉", "商品资料·保存"),
        ("一箱几个", "湖景水蜜桃：规格：1箱=12个", "商品资料·规格"),
        ("多大个", "湖景水蜜桃：单果250克以上", "商品资料·描述"),
        ("硬的软的", "湖景水蜜桃：皮薄多汁，放软再吃", "商品资料·描述"),
        ("打蜡了吗", "湖景水蜜桃：没打蜡", "商品资料·描述"),
        ("礼盒装有没有", "湖景水蜜桃：礼盒装：有", "商品资料·礼盒装"),
        ("在哪自提", "自提点：3号楼", "店铺说明·自提点"),
        ("怎么付", "付款方式：微信", "店铺说明·付款方式"),
        ("邮费多少", "运费：满50免", "店铺说明·运费"),
        ("给个电话", "客服电话：021-5555", "店铺说明·客服电话"),
    ],
)
def test_an_answer_quotes_what_is_on_file_and_says_where(question, text, source):
    assert said(question) == Answer(text, source)


def test_several_questions_get_a_line_each():
    found = said("多少钱，几号到，哪产的")
    assert found.text.splitlines() == [
        "湖景水蜜桃：88.5元/箱（1箱=12个）",
        "配送：周六上午",
        "产地：无锡",
    ]
    assert found.source == "商品资料·价格；店铺说明·配送；商品资料·产地"


@pytest.mark.parametrize(
    "question", ["多少钱", "哪产的", "甜吗", "怎么存", "几个装", "还有货吗", "几点截止", "能开发票吗"]
)
def test_what_is_not_on_file_is_missing_and_not_made_up(question):
    found = said(question, BARE)
    assert found.text == ""
    assert len(found.missing) == 1


def test_a_part_of_the_answer_leaves_the_rest_missing():
    found = said("多少钱，能开发票吗")
    assert found.text.startswith("湖景水蜜桃：88.5元")
    assert found.missing == ("invoice",)


def test_health_is_never_judged():
    found = said("孕妇能吃吗")
    assert found.text == f"湖景水蜜桃：过敏原：无登记；{ASK_A_DOCTOR}"
    unknown = said("宝宝能吃吗", BARE)
    assert unknown.text.endswith(ASK_A_DOCTOR)
    assert unknown.missing == ("safety",)


def test_authenticity_needs_evidence():
    without = said("是正品吗")
    assert without.text.endswith(NO_EVIDENCE)
    assert without.missing == ("evidence",)
    proven = Facts(name="铁棍山药", facts={"evidence": "地标授权书;检测报告"})
    assert said("正品吗", proven) == Answer("铁棍山药：凭证：地标授权书、检测报告", "商品资料·凭证")


@pytest.mark.parametrize(
    ("live", "text"),
    [
        ({"left": Decimal(8), "open": True}, "湖景水蜜桃：有，还剩8箱"),
        ({"left": Decimal("0.5"), "unit": "斤"}, "湖景水蜜桃：有，还剩0.5斤"),
        ({"left": Decimal(0), "open": True}, "湖景水蜜桃：没有了，可以排候补"),
        ({"left": Decimal(-2)}, "湖景水蜜桃：没有了"),
        ({"open": True}, "湖景水蜜桃：能报，没有限量"),
        ({"open": True, "paused": True, "left": Decimal(3)}, "湖景水蜜桃：暂停报名了，可以先排候补"),
        ({}, ""),
    ],
)
def test_stock_is_counted_or_not_told(live, text):
    assert said("还有货吗", **live).text == text


@pytest.mark.parametrize(
    ("live", "text"),
    [
        ({"taken": Decimal(12), "target": Decimal(20)}, "已报12/20箱，还差8箱"),
        ({"taken": Decimal(23), "target": Decimal(20)}, "已成团，23/20箱"),
        (
            {"taken": Decimal(3), "target": Decimal(20), "target_kind": "people"},
            "已报3/20户，还差17户",
        ),
        (
            {"taken": Decimal(12050), "target": Decimal(100000), "target_kind": "amount"},
            "已报120.5/1000元，还差879.5元",
        ),
        ({"taken": Decimal(2), "open": True}, "已报2箱，没设成团数"),
    ],
)
def test_progress_is_the_real_count(live, text):
    assert said("还差几个", **live).text == text


def test_price_of_the_group_buy_wins_and_shows_steps_and_limits():
    live = {
        "open": True,
        "price_fen": 8000,
        "tiers": [(Decimal(50), 7550)],
        "per_person": Decimal(2),
    }
    assert said("多少钱", **live).text == "湖景水蜜桃：80元/箱（1箱=12个），满50箱75.5元，每人限2箱"
    assert said("有优惠吗", **live).text == "优惠：满50箱75.5元"


def test_deadlines_are_told_as_people_say_them():
    assert said("几点截止", deadline=NOW.replace(hour=20)).text == "今天20:00截止"
    assert said("几点截止", deadline=NOW - timedelta(hours=1)).text == "今天09:00已经截止"
    assert said("几点截止", open=True).text == "还在团，没设截止时间"


@pytest.mark.parametrize(
    ("days", "text"),
    [(1, "明天20:00"), (2, "后天20:00"), (3, "周日20:00"), (8, "5月29日20:00"), (-1, "5月20日20:00")],
)
def test_a_moment_reads_like_speech(days, text):
    assert moment(NOW.replace(hour=20) + timedelta(days=days), NOW) == text


def test_the_end_of_a_day_is_24():
    assert moment(NOW.replace(hour=23, minute=59, second=59), NOW) == "今天24:00"
    assert moment(NOW.astimezone(ZoneInfo("UTC")), NOW) == "今天10:00"
    assert moment(NOW, None) == "5月21日10:00"


def test_what_the_opening_post_says_wins_over_the_shop():
    assert said("几号到", notes={"arrival": "周日上午"}) == Answer("到货：周日上午", "本团")


def test_an_answer_keeps_to_four_lines():
    found = answer(list(ASPECTS), PEACH, SHOP, live=Live(now=NOW, left=Decimal(3)))
    assert len(found.text.splitlines()) == MOST_LINES


def test_two_products_are_compared_in_their_own_words():
    soft = Facts(name="五常米", price_fen=6990, unit="袋", facts={"口味": "软糯"})
    hard = Facts(name="射阳米", price_fen=4590, unit="袋", facts={"口味": "偏硬"})
    assert compare(hard, soft, "taste", "哪个软糯").text == "五常米：口味：软糯\n射阳米：口味：偏硬"
    assert compare(soft, hard, "price").text == "五常米：69.9元/袋\n射阳米：45.9元/袋"
    assert compare(soft, BARE, "taste").text == "五常米：口味：软糯\n神秘盒子：资料没写"
    assert compare(soft, hard).text.startswith("五常米：69.9元/袋，口味：软糯\n")
    assert compare(BARE, BARE, "taste") == Answer("", "", ("taste",))


@given(
    st.text(max_size=60),
    st.dictionaries(st.sampled_from(["origin", "description", "口味", "x"]), st.text(max_size=40)),
)
def test_nothing_is_said_that_is_not_on_file(question, facts):
    product = Facts(name="甲", facts=facts)
    found = answer(aspects_in(question), product, {}, question=question)
    known = "".join(facts.values()) + NO_EVIDENCE + ASK_A_DOCTOR + "甲" + "、，：；"
    known += "".join([*facts, *(aspect.shown for aspect in ASPECTS.values())])
    assert set(found.text.replace("\n", "")) <= set(known)
