"""A leader's words for a scheduled post: when, again and again or once, and what."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from nlp.deadlines import Recurring, parse_recurring, parse_time

_VERB = r"(?:提醒|通知|群发|推送|发布|发送|播报|宣传|预告|推|发|播|喊)"
_COMMAND = re.compile(
    r"^(?:小团|定时(?:推送|任务)?[:：,，\s]*|请|麻烦|帮我|帮忙|记得|给我|你)*"
    r"(?P<when>[^:：\n]{0,40}?(?:\d[:：.]\d\d[^:：\n]{0,6})?)"
    r"(?:准时|定时|自动|固定|在群里|到群里|给群里|往群里|在本群|给大家|跟大家|帮我|请|记得|统一|都|再|来)*"
    rf"(?P<verb>{_VERB})"
    r"(?:(?P<head>[^:：\n]{0,30}?)\s*[:：\n]\s*(?P<text>[\s\S]*)|\s+(?P<bare>\S[^\n]{3,})|(?P<what>[^:：\n]{0,30}))$"
)
_SOFT = re.compile(r"(?:小团|请|麻烦|帮我|帮忙|记得|给我|你|在|的|从|起|开始|时候|准时|都|,|，|、|\s)+")
_REMIND = re.compile(
    r"(?:一下|下|大家|各位|邻居们?|群里|要)*(?:快要?|马上|要)?(?:截单|截团|截止|结团|封单|收单|接龙|报名|下单|还差多少|进度)(?:时间|了|啦|哦|一下|吧)*[。!！~]*"
)
_NOT_A_COMMAND = re.compile(
    r"^[发推](?:货|快递|工资|朋友圈|红包|消息给|图|照片|烧|明细|给|出|走|到|车|你|他|她)|^(?:提醒|通知|喊)(?:你|我|他|她)|[吗么呢?？]$"
)
DAYS = {"MO": "一", "TU": "二", "WE": "三", "TH": "四", "FR": "五", "SA": "六", "SU": "日"}


@dataclass(frozen=True, slots=True)
class Schedule:
    """What was commanded: a `rule` as storage.deals keeps it, or a single moment `at`.

    `text` None: not said.
    """

    rule: dict[str, Any] | None
    at: datetime | None
    kind: str
    text: str | None
    hour_said: bool = True
    when: str = ""


def read_schedule(said: str, now: datetime) -> Schedule | None:
    """The scheduled post that a text commands; None when it is about something else."""
    found = _COMMAND.match(said)
    if found is None:
        return None
    when, what = found["when"].strip(), (found["head"] or found["what"] or "").strip()
    told = found["text"] if found["text"] is not None else found["bare"]
    colon, text = told is not None, (told or "").strip()
    if not when or (not colon and _NOT_A_COMMAND.search(found["verb"] + what)):
        return None
    timed = _time_of(when, now)
    if timed is None:
        return None
    rule, at, hour = timed
    reminds = found["verb"] in ("提醒", "通知", "喊")
    if reminds and not text and (not what or _REMIND.fullmatch(what)):
        return Schedule(rule, at, "remind", "", hour, when)
    if reminds and not colon and what:
        return Schedule(rule, at, "post", f"⏰ 提醒：{_who_removed(what)}", hour, when)
    if not colon and not what and found["verb"] not in ("推送", "群发", "播报", "发布"):
        return None
    return Schedule(rule, at, "post", text or None, hour, when)


def _who_removed(what: str) -> str:
    return re.sub(r"^(?:一下|下|大家|各位|邻居们?|群里)+", "", what) or what


def _time_of(when: str, now: datetime) -> tuple[dict[str, Any] | None, datetime | None, bool] | None:
    """The rule or moment that the words are, and nothing beside it."""
    rule = parse_recurring(when, now)
    if rule is not None:
        rest = when[: rule.start] + when[rule.end :]
        begins = parse_time(when[: rule.start], now) if rule.start else None
        rest = when[rule.end :] if begins is not None else rest
        return (_kept(rule, now), None, bool(rule.at)) if not _beside(rest) else None
    found = parse_time(when, now)
    if found is None or _beside(when[: found.start] + when[found.end :]):
        return None
    return None, found.at, found.hour_said


def _beside(rest: str) -> bool:
    return bool(_SOFT.sub("", rest))


def _kept(rule: Recurring, now: datetime) -> dict[str, Any]:
    """The rule as storage.deals keeps it."""
    start: date = rule.first.date() if rule.first is not None else now.date()
    return {
        "freq": rule.freq,
        "interval": rule.interval,
        "byday": list(rule.byday),
        "bymonthday": list(rule.bymonthday),
        "at": list(rule.at),
        "start": start.isoformat(),
    }


# -- how it reads --------------------------------------------------------------------------------


def shown_rule(rule: dict[str, Any] | None) -> str:
    """每周五 09:00, 隔天 08:00, 每月1号 10:00; a single one: 单次."""
    if rule is None:
        return "单次"
    hours = "、".join(rule["at"])
    return f"{_days(rule)} {hours}"


def _days(rule: dict[str, Any]) -> str:
    every = int(rule.get("interval") or 1)
    if rule["freq"] == "daily":
        return "每天" if every == 1 else "隔天" if every == 2 else f"每{every}天"
    if rule["freq"] == "weekly":
        days = "、".join(DAYS[day] for day in rule["byday"])
        days = "工作日" if rule["byday"] == ["MO", "TU", "WE", "TH", "FR"] else f"周{days}"
        return f"每{days}" if every == 1 else f"隔周{days}" if every == 2 else f"每{every}周{days}"
    days = "、".join("最后一天" if day == -1 else f"{day}号" for day in rule["bymonthday"])
    return f"每月{days}" if every == 1 else f"每{every}个月{days}"


def shown_moment(local: datetime, now: datetime) -> str:
    """明天(5月22日 周五)09:00: nothing is left to guess."""
    ahead = (local.date() - now.date()).days
    near = {0: "今天", 1: "明天", 2: "后天"}.get(ahead, "")
    year = f"{local.year}年" if local.year != now.year else ""
    day = f"{year}{local.month}月{local.day}日 周{'一二三四五六日'[local.weekday()]}"
    return f"{near}({day}) {local:%H:%M}" if near else f"{day} {local:%H:%M}"
