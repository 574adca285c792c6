"""From what was said to a point in time: always the next one after `now`."""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from nlp.deadlines._expressions import Expression
from nlp.deadlines._tokens import Token
from nlp.deadlines._words import (
    AFTERNOON,
    DAWN,
    DAYS_AHEAD,
    EVENING,
    MORNING,
    NIGHT,
    NOON,
    PARTS,
    UNITS,
    WEEKDAYS,
    feast,
    part_end,
    value,
)

END_OF_DAY = 24 * 60 - 1 / 60
"""Minutes of 23:59:59, where a day without an hour ends (contract §9.18)."""
_LATE_ENOUGH = 7 * 60
"""A bare hour never means 00:00–06:59."""


def resolve(e: Expression, now: datetime) -> datetime | None:
    """The first moment after `now` that the expression can mean, or None (past, 31 June)."""
    if e.offset and not (e.clock or e.part):
        return now + distance(e.offset) if not _months(e.offset) else _month_offset(e.offset, now)
    if e.clock and e.clock.name == "same":
        minutes: tuple[float, ...] = (now.hour * 60 + now.minute + now.second / 60,)
        days = list(_days(e, now.date()))
        return _first_after(days, minutes, now, strict=False)
    return _first_after(_days(e, now.date()), minutes_of(e), now)


def _first_after(
    days: Iterable[date], minutes: tuple[float, ...], now: datetime, strict: bool = True
) -> datetime | None:
    for day in days:
        midnight = datetime.combine(day, time(0), now.tzinfo)
        for amount in minutes:
            moment = midnight + timedelta(seconds=round(amount * 60))
            if moment > now or (not strict and moment >= now):
                return moment
    return None


def minutes_of(e: Expression) -> tuple[float, ...]:
    """The minutes after the day's midnight that clock and part can mean, earliest first."""
    if e.clock is None:
        if e.part is None:
            return (END_OF_DAY,)
        end = 18 * 60 if e.part.name == "offwork" else part_end(e.part.text.lower())
        return (END_OF_DAY if end == 24 * 60 else end,)
    hour, minute = clock_of(e.clock)
    part = PARTS.get(e.part.text.lower()) if e.part else None
    if part:
        return (_hour_in(part, hour) * 60 + minute,)
    if hour > 11 or hour == 0 or e.clock.text.startswith("0"):
        return (hour * 60 + minute,)
    if e.date is None or e.date.get("ahead") == "今" or e.date.get("ahead2") == "今":
        both = (hour * 60 + minute, (hour + 12) * 60 + minute)
        return tuple(m for m in both if m >= _LATE_ENOUGH)
    return (plain_hour(hour) * 60 + minute,)


def plain_hour(hour: int) -> int:
    """A bare hour on a named day: 3点 is 15:00, 9点 is 9:00, never the small hours."""
    return hour + 12 if 1 <= hour < 7 else hour


def _hour_in(part: str, hour: int) -> int:
    if part == NIGHT:
        if hour in {0, 12}:
            return 24
        return hour + 24 if hour <= 4 else hour + 12 if hour < 12 else hour
    if part in {AFTERNOON, EVENING} and 1 <= hour < 12:
        return hour + 12
    if part == NOON and 1 <= hour <= 4:
        return hour + 12
    if part in {DAWN, MORNING} and hour == 12:
        return 0 if part == DAWN else 12
    return hour


def clock_of(token: Token) -> tuple[int, float]:
    """Hour and minutes as the clock shows them; “差5分9点” gives a negative minute."""
    if token.get("h"):
        return int(token.get("h") or 0), int(token.get("mi") or 0)
    if token.get("hd"):
        return int(token.get("hd") or 0), int(token.get("mdot") or 0)
    hour = int(value(token.get("hc") or "零"))
    short = token.get("to") or token.get("to2")
    if short:
        return hour, -_minutes_in(short)
    return hour, _minutes_in(token.get("mc") or "")


def _minutes_in(words: str) -> float:
    if not words:
        return 0
    if words.startswith(("一刻", "三刻", "半")):
        return {"一": 15, "三": 45, "半": 30}[words[0]]
    number = re.sub(r"分钟?$", "", words)
    return value(number) if number else 0


def distance(token: Token) -> timedelta:
    """How far away an offset points (两个半小时后 → 2 h 30 min)."""
    unit = UNITS[token.get("unit") or "天"]
    amount = value(token.get("n") or "一") + (0.5 if token.get("half") else 0)
    more = token.get("more")
    if more == "半":
        amount += 0.5
    far = unit * amount
    if token.get("n2"):
        far += timedelta(minutes=value(token.get("n2") or "零"))
    return far


def _months(token: Token) -> bool:
    whole = value(token.get("n") or "一").is_integer() and not token.get("half")
    return token.get("unit") == "月" and whole


def _month_offset(token: Token, now: datetime) -> datetime:
    count = int(value(token.get("n") or "一"))
    month = now.month - 1 + count
    year, month = now.year + month // 12, month % 12 + 1
    if year > 9000:
        return now
    last = calendar.monthrange(year, month)[1]
    return now.replace(year=year, month=month, day=min(now.day, last))


def _days(e: Expression, today: date) -> Iterator[date]:
    """The days that the expression can mean, earliest first."""
    token = e.date
    if e.offset:
        yield today + distance(e.offset)
    elif token is None:
        yield today
        yield today + timedelta(days=1)
    else:
        whole_weekend = token.name == "week" and token.get("wday") == "末" and not e.part
        days = _DAYS[token.name](token, today)
        yield from days if e.clock or not whole_weekend else (d for d in days if d.weekday() == 6)


def _of_ymd(token: Token, _today: date) -> Iterator[date]:
    year, month, day = (int(n) for n in re.findall(r"\d+", token.text))
    yield from _real(year, month, day)


def _of_md(token: Token, today: date) -> Iterator[date]:
    month = int(value(token.get("month") or "零"))
    first = {"今年": today.year, "明年": today.year + 1}.get(token.get("year") or "", 0)
    for year in [first] if first else range(today.year, today.year + 5):
        yield from _in_month(year, month, token.get("mday") or "")


def _of_dom(token: Token, today: date) -> Iterator[date]:
    ahead = (token.get("which") or "").count("下")
    for more in range(1 if ahead else 13):
        yield from _in_month(*_shifted(today, ahead + more), token.get("dday") or "")


def _of_monthend(token: Token, today: date) -> Iterator[date]:
    if token.text[0] == "年":
        yield date(today.year, 12, 31)
        return
    for more in range(2):
        yield from _in_month(*_shifted(today, more), "底")


def _of_bareday(token: Token, today: date) -> Iterator[date]:
    for more in range(13):
        yield from _in_month(*_shifted(today, more), token.get("bday") or "")


def _of_slash(token: Token, today: date) -> Iterator[date]:
    for year in range(today.year, today.year + 5):
        yield from _real(year, int(token.get("m") or 0), int(token.get("d") or 0))


def _of_week(token: Token, today: date) -> Iterator[date]:
    monday = today - timedelta(days=today.weekday())
    if token.get("wpre"):
        yield monday + timedelta(days=7 * (token.get("wpre") or "").count("下") + 6)
        return
    said = token.get("wday") or "日"
    days = [WEEKDAYS[said]] if said != "末" else [5, 6]
    before = token.get("pre") or ""
    if "上" in before:
        return
    weeks = before.count("下")
    for week in [weeks] if weeks else range(3):
        for day in days:
            candidate = monday + timedelta(days=7 * week + day)
            if candidate >= today:
                yield candidate


def _of_rel(token: Token, today: date) -> Iterator[date]:
    said = next((s for n in ("ahead", "ahead2", "ahead3", "ahead4") if (s := token.get(n))), "今")
    ahead = DAYS_AHEAD[said]
    if ahead >= 0:
        yield today + timedelta(days=ahead)
    if ahead == 0:
        yield today + timedelta(days=1)


def _of_feast(token: Token, today: date) -> Iterator[date]:
    for year in range(today.year, today.year + 2):
        day = feast(token.get("feastname") or "", year)
        if day and day >= today:
            yield day


_DAYS = {
    "ymd": _of_ymd,
    "md": _of_md,
    "dom": _of_dom,
    "monthend": _of_monthend,
    "bareday": _of_bareday,
    "slash": _of_slash,
    "week": _of_week,
    "rel": _of_rel,
    "feast": _of_feast,
}


def _shifted(today: date, months: int) -> tuple[int, int]:
    month = today.month - 1 + months
    return today.year + month // 12, month % 12 + 1


def _in_month(year: int, month: int, day: str) -> Iterator[date]:
    if not 1 <= month <= 12:
        return
    if day in {"底", "末", "最后一天"}:
        yield date(year, month, calendar.monthrange(year, month)[1])
        return
    yield from _real(year, month, int(value(day.rstrip("日号") or "零")))


def _real(year: int, month: int, day: int) -> Iterator[date]:
    if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        yield date(year, month, day)
