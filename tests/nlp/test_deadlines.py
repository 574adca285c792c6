"""Points in time, recurring rules and lengths: what leaders write, read at a given moment."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.deadlines import (
    Recurring,
    TimeFound,
    find_times,
    parse_deadline,
    parse_duration,
    parse_recurring,
    parse_time,
    parse_when,
)

NOW = datetime.fromisoformat("2026-05-20T10:00:00+08:00")
"""A Wednesday morning."""

POINTS = {
    "晚上8点截": "05-20 20:00",
    "今晚八点半截": "05-20 20:30",
    "明晚九点一刻": "05-21 21:15",
    "后天早上10点": "05-22 10:00",
    "今儿晚上九点": "05-20 21:00",
    "后儿个下午两点": "05-22 14:00",
    "听晚八点截单": "05-21 20:00",
    "聽日12點前": "05-21 12:00",
    "明天截单": "05-21 23:59:59",
    "周五前": "05-22 23:59:59",
    "周五晚上截单": "05-22 23:59:59",
    "周二截止": "05-26 23:59:59",
    "星期六上午十一点半": "05-23 11:30",
    "禮拜天中午": "05-24 12:00",
    "下周五20:00": "05-29 20:00",
    "本周四18点": "05-21 18:00",
    "周日24点": "05-25 00:00",
    "周六零点": "05-23 00:00",
    "周末截止": "05-24 23:59:59",
    "本周末晚上8点": "05-23 20:00",
    "一个半小时后截": "05-20 11:30",
    "1.5小时后": "05-20 11:30",
    "一小时20分钟后截": "05-20 11:20",
    "三刻钟后": "05-20 10:45",
    "还有40分钟截单": "05-20 10:40",
    "24小时内": "05-21 10:00",
    "两天后晚8点": "05-22 20:00",
    "一周后截": "05-27 10:00",
    "一个月后": "06-20 10:00",
    "5月22日18:00截": "05-22 18:00",
    "五月二十二日晚8点": "05-22 20:00",
    "5月22日（周五）20:00截单": "05-22 20:00",
    "明天(周四)中午12点": "05-21 12:00",
    "截止日期：5/22": "05-22 23:59:59",
    "2026/6/1": "06-01 23:59:59",
    "20号9点截": "06-20 09:00",
    "二十二号截止": "05-22 23:59:59",
    "下月1号中午12点": "06-01 12:00",
    "这个月底": "05-31 23:59:59",
    "下个月底": "06-30 23:59:59",
    "9点截": "05-20 21:00",
    "11点截单": "05-20 11:00",
    "6点截": "05-20 18:00",
    "2点截": "05-20 14:00",
    "12点截": "05-20 12:00",
    "15点截": "05-20 15:00",
    "8:30截": "05-20 20:30",
    "08:30截": "05-21 08:30",
    "18.00截单": "05-20 18:00",
    "22点前报名": "05-20 22:00",
    "晚11点59截": "05-20 23:59",
    "八点零五分截": "05-20 20:05",
    "九点差五分截单": "05-20 20:55",
    "夜里11点": "05-20 23:00",
    "半夜12点": "05-21 00:00",
    "今晚一点": "05-21 01:00",
    "今天0点截": "05-21 00:00",
    "明天凌晨3点": "05-21 03:00",
    "周五 晚 8 点": "05-22 20:00",
    "六一那天上午10点": "06-01 10:00",
    "端午前截止": "06-19 23:59:59",
    "中秋当天": "09-25 23:59:59",
    "今天9点到晚上8点接龙": "05-20 20:00",
    "即日起至周日": "05-24 23:59:59",
    "明天这个时间": "05-21 10:00",
    "8点20份成团": "05-20 20:00",
}

NO_TIMES = [
    "便宜一点",
    "早一点到",
    "能不能快一点",
    "有两点要说",
    "一点都不甜",
    "3号楼自提",
    "5号电池",
    "1号2份",
    "A 39.9 B 28.8",
    "3-402 2份",
    "5-12号楼",
    "比分21:15",
    "20分钟",
    "满20份成团",
    "限量100份",
    "12.5一个",
    "3.5折",
    "7天无理由",
    "昨天8点",
    "上周五买的",
    "一周年店庆",
    "午餐肉2罐",
    "中秋月饼2盒",
    "25点",
    "32号截止",
    "2月30日截止",
    "",
]


@pytest.mark.parametrize("text", POINTS)
def test_a_point_in_time_is_the_next_one_after_now(text: str) -> None:
    found = parse_time(text, NOW)
    wanted = POINTS[text] + ("" if POINTS[text].count(":") == 2 else ":00")
    assert found is not None
    assert found.at == datetime.fromisoformat(f"2026-{wanted.replace(' ', 'T')}+08:00")
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", NO_TIMES)
def test_prices_rooms_scores_and_a_bit_are_no_times(text: str) -> None:
    assert parse_time(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "now", "wanted"),
    [
        ("周五8点截", "2026-05-22T10:00", "2026-05-29T08:00"),
        ("本周五晚8点", "2026-05-23T09:00", "2026-05-29T20:00"),
        ("7点截", "2026-05-20T20:30", "2026-05-21T07:00"),
        ("今晚8点", "2026-05-20T21:00", "2026-05-21T20:00"),
        ("30号截", "2026-01-31T10:00", "2026-03-30T23:59:59"),
        ("2月29日截", "2026-05-20T10:00", "2028-02-29T23:59:59"),
        ("元旦当天中午", "2026-12-20T10:00", "2027-01-01T12:00"),
        ("下周一9点", "2026-05-24T20:00", "2026-05-25T09:00"),
    ],
)
def test_what_is_past_means_the_next_time_round(text: str, now: str, wanted: str) -> None:
    found = parse_time(text, datetime.fromisoformat(now + ":00+08:00"))
    wanted += "" if wanted.count(":") == 2 else ":00"
    assert found is not None
    assert found.at == datetime.fromisoformat(wanted + "+08:00")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("周六到货，周五20点截单", "周五20点"),
        ("明天下午4点收单 后天到", "明天下午4点"),
        ("今晚9点截单，明天上午送到", "今晚9点"),
        ("自提周六9-20点，周五晚8点截", "周五晚8点"),
    ],
)
def test_a_closing_time_wins_over_arrival_and_pickup(text: str, wanted: str) -> None:
    found = parse_time(text, NOW)
    assert found is not None
    assert found.text == wanted
    assert found.deadline


def test_an_arrival_alone_is_no_deadline() -> None:
    assert parse_deadline("周六上午到，自提3号楼 9-20点", NOW) is None
    assert [t.text for t in find_times("周六上午10点到", NOW)] == ["周六上午10点"]


def test_full_width_and_traditional_keep_their_offsets() -> None:
    found = parse_time("截單：週五晚上８點半前", NOW)
    assert found is not None
    assert found.text == "週五晚上８點半前"
    assert found.at.isoformat() == "2026-05-22T20:30:00+08:00"


RULES = {
    "每周五上午9点发新品": ("weekly", 1, ["FR"], [], ["09:00"], "05-22T09:00"),
    "每周一三五早上9点": ("weekly", 1, ["MO", "WE", "FR"], [], ["09:00"], "05-22T09:00"),
    "每周一到周五中午12点": ("weekly", 1, "MO TU WE TH FR", [], ["12:00"], "05-20T12:00"),
    "周一至周五每早8点": ("weekly", 1, "MO TU WE TH FR", [], ["08:00"], "05-21T08:00"),
    "工作日早上9点和下午5点": (
        "weekly",
        1,
        "MO TU WE TH FR",
        [],
        ["09:00", "17:00"],
        "05-20T17:00",
    ),
    "每周六日上午10点": ("weekly", 1, ["SA", "SU"], [], ["10:00"], "05-23T10:00"),
    "隔周周三下午2点": ("weekly", 2, ["WE"], [], ["14:00"], "05-20T14:00"),
    "每晚8点提醒接龙": ("daily", 1, [], [], ["20:00"], "05-20T20:00"),
    "每隔两天9点": ("daily", 3, [], [], ["09:00"], "05-21T09:00"),
    "每天9:00,12:00,18:00": ("daily", 1, [], [], ["09:00", "12:00", "18:00"], "05-20T12:00"),
    "每月1号、11号、21号9点": ("monthly", 1, [], [1, 11, 21], ["09:00"], "05-21T09:00"),
    "每月底晚上8点": ("monthly", 1, [], [-1], ["20:00"], "05-31T20:00"),
    "从下周一开始每天早上8点": ("daily", 1, [], [], ["08:00"], "05-25T08:00"),
    "6月1日起每周五9点": ("weekly", 1, ["FR"], [], ["09:00"], "06-05T09:00"),
}


@pytest.mark.parametrize("text", RULES)
def test_recurring_rules(text: str) -> None:
    freq, interval, byday, bymonthday, at, first = RULES[text]
    rule = parse_recurring(text, NOW)
    assert rule is not None
    said = rule.to_json()["rrule-like"]
    assert said["freq"] == freq
    assert said.get("interval", 1) == interval
    assert said.get("byday", []) == (byday.split() if isinstance(byday, str) else byday)
    assert said.get("bymonthday", []) == bymonthday
    assert said["at"] == at
    assert said["first"] == f"2026-{first}:00+08:00"


def test_a_rule_without_an_hour_leaves_it_open() -> None:
    rule = parse_recurring("每周五发新品", NOW)
    assert rule is not None
    assert (rule.byday, rule.at, rule.first) == (("FR",), (), None)
    assert parse_recurring("每人限2份", NOW) is None


def test_a_point_in_time_beside_an_everyday_word_stays_one() -> None:
    found = parse_when("每天现做 今晚8点截", NOW)
    assert isinstance(found, TimeFound)
    assert found.text == "今晚8点"


def test_intervals_count_from_the_first_occurrence() -> None:
    rule = parse_recurring("每两周的周六下午3点", NOW)
    assert isinstance(rule, Recurring)
    assert rule.first is not None
    assert rule.next_after(rule.first) == rule.first + timedelta(days=14)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("再开一天", 1440),
        ("延两小时", 120),
        ("延长半小时", 30),
        ("一天半", 2160),
        ("两个半小时", 150),
        ("1小时30分钟", 90),
        ("延到8点", None),
        ("三份", None),
    ],
)
def test_durations(text: str, minutes: int | None) -> None:
    assert parse_duration(text) == (None if minutes is None else timedelta(minutes=minutes))


TIMELY = "今明后周一五六日天月号点半晚早上下午前截:：0123456789./- 每隔个小时后分钟刻差底和到（）"


@given(st.text(alphabet=TIMELY, max_size=30))
def test_any_mixture_of_time_words_gives_the_future_or_nothing(text: str) -> None:
    for found in find_times(text, NOW):
        assert found.at >= NOW
        assert text[found.start : found.end] == found.text
    rule = parse_recurring(text, NOW)
    assert rule is None or rule.first is None or rule.first > NOW


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    found = parse_time(text, NOW)
    assert found is None or found.at > NOW - timedelta(seconds=1)
    assert find_times(text, NOW) is not None
