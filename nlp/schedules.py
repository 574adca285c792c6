"""A leader's orders to post or remind at a time: 每周五9点发水果预告, 明晚8点提醒截单."""

import re
from dataclasses import dataclass
from datetime import datetime

from nlp.deadlines import Recurring, TimeFound, find_times, parse_recurring
from nlp.normalize import fold_each

POST, REMIND = "post", "remind"

_VERB = re.compile(
    r"(?P<remind>提醒(?:一下|大家|我|群里|所有人)?|叫(?:一下|大家)|通知(?:一下|大家)?|喊(?:一下|大家))"
    r"|(?P<post>(?:群里?|自动|定时|帮我)?(?:发布|发送|发出|推送|播报|预告|发一?[下遍次条篇个]|推一?[波下]|发|推|播))(?![货票现烧生车财])"
)
_QUESTION = re.compile(r"[?？]|[吗嘛呢么]\s*$|什么时候|几点|能不能|可不可以|会不会|多少|[是有]没|咋|怎么")
_PAST = re.compile(r"^(?:了|过|的|完)|给我了|到我")
_BETWEEN = " ，,、的请帮我给在群里大家再就自动定时"
_COLON = re.compile(r"[:：]")
_EMPTY = re.compile(r"^[\s，,。.!！~～的吧哦哈呀啊]*$")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to do when: once `at`, or by the rule `recurring`; `text` to post, None when not said.

    `text` behind a colon is the leader's own, to be posted verbatim (contract §9.3); `subject` is what
    stands in the order itself (水果预告, 截单). `needs_hour` when a rule has days but no hour.
    """

    kind: str
    at: datetime | None
    recurring: Recurring | None
    text: str | None
    subject: str | None
    needs_hour: bool = False

    @property
    def once(self) -> bool:
        """Due a single time."""
        return self.recurring is None

    @property
    def first(self) -> datetime | None:
        """The first time it falls due."""
        return self.recurring.first if self.recurring else self.at


def parse_schedule(text: str, now: datetime) -> Schedule | None:
    """The order that a message gives, or None: it needs a time first and a word of posting behind it."""
    command, colon, said = _parted(text)
    folded = fold_each(command)
    if not colon and _QUESTION.search(folded):
        return None
    when = _when(command, now)
    if when is None:
        return None
    if not _leads(folded[: when.start]):
        return None
    verb = _VERB.search(folded, when.end)
    if verb is None:
        return None
    if len(folded[when.end : verb.start()].strip(_BETWEEN)) > 2:
        return None
    rest = command[verb.end() :]
    if _PAST.match(rest):
        return None
    subject = None if _EMPTY.match(rest) else rest.strip(" ，,。！!~～")
    body = said.strip("\n").strip() if colon else None
    kind = REMIND if verb["remind"] else POST
    if isinstance(when, TimeFound):
        return Schedule(kind, when.at, None, body or None, subject)
    return Schedule(kind, None, when, body or None, subject, needs_hour=not when.at)


def _parted(text: str) -> tuple[str, str, str]:
    """The order and the text behind its colon; colons of hours (20:30) belong to the order."""
    folded = fold_each(text[:300])
    for match in _COLON.finditer(folded):
        hour = folded[max(0, match.start() - 2) : match.start()].strip()[-1:].isdigit()
        if hour and folded[match.end() : match.end() + 2].isdigit():
            continue
        if _VERB.search(folded[: match.start()]):
            return text[: match.start()], match[0], text[match.end() :]
    line, newline, rest = text.partition("\n")
    return (line, newline, rest) if newline and _VERB.search(line) else (text, "", "")


def _when(command: str, now: datetime) -> TimeFound | Recurring | None:
    rule = parse_recurring(command, now)
    times = find_times(command, now)
    if rule is not None and (rule.at or not times):
        return rule
    return next((t for t in times if t.hour_said), times[0] if times else None)


def _leads(before: str) -> bool:
    """Only address and courtesy may stand before the time: it is the time that orders."""
    before = re.sub(r"从?\S{1,8}(?:起|开始)[，, ]?$", "", before)
    left = re.sub(
        r"@\S{1,12}|小团|请|麻烦|帮我|帮忙|给我|设置?|定时|从|记得|以后|改成|改为|那就|就|你|在|[\s，,。:：、]",
        "",
        before,
    )
    return len(left) <= 2
