"""Orders to post at a time: once or again and again, the words behind the colon untouched."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.schedules import POST, REMIND, parse_schedule

NOW = datetime.fromisoformat("2026-05-20T10:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "kind", "at", "subject"),
    [
        ("明晚9点提醒截单", REMIND, "05-21T21:00", "截单"),
        ("20分钟后发一遍", POST, "05-20T10:20", None),
        ("小团 周六上午10点群里发早市菜单", POST, "05-23T10:00", "早市菜单"),
        ("大后天早上八點發預告", POST, "05-23T08:00", "預告"),
        ("今晚7点半提醒大家取货", REMIND, "05-20T19:30", "取货"),
    ],
)
def test_once(text: str, kind: str, at: str, subject: str | None) -> None:
    order = parse_schedule(text, NOW)
    assert order is not None
    assert order.once
    assert (order.kind, order.subject, order.text) == (kind, subject, None)
    assert order.first == datetime.fromisoformat(f"2026-{at}:00+08:00")


@pytest.mark.parametrize(
    ("text", "kind", "rule", "subject"),
    [
        ("每周四晚8点发周末预告", POST, {"freq": "weekly", "byday": ["TH"], "at": ["20:00"]}, "周末预告"),
        ("每天早上7点半推早点", POST, {"freq": "daily", "at": ["07:30"]}, "早点"),
        ("每月15号10点发会员日", POST, {"freq": "monthly", "bymonthday": [15], "at": ["10:00"]}, "会员日"),
        ("下周起每天中午12点提醒下单", REMIND, {"freq": "daily", "at": ["12:00"]}, "下单"),
    ],
)
def test_again_and_again(text: str, kind: str, rule: dict[str, object], subject: str) -> None:
    order = parse_schedule(text, NOW)
    assert order is not None
    assert order.recurring is not None
    said = order.recurring.to_json()["rrule-like"]
    assert {key: said[key] for key in rule} == rule
    assert (order.kind, order.subject, order.text) == (kind, subject, None)
    assert order.first is not None
    assert order.first > NOW


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("每天早上8点发：今日特价：上海青 3.5/斤", "今日特价：上海青 3.5/斤"),
        ("明晚8:30发：新品上架 ￥39.9\n  限量20份！", "新品上架 ￥39.9\n  限量20份！"),
        ("周五20:00提醒: 还有１小时截单~", "还有１小时截单~"),
        ("每周二、四下午4点发\n鲜奶到了\n要的接龙", "鲜奶到了\n要的接龙"),
    ],
)
def test_the_text_behind_the_colon_is_kept_as_written(text: str, said: str) -> None:
    order = parse_schedule(text, NOW)
    assert order is not None
    assert order.text == said


def test_days_without_an_hour_leave_a_question() -> None:
    order = parse_schedule("每周五发新品", NOW)
    assert order is not None
    assert order.needs_hour
    assert order.first is None


@pytest.mark.parametrize(
    "text",
    [
        "什么时候发货",
        "明天发货吗",
        "周五发货",
        "明天到货",
        "周五20点截",
        "昨天8点发的预告",
        "每天8点发货",
        "今天的草莓真好吃",
        "明天8点发预告吗",
        "发个预告",
        "",
    ],
)
def test_talk_about_deliveries_and_times_is_no_order(text: str) -> None:
    assert parse_schedule(text, NOW) is None


@given(st.text(alphabet="每天周五明晚8点发提醒：:3\n0截单推播 货吗", max_size=30))
def test_any_mixture_is_survived(text: str) -> None:
    order = parse_schedule(text, NOW)
    assert order is None or order.needs_hour or (order.first is not None and order.first > NOW)
