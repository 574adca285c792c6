"""Points in time, recurring rules and lengths of time in what people write, for a given clock."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.deadlines._durations import find_duration
from nlp.deadlines._expressions import Expression, expressions, score
from nlp.deadlines._recurring import Recurring, find_recurring
from nlp.deadlines._resolve import resolve
from nlp.normalize import fold_each as fold

__all__ = [
    "Recurring",
    "TimeFound",
    "find_times",
    "parse_deadline",
    "parse_duration",
    "parse_recurring",
    "parse_time",
    "parse_when",
]

_LONGEST = 2_000
"""Characters that are read: a message that is longer names its time before."""
_HINT = re.compile(
    r"[点點号號日周週月天时時晚早午夜底末期拜刻内內后後分夕节節一六:：./\-秋旦]|am|pm",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A point in time and where it stands: `text` is the original's `[start:end]`."""

    at: datetime
    start: int
    end: int
    text: str
    deadline: bool = False
    """Words of closing stand beside it (截, 收单, 前报名)."""
    hour_said: bool = True
    """False for a day alone, which ends at 23:59:59."""


def find_times(text: str, now: datetime) -> list[TimeFound]:
    """Every point in time after `now` that the text names, in its order."""
    folded = fold(text[:_LONGEST])
    if not _HINT.search(folded):
        return []
    return [found for e in expressions(folded) if (found := _found(text, folded, e, now))]


def parse_time(text: str, now: datetime) -> TimeFound | None:
    """The point in time the text is about: one that closes something before any other.

    “Next” rules (contract §9.18): always after `now`; a day without an hour ends at 23:59:59; a
    bare hour from 1 to 11 is the next one a 12-hour clock shows, never 00:00–06:59.
    """
    return _best(text, now, at_least=0)


def parse_deadline(text: str, now: datetime) -> TimeFound | None:
    """The time at which something closes; arrivals, pickup hours and mere mentions are none."""
    return _best(text, now, at_least=2)


def parse_recurring(text: str, now: datetime) -> Recurring | None:
    """The recurring rule the text states (每周五早9点); without an hour its `at` is empty."""
    folded = fold(text[:_LONGEST])
    return find_recurring(folded, now) if re.search("[每隔逢天日周期]", folded) else None


def parse_when(text: str, now: datetime) -> TimeFound | Recurring | None:
    """A recurring rule with its hours if the text states one, else the point in time."""
    rule = parse_recurring(text, now)
    return rule if rule and rule.at else parse_time(text, now)


def parse_duration(text: str) -> timedelta | None:
    """How long, as in 再开一天, 延两小时, 一天半."""
    return find_duration(fold(text[:_LONGEST]))


def _best(text: str, now: datetime, at_least: int) -> TimeFound | None:
    folded = fold(text[:_LONGEST])
    if not _HINT.search(folded):
        return None
    ranked = sorted(expressions(folded), key=lambda e: -score(folded, e))
    for e in ranked:
        if score(folded, e) < at_least:
            return None
        if found := _found(text, folded, e, now):
            return found
    return None


def _found(text: str, folded: str, e: Expression, now: datetime) -> TimeFound | None:
    at = resolve(e, now)
    if at is None:
        return None
    said = bool(e.clock or e.offset or e.part)
    closing = score(folded, e) >= 2
    return TimeFound(at, e.start, e.end, text[e.start : e.end], closing, said)
