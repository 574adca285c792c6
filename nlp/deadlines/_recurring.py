"""Rules that come back: every day, on weekdays, on days of the month, at given hours."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from nlp.deadlines._expressions import Expression, expressions
from nlp.deadlines._resolve import clock_of, minutes_of, plain_hour, resolve
from nlp.deadlines._tokens import Token, tokens
from nlp.deadlines._words import BYDAY, NUMBER, SMALL, WEEKDAYS, value

_AND = r"[ 、,，和及与跟/&]"
_WEEK = r"(?:周|星期|礼拜)"
_DAY = "[一二三四五六日天末1-7]"
_LIST = rf"{_DAY}(?:(?:到|至|-|~){_WEEK}?{_DAY}|(?:{_AND}{{0,2}}{_WEEK}?{_DAY}(?![点:.\d])){{0,6}})"
_MONTHDAY = rf"(?:{SMALL}[号日]?(?![点:.\d])|最后一天|底|末|初)"
_EVERY = "(?:每逢|每到|每个?|逢)"
_HEAD = re.compile(
    rf"""
    (?P<gap>隔天|隔日|每隔(?P<skip>{NUMBER})[天日]|每(?P<step>{NUMBER})[天日])
  | (?P<workdays>{_EVERY}?(?:工作日|平日|上班日))
  | (?P<weekend>{_EVERY}周末)
  | (?P<weekly>(?:(?P<alternate>隔{_WEEK}|双周|每隔一个?{_WEEK}
      |每(?P<weeks>{NUMBER})个?{_WEEK})的?{_WEEK}?|{_EVERY}{_WEEK})(?P<days>{_LIST}))
  | (?P<span>{_WEEK}(?P<spandays>{_DAY}(?:到|至|-|~){_WEEK}?{_DAY})[ ,，]?
      (?:每天|每日|天天|(?=每[早晚])每))
  | (?P<bareweek>{_WEEK}(?P<baredays>{_DAY}{_AND}?{_WEEK}?{_DAY}
      (?:{_AND}?{_WEEK}?{_DAY}){{0,5}})(?:各|都|固定))
  | (?P<monthly>每(?P<months>{NUMBER}(?=个))?个?月的?
      (?P<mdays>{_MONTHDAY}(?:{_AND}{{1,2}}{_MONTHDAY}){{0,5}}))
  | (?P<daily>每天|每日|天天|每(?=早|晚|中午|上午|下午|傍晚|夜))
    """,
    re.VERBOSE,
)
_TO_CLOCK = re.compile(r"[^\n\d点:。;；!！?？]{0,8}$")
_BETWEEN = re.compile(r"[ 、,，和及与跟/&各]{0,3}$")


@dataclass(frozen=True, slots=True)
class Recurring:
    """A rule: `at` the clock times (empty when none was said), `first` the next moment."""

    freq: str
    interval: int = 1
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    at: tuple[str, ...] = ()
    first: datetime | None = None
    start: int = 0
    end: int = 0

    def to_json(self) -> dict[str, Any]:
        """The rule as the value of a `deadline` slot: `{"rrule-like": {…}}`."""
        rule: dict[str, Any] = {"freq": self.freq}
        if self.interval != 1:
            rule["interval"] = self.interval
        if self.byday:
            rule["byday"] = list(self.byday)
        if self.bymonthday:
            rule["bymonthday"] = list(self.bymonthday)
        rule["at"] = list(self.at)
        if self.first:
            rule["first"] = self.first.isoformat()
        return {"rrule-like": rule}

    def next_after(self, moment: datetime) -> datetime | None:
        """The first occurrence after `moment`, counting intervals from `first`."""
        return _next(self, moment, self.first.date() if self.first else moment.date())


def find_recurring(text: str, now: datetime) -> Recurring | None:
    """The first recurring rule in folded text."""
    match = _HEAD.search(text)
    said = _frequency(match) if match else None
    if match is None or said is None:
        return None
    at, end = _hours(text, match.end())
    rule = Recurring(*said, at=at, start=match.start(), end=end)
    begin = _begin(text, match, now)
    if begin:
        now = max(now, datetime.combine(begin, time(0), now.tzinfo) - timedelta(seconds=1))
    return replace(rule, first=_next(rule, now, now.date())) if at else rule


def _frequency(match: re.Match[str]) -> tuple[str, int, tuple[str, ...], tuple[int, ...]] | None:
    if match["gap"]:
        skip, step = match["skip"], match["step"]
        days = int(value(skip)) + 1 if skip else int(value(step)) if step else 2
        return ("daily", max(days, 1), (), ())
    if match["workdays"]:
        return ("weekly", 1, BYDAY[:5], ())
    if match["weekend"]:
        return ("weekly", 1, BYDAY[5:], ())
    if match["weekly"] or match["span"] or match["bareweek"]:
        days_said = match["days"] or match["spandays"] or match["baredays"]
        return ("weekly", _weeks(match), _weekdays(days_said), ())
    if match["monthly"]:
        months = int(value(match["months"])) if match["months"] else 1
        days_of_month = _monthdays(match["mdays"])
        return ("monthly", max(months, 1), (), days_of_month) if days_of_month else None
    return ("daily", 1, (), ())


def _weeks(match: re.Match[str]) -> int:
    if not match["alternate"]:
        return 1
    return max(int(value(match["weeks"])), 1) if match["weeks"] else 2


def _weekdays(said: str) -> tuple[str, ...]:
    marks = re.findall(_DAY, re.sub(_WEEK, "", said))
    if re.search(r"[到至~-]", said) and len(marks) == 2:
        first, last = WEEKDAYS[marks[0]], WEEKDAYS[marks[1]]
        return tuple(BYDAY[day % 7] for day in range(first, last + (1 if last >= first else 8)))
    days = {WEEKDAYS[m] for m in marks} | ({5} if "末" in marks else set())
    return tuple(BYDAY[day] for day in sorted(days))


def _monthdays(said: str) -> tuple[int, ...]:
    found = set()
    for word in re.findall(_MONTHDAY, said):
        last = word in {"最后一天", "底", "末"}
        day = -1 if last else 1 if word == "初" else int(value(word.rstrip("号日")))
        if day == -1 or 1 <= day <= 31:
            found.add(day)
    return tuple(sorted(found, key=lambda day: day if day > 0 else 99))


def _hours(text: str, start: int) -> tuple[tuple[str, ...], int]:
    """The clock times that follow a rule's days, and where they end."""
    times: list[str] = []
    part: Token | None = None
    end = seen = start
    for token in tokens(text[start : start + 60]):
        gap = text[seen : start + token.start]
        near = (_BETWEEN if times else _TO_CLOCK).match(gap)
        if not near or token.name not in {"part", "clock"}:
            break
        seen = start + token.end
        if token.kind == "part":
            part = token
        else:
            times.append(_hour(part, token))
            end = seen
    return tuple(times), end


def _hour(part: Token | None, clock: Token) -> str:
    said = Expression(0, 0, date=None, part=part, clock=clock)
    hour, minute = clock_of(clock)
    total = int(minutes_of(said)[0]) if part else plain_hour(hour) * 60 + int(minute)
    if not part and clock.text.startswith("0"):
        total = hour * 60 + int(minute)
    total %= 24 * 60
    return f"{total // 60:02d}:{total % 60:02d}"


def _begin(text: str, head: re.Match[str], now: datetime) -> date | None:
    """“下周起每天8点”, “从6月1日开始每周五”: the day from which the rule holds."""
    before = text[: head.start()]
    for said in expressions(before):
        if not re.match(r"[ ]?(?:起|开始)", before[said.end :]):
            continue
        if said.date and said.date.get("wpre"):
            monday = now.date() - timedelta(days=now.weekday())
            return monday + timedelta(days=7 * (said.date.get("wpre") or "").count("下"))
        moment = resolve(said, now)
        return moment.date() if moment else None
    return None


def _next(rule: Recurring, after: datetime, anchor: date) -> datetime | None:
    hours = [divmod(int(at[:2]) * 60 + int(at[3:]), 60) for at in rule.at]
    # Five years reach every 29 February and every month that has a 31st.
    for ahead in range(366 * 5):
        day = after.date() + timedelta(days=ahead)
        if not _falls_on(rule, day, anchor):
            continue
        for hour, minute in sorted(hours):
            moment = datetime.combine(day, time(hour, minute), after.tzinfo)
            if moment > after:
                return moment
    return None


def _falls_on(rule: Recurring, day: date, anchor: date) -> bool:
    counted = rule.first is not None and rule.interval > 1
    if rule.freq == "daily":
        return not counted or (day - anchor).days % rule.interval == 0
    if rule.freq == "weekly":
        weeks = (day - timedelta(days=day.weekday()) - anchor + timedelta(days=anchor.weekday())).days
        return BYDAY[day.weekday()] in rule.byday and (not counted or weeks // 7 % rule.interval == 0)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    last = calendar.monthrange(day.year, day.month)[1]
    wanted = {last if number == -1 else number for number in rule.bymonthday}
    return day.day in wanted and (not counted or months % rule.interval == 0)
