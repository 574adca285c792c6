"""A leader's words for a scheduled post as storage keeps them, and how such a schedule reads."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from nlp.deadlines import Recurring, find_times
from nlp.schedules import REMIND, parse_schedule

DAYS = {"MO": "一", "TU": "二", "WE": "三", "TH": "四", "FR": "五", "SA": "六", "SU": "日"}
_END_OF_DAY = time(23, 59, 59)
"""Where a day without an hour ends (contract §9.18): an hour is still to be asked for."""
_OF_THE_GROUP_BUY = re.compile(
    r"(?:一下|下|大家|各位|邻居们?|群里|要)*(?:快要?|马上|要)?(?:截单|截团|截止|结团|封单|收单|接龙|报名|下单|还差多少|进度)"
    r"(?:时间|了|啦|哦|一下|吧)*"
)
_CHATTER = re.compile(
    r"^(?:快递|工资|朋友圈|红包|消息给|图|照片|烧|明细|给|出去|走|到|货|车|你|我|他|她|奖金|作业|微信|短信)"
)
"""What people send to each other at a time, and what is no post of the bot's."""
_PERSONAL = re.compile(r"(?:提醒|通知|叫|喊)(?:一下|下)?[我你他她](?!们)")
_TELLS_THE_BOT = re.compile(r"群发|推送|播报|发布|发一?[遍次条]|小团|定时|自动")


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
    found = parse_schedule(said, now)
    if found is None or _PERSONAL.search(said.partition("\n")[0][:60]):
        return None
    subject = found.subject or ""
    if found.text is None and (_CHATTER.search(subject) or _idle(said, found.kind, subject)):
        return None
    rule, at = found.recurring, found.at
    hour = not found.needs_hour and (at is None or at.time() != _END_OF_DAY)
    kind, text = "post", found.text
    if found.kind == REMIND and text is None:
        of_group_buy = not subject or _OF_THE_GROUP_BUY.fullmatch(subject)
        kind = "remind" if of_group_buy else "post"
        text = "" if of_group_buy else f"⏰ 提醒：{subject}"
    kept = _kept(rule, now) if rule is not None else None
    return Schedule(kept, at, kind, text, hour, _when(said, rule, now))


def _idle(said: str, kind: str, subject: str) -> bool:
    """“今天三点发”: nothing tells that the bot is to do it."""
    return kind != REMIND and not subject and _TELLS_THE_BOT.search(said) is None


def _when(said: str, rule: Recurring | None, now: datetime) -> str:
    """The words of the days, for the question at which hour."""
    if rule is not None:
        return said[rule.start : rule.end].strip()
    times = find_times(said, now)
    return times[0].text if times else ""


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
