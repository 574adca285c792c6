"""Pieces put together to one expression of time, and the doubts whether it is one at all."""

import re
from dataclasses import dataclass, replace

from nlp.deadlines._tokens import Token, tokens
from nlp.deadlines._words import value

_FILLER = re.compile(r"[ \t()的·]{0,3}(?:[当那这]天)?[ \t的]{0,2}")
_RANGE = re.compile(r"[ \t]{0,2}(?:[-~—–到至]|--|——)[ \t]{0,2}")
_LATE_PART = re.compile(r"[^\n\d]{0,4}\($")
_DEADLINE_AFTER = re.compile(
    r"[ \t)整前钟之以吧]{0,3}(?:准时|就|要|统一|正式|左右)?[ \t]?"
    r"(?:截|停|收单|收|封|关|结束|结团|结单|为止|止|报名|下单|接龙|有效|打烊|cut)"
)
_DEADLINE_BEFORE = re.compile(
    r"(?:截止|截单|截团|收单|结束|停止|封单|延到|延长到|延期到|延至|改到|改成|改为|报名到|接龙到|[到至])"
    r"(?:时间|日期)?[:是为到在至 \t]{0,3}$"
)
_OTHER_AFTER = re.compile(
    r"[ \t)前左右后]{0,4}(?:统一|可以?|能|会|再)?"
    r"(?:到货|到|送|发货|发|配送|自提|提货|来?取|来?拿|领|吃|开抢|开团|开始|上架|见面|生日|派|出摊|现做)"
)
_OTHER_BEFORE = re.compile(r"(?:自提|取货|提货|配送|送货|到货|发货|预计|大概)(?:时间)?[:是 \t]{0,2}$")
_DATED = re.compile(r"[ \t]?(?:前|之前|以前|截|停|收单|封|结|到|早|晚|上午|中午|下午|止|起|送|发|开)")
_NOT_A_DAY = re.compile(r"[楼栋幢门线电池桌库口位店院房铺链车机码仓柜地岗台球商园份]|公馆|大院")
_SOME_POINTS = re.compile(r"[ \t)]{0,2}(?:前|之前|截|停|收|封|关|结|整|左右|提醒|发|到|开|见)")
_POINTS_OF_A_TALK = re.compile(r"建议|意见|要求|注意|说明|问题|原因|优点|事|想法|感受")
_BIT = re.compile(r"[多少快慢早晚大小好贵便宜高低轻重甜软硬熟冷热差有这那补加再]$")


@dataclass(frozen=True, slots=True)
class Expression:
    """What was said about one time: a day, a part of the day, a clock, or a distance from now."""

    start: int
    end: int
    date: Token | None = None
    part: Token | None = None
    clock: Token | None = None
    offset: Token | None = None

    def extended(self, token: Token) -> "Expression":
        """The expression with one more piece."""
        kind = token.kind
        return Expression(
            self.start,
            token.end,
            token if kind == "date" else self.date,
            token if kind == "part" else self.part,
            token if kind == "clock" else self.clock,
            token if kind == "offset" else self.offset,
        )


def expressions(text: str) -> list[Expression]:
    """Every expression of time in folded text, left to right."""
    found: list[Expression] = []
    current: Expression | None = None
    for token in tokens(text):
        joined = current and _joined(text, current, token)
        if joined:
            current = joined
            continue
        if current:
            found.append(current)
        current = Expression(token.start, token.start).extended(token)
    if current:
        found.append(current)
    return [_with_tail(text, e) for e in found if _is_time(text, e)]


def _joined(text: str, current: Expression, token: Token) -> Expression | None:
    gap = text[current.end : token.start]
    dotted = current.date is not None and current.date.get("sep") == "."
    if len(gap) > 8 or (gap and dotted):
        return None
    if _FILLER.fullmatch(gap):
        room = token.name == "bareday" and _NOT_A_DAY.match(text, token.end)
        return None if room else _next_piece(current, token)
    if _RANGE.fullmatch(gap):
        return _range_end(current, token)
    late = token.kind == "part" and not current.part and _LATE_PART.fullmatch(gap)
    if late and text[token.end : token.end + 1] == ")":
        return replace(current, part=token)
    return None


def _next_piece(current: Expression, token: Token) -> Expression | None:
    if token.kind == "offset":
        return None
    if token.kind == "date":
        if current.part or current.clock or current.offset or not current.date:
            return None
        if token.name == "week":  # 5月22日（周五）: the first is the more exact one.
            return replace(current, end=token.end)
        return current.extended(token) if current.date.name == "week" else None
    if token.kind == "part":
        return None if current.clock else current.extended(token)
    return None if current.clock else current.extended(token)


def _range_end(current: Expression, token: Token) -> Expression | None:
    """“9点到晚上8点”, “周五-周日”: a span ends with its second time."""
    if token.kind == "offset" or current.offset:
        return None
    if token.kind == "date" and not current.date:
        return None
    if token.kind == "date":
        return Expression(current.start, token.end, date=token)
    if current.part and not current.clock and token.kind == "part":
        return current.extended(token)
    return current.extended(token) if current.clock else None


def _with_tail(text: str, expression: Expression) -> Expression:
    tail = _TAIL.match(text, expression.end)
    return replace(expression, end=tail.end()) if tail and tail[0] else expression


_TAIL = re.compile(r"[钟整]?(?:之前|以前|前)?")


def score(text: str, expression: Expression) -> int:
    """How likely this is the time asked for: a deadline 2 or 3, any 1, an arrival or pickup 0."""
    after = text[expression.end : expression.end + 14]
    before = text[max(0, expression.start - 10) : expression.start]
    if _DEADLINE_AFTER.match(after):
        return 3
    if _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before):
        return 0
    if _DEADLINE_BEFORE.search(before):
        return 2
    return 2 if text.endswith("前", 0, expression.end) else 1


def _is_time(text: str, e: Expression) -> bool:
    if e.offset:
        return True
    if e.date and not _is_date(text, e, e.date):
        return False
    if e.clock:
        return _is_clock(text, e, e.clock)
    if e.date:
        return True
    return _part_alone(text, e)


def _part_alone(text: str, e: Expression) -> bool:
    """“中午前报名”: a part of the day counts alone only where something ends with it."""
    if e.part is None or (len(e.part.text) == 1 and e.part.text != "晚"):
        return False
    return re.match(r"之?前|[ \t]?(?:截|停止|收单|封单)", text[e.end : e.end + 6]) is not None


def _is_date(text: str, e: Expression, day: Token) -> bool:
    after = text[day.end : day.end + 6]
    whole = not text[: e.start].strip() and not text[e.end :].strip(" 。!~吧")
    timed = bool(e.clock or e.part)
    cued = bool(_DEADLINE_BEFORE.search(text[max(0, e.start - 10) : e.start]))
    if day.name == "bareday":
        if _NOT_A_DAY.match(after) or not 1 <= value(day.get("bday") or "0") <= 31:
            return False
        return whole or timed or cued or bool(_DATED.match(after) or _DEADLINE_AFTER.match(after))
    if day.name == "slash":
        return _is_slash_date(text, e, day, whole or timed or cued, after)
    if day.name == "feast":
        name = day.get("feastname") or ""
        known = whole or timed or cued or bool(re.match(r"[当那][天日]|之?前(?!一|夕|两)|[ \t]?截", after))
        return known and (name != "初一" or timed or cued)
    return True


def _is_slash_date(text: str, e: Expression, day: Token, cued: bool, after: str) -> bool:
    if day.get("mark"):
        return not _NOT_A_DAY.match(after)
    if day.get("sep") == ".":
        # “5.25晚8点” is a day, “A 3.9 8点截” a price before a time.
        near = (e.part or e.clock) and text[day.end : day.end + 1].strip()
        return bool(near) or re.match(r"之?前|[ \t]?(?:截|停止|收单|封单)", after) is not None
    return cued or _DATED.match(after) is not None


def _is_clock(text: str, e: Expression, clock: Token) -> bool:
    if clock.name == "same":
        return bool(e.date)
    hour = clock.get("hc")
    if hour is None:
        return int(clock.get("h") or clock.get("hd") or 0) <= 24
    if value(hour) > 24:
        return False
    after = text[clock.end : clock.end + 4]
    exact = bool(clock.get("mc") or clock.get("to") or clock.get("to2")) or "钟" in clock.text
    certain = exact or bool(_SOME_POINTS.match(after))
    if _POINTS_OF_A_TALK.match(after):
        return False
    if hour not in {"一", "1", "两"} or exact:
        return True
    part = e.part.text if e.part else ""
    tonight = e.date is not None and bool(e.date.get("ahead3")) and part in {"晚", "夜"}
    if len(part) > 1 or tonight:
        return True
    # “便宜一点”, “早一点到”: a bit, no clock.
    return not _BIT.search(text[: clock.start].rstrip()[-1:]) and (certain or e.date is not None)
