"""The terms around the items: deadline, arrival, pickup, target, limits, better prices, halves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from nlp.deadlines import TimeFound, find_times
from nlp.opening._prices import HAN, fen
from nlp.opening._shapes import AMOUNT, PEOPLE, QUANTITY
from nlp.quantities import UNIT, number

MASK = "\x1f"
"""Stands where a term stood, so that names do not reach across it."""
_NUM = rf"(?:\d{{1,6}}(?:\.\d{{1,2}})?|[{HAN}]{{1,6}})"

_CLOSES = re.compile(
    r"[ )）整]?(?:之前|以前|前)?(?:准时|就|统一|正式)?[ ]?"
    r"(?:截单|截团|截止(?:报名|接龙|下单)?|截|停止?(?:接龙|接单|收单|报名|下单)?|收单|封单"
    r"|封团|关团|结团|结单|结束|报名|下单|有效|为止|止)?"
    r"(?:[ ]?(?:过时不候|过期不候|逾期不候|啦|了|哦|哈|喔|噢))?"
)
_CLOSES_BEFORE = re.compile(
    r"(?:(?:截止|截单|截团|收单|封单|结束|报名|接龙|下单|团购)(?:时间|日期)?|时间"
    r"|期限)?[:：是到至为 ]{0,3}(?:到|至)?[ ]?$"
)
_ARRIVES = re.compile(
    r"[ )）]?(?:左右|前后|前|之前|后|起|开始)?[ ]?(?:统一|会|能|可|陆续|冷链|新鲜|直接|全部)?"
    r"(?:到货|到花|到店|到|送货上门|送货|送到|送达|送|发货|发出|发|配送|出货|出炉|现做现发)(?:货)?"
)
_ARRIVES_BEFORE = re.compile(
    r"(?:预计|大概|预估)?(?:到货|到店|配送|送货|发货|送达|取货|提货)(?:时间|日期)?[:：是 ]{0,2}$"
)
_ARRIVAL = re.compile(
    r"(?:当天|当日|次日|隔天|第二天|节前|(?:中秋|端午|国庆|春节|年|元旦)前)(?:就)?(?:到货|到"
    r"|送达|送|达|发货|发)(?!付)"
)
_PICKUP_CUE = re.compile(
    r"(?:自提|自取|提货|取货|领取)(?:地[址点方]|点|处)?[:：是在]?[ ]?(?!时间|码|价)|(?:地址"
    r"|地点)[:：][ ]?"
)
_ENDS_CLAUSE = re.compile(r"\s*(?:[,，;；。|｜!！\n]|$)")
_STANDS_ALONE = re.compile(r"(?:^|[\s,，;；。:：|｜!！\x1f])$")
_PLACE = re.compile(
    r"[后前到在 ]{0,3}(?P<place>[^\s,，。;；:：、|｜!！\x1f]{1,24}"
    r"(?:[ ](?=[^\n]{0,6}\d{1,2}(?:[点:：]|-\d{1,2}点))[^\s,，。;；|｜\x1f]{1,14})?)"
)
_SENT_TO = re.compile(
    r"送到?(?:至|到)(?!货)(?P<place>(?!家|楼上|就|后"
    r"|时)[^\s,，。;；:：、|｜!！\x1f\d]{0,8}(?:\d{1,3}(?:号楼|栋|幢|号门))?"
    r"[^\s,，。;；:：、|｜!！\x1f\d]{1,12})"
)
_PICKUP_AFTER = re.compile(
    r"(?P<place>[^\s,，。;；:：、|｜!！\x1f]{2,20}?)(?P<cue>自提|自取|取货|提货"
    r"|领取)(?![点时地:：码价])"
)
_FETCHED_AT = re.compile(
    r"(?P<place>[^\s,，。;；:：、|｜!！\x1f]{2,20}?)(?:自己|自行|来)?[取拿领](?:货|一下|就行|就好|即可|哈|哦)?"
    r"(?=[\s,，。;；!！~|｜\x1f]|$)"
)
"""“周六下午楼下取”, “明天来我家拿”: plain words for a pickup, at the end of a clause."""
_LEFT_AT = re.compile(
    r"(?:到了|到货后?)?(?:统一)?放(?:在|到)?(?P<place>[^\s,，。;；:：、|｜!！\x1f]{2,14}?)(?=[\s,，。;；!！~|｜\x1f]|$)"
)
_TO_PLACE = re.compile(r"[^到在]{0,10}[到在](?!货)(?=[^到在]{2})|[后前左右]{1,2}")
_TARGET = re.compile(
    rf"(?:(?P<pre>满|够|凑够|凑满|达到|目标|最低|最少|至少|成团(?:数量?|人数|条件|标准)?"
    rf"|起团(?:数量?|人数)?|起送量?)"
    rf"[:：为是 ]{{0,2}})?(?P<n>{_NUM})[ ]?(?P<unit>户人家|人|位|户|家|元|块|{UNIT})?[ ]?"
    rf"(?P<post>起?(?:成团|起团|开团|成单|发车|起送|起订|起拼|开车|拼成|就成|就发|[就才]开)|[起开](?![\w])"
    rf"|团(?![长购品]))?"
)
_TOTAL = re.compile(
    rf"(?:总共|一共|共计|共有|共|总量|限量|总数|总限|库存|仅有|仅限|仅剩|只有|现货|备货"
    rf"|就)[ ]?[:：]?[ ]?"
    rf"(?P<n>{_NUM})[ ]?(?P<unit>{UNIT})(?![ ]?(?:/|一|装|人))"
)
_EACH_TOTAL = re.compile(
    rf"(?:总共|一共|共有|共|总量|限量|库存|现货|备货|只有|就)[ ]?[:：]?[ ]?都?"
    rf"(?:各|每样|每种|每款)(?:只?有)?[ ]?(?P<n>{_NUM})[ ]?(?P<unit>{UNIT})"
    rf"|(?:各|每样|每种|每款)(?:只?有|总共|一共|共|限量|库存)[ ]?(?P<m>{_NUM})[ ]?(?:{UNIT})"
)
"""“总共各20斤”: so much of each."""
_SOLD_OUT = re.compile(
    rf"(?P<n>{_NUM})[ ]?(?P<unit>{UNIT})[ ]?(?:卖完|售完|抢完|团完|订完|先到先得)(?:为止|即止"
    rf"|截单?)?"
)
_PER_PERSON = re.compile(
    rf"(?P<who>(?:限)?(?:每|一|单)(?:人|户|家|个?ID|位))(?:最多|限购|限买|限|只限|可购"
    rf"|各限)?[ ]?(?P<n>{_NUM})[ ]?(?P<unit>{UNIT})?"
    rf"|(?:每样|每款|每种|各)限购?[ ]?(?P<each>{_NUM})[ ]?(?:{UNIT})?"
    rf"|(?P<plain>限购|限)[ ]?(?P<m>{_NUM})[ ]?(?P<munit>{UNIT})?(?![人户])",
    re.IGNORECASE,
)
_TOTAL_TIER = re.compile(
    rf"(?:满|够|达到?|超过?)[ ]?(?P<n>{_NUM})(?:[ ]?{UNIT}(?:以上)?[ ]?|[ ]?以上[ ]?"
    rf"|(?=[ ]?(?:[降减按变]|每|全|一律|就|[ ])))"
    rf"[ ]?(?:就|则|即|可|统一|全部|全团|一律)?(?:降到|降至|降为|降|减到|按|每{UNIT}|一律"
    rf"|只要|变|享)?[ ]?[¥￥]?"
    rf"(?P<price>\d{{1,5}}(?:\.\d{{1,2}})?)(?![\d.])[ ]?(?:元|块)?(?:[ ]?/[ ]?{UNIT})?"
    rf"(?![ ]?(?:人|户|发车|成团|{UNIT}))"
)
_STEP = re.compile(
    rf"(?:可以?|支持|能)[ ]?(?:拆成?|要|订|买|接|拼)?[ ]?半[ ]?(?P<unit>{UNIT})起?"
    rf"|半[ ]?(?P<unit2>{UNIT})[ ]?(?:起|也?可以?|也行|也能)起?|可拆半?"
)
_FRESH = re.compile(
    r"(?:生鲜|鲜货|食品|定制)?[^\s,，。;；\x1f]{0,6}(?:不支持|不适用|无)[ ]?(?:7"
    r"|七)天(?:无理由)?(?:退换?货?)?|(?:生鲜|鲜货|非质量问题|售出)?[^\s,，。;；\x1f]{0,4}"
    r"(?:不退不换|不退换|概不退换)"
)
_PROMO = re.compile(
    rf"买{_NUM}{UNIT}?[送赠]{_NUM}{UNIT}?|第[二2两]{UNIT}(?:半价|\d(?:\.\d)?折"
    rf"|\d{{1,4}}(?:\.\d{{1,2}})?元?)|满\d+(?:元|块)?[减送]\d+(?:元|块)?"
    rf"|(?:全场)?\d(?:\.\d)?折|包邮|\d{{11}}|(?:运费|邮费|配送费)\d+(?:\.\d+)?(?:元|块)?"
    rf"|(?:原价|市场价|超市价?|门店价|专柜价?)[:：]?[¥￥]?\d+(?:\.\d+)?(?:元|块)?(?:/{UNIT})?"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One term at `[start:end]`: `kind` names what it sets, `value` to what."""

    kind: str
    start: int
    end: int
    value: object


def find_terms(text: str, now: datetime) -> tuple[list[Term], str]:
    """Every term of the folded text, and the text with each of them masked."""
    terms: list[Term] = []
    masked = text
    for finder in _FINDERS:
        found = list(finder(masked, now))
        terms += found
        masked = blanked(masked, [(term.start, term.end) for term in found], MASK)
    return terms, masked


def blanked(text: str, spans: list[tuple[int, int]], fill: str) -> str:
    """The text with one character all over these spans."""
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = fill * (end - start)
    return "".join(characters)


def _promotions(text: str, _now: datetime) -> Iterator[Term]:
    for match in _PROMO.finditer(text):
        yield Term("note", match.start(), match.end(), match.group())


def _pickups(text: str, now: datetime) -> Iterator[Term]:
    """The place of “自提：周六 3号楼”, “周六到3号楼大厅自提”; the day beside it is the arrival."""
    for match in _PICKUP_CUE.finditer(text):
        start = match.end()
        before = text[max(0, match.start() - 1) : match.start()]
        if _ENDS_CLAUSE.match(text, start) and not _STANDS_ALONE.search(before):
            continue  # 3号楼自提，周六到货: the place stands before it
        rest = text[start : start + 40].partition("\n")[0]
        day = next(iter(find_times(rest, now)), None)
        if day and day.start <= 1 and not re.match(r"[楼栋幢]", rest[day.end :]):
            behind = re.compile("[后前]?").match(text, start + day.end)
            end = behind.end() if behind else start + day.end
            yield Term("arrival", start + day.start, end, (start, end))
            start = end
        place = _PLACE.match(text, start)
        if place and place["place"] not in {"时间", "价", "码"}:
            yield Term("pickup", match.start(), match.end(), place.span("place"))
            yield Term("place", place.start(), place.end(), None)
            return
    for match in _PICKUP_AFTER.finditer(text):
        begin = match.start("place")
        day = next(iter(find_times(match["place"], now)), None)
        if day and day.start == 0:
            end = begin + day.end + (text[begin + day.end] in "后前")
            yield Term("arrival", begin, end, (begin, end))
            begin = end
        lead = _TO_PLACE.match(text[begin : match.end("place")])
        begin += lead.end() if lead else 0
        if begin < match.end("place"):
            yield Term("pickup", begin, match.end(), (begin, match.end("place")))
            return
    for match in chain(_FETCHED_AT.finditer(text), _LEFT_AT.finditer(text)):
        begin = match.start("place")
        day = next(iter(find_times(match["place"], now)), None)
        if day and day.start == 0:
            yield Term("arrival", begin, begin + day.end, (begin, begin + day.end))
            begin += day.end
        lead = re.match("[来到在]", text[begin : match.end("place")])
        begin += lead.end() if lead else 0
        if begin < match.end("place"):
            start = begin if day else match.start()
            yield Term("pickup", start, match.end(), (begin, match.end("place")))
            return
    for match in _SENT_TO.finditer(text):
        yield Term("pickup", match.start("place"), match.end(), match.span("place"))
        return


def _times(text: str, now: datetime) -> Iterator[Term]:
    found = find_times(text, now)
    closing = _closing(text, found)
    for time in found:
        start = time.start
        before = text[max(0, start - 14) : start]
        if time is closing:
            lead = _CLOSES_BEFORE.search(before)
            start -= len(lead.group()) if lead else 0
            tail = _CLOSES.match(text, time.end)
            yield Term("deadline", start, tail.end() if tail else time.end, time.at)
            continue
        arrives = _ARRIVES.match(text, time.end)
        leads = _ARRIVES_BEFORE.search(before[-12:])
        if arrives or leads:
            start -= len(leads.group()) if leads else 0
            end = arrives.end() if arrives else time.end
            yield Term("arrival", start, end, (time.start, end))
        elif time.hour_said:
            yield Term("time", time.start, time.end, time.at)
    for match in _ARRIVAL.finditer(text):
        yield Term("arrival", match.start(), match.end(), (match.start(), match.end()))


def _closing(text: str, found: list[TimeFound]) -> TimeFound | None:
    """The time with words of closing, else a full time that stands alone between spaces."""
    for time in found:
        if time.deadline and not _ARRIVES_BEFORE.search(text[max(0, time.start - 12) : time.start]):
            return time
    for time in found:
        around = text[time.start - 1 : time.start] + text[time.end : time.end + 1]
        alone = not around.strip(" ,，。;；|｜\n!！" + MASK)
        if (
            alone
            and time.hour_said
            and not _ARRIVES_BEFORE.search(text[max(0, time.start - 12) : time.start])
        ):
            return time
    return None


def _targets(text: str, _now: datetime) -> Iterator[Term]:
    for match in _TARGET.finditer(text):
        pre, post, unit = match["pre"], match["post"], match["unit"]
        if not (post or (pre and pre not in {"满", "够", "达到"})):
            continue
        if not unit and not (post and (len(post) > 1 or pre)) and not pre:
            continue
        amount = number(match["n"])
        if not amount or (amount != int(amount) and unit not in {"元", "块"}):
            continue
        kind = PEOPLE if unit in {"人", "位", "户", "家", "户人家"} else QUANTITY
        if unit in {"元", "块"}:
            kind, amount = AMOUNT, Decimal(fen(amount))
        elif not unit and "成团" not in (post or "") and post != "团":
            kind = QUANTITY
        yield Term("target", match.start(), match.end(), (int(amount), kind, unit))
        return


def _limits(text: str, _now: datetime) -> Iterator[Term]:
    for match in _PER_PERSON.finditer(text):
        amount = number(match["n"] or match["each"] or match["m"])
        if not amount:
            continue
        household = bool(match["who"] and re.search("[户家]", match["who"]))
        # “限3份” is what one person may have, “限50份” what there is.
        total = bool(match["plain"] == "限" and amount > 10)
        kind = "limit" if total else "per_everything" if match["each"] else "per_person"
        yield Term(kind, match.start(), match.end(), (amount, household))
    for match in _EACH_TOTAL.finditer(text):
        amount = number(match["n"] or match["m"])
        if amount and MASK not in match.group():
            yield Term("limit_everything", match.start(), match.end(), (amount, False))
    for pattern in (_TOTAL, _SOLD_OUT):
        for match in pattern.finditer(text):
            amount = number(match["n"])
            if amount and MASK not in match.group():
                yield Term("limit", match.start(), match.end(), (amount, False))


def _total_tiers(text: str, _now: datetime) -> Iterator[Term]:
    for match in _TOTAL_TIER.finditer(text):
        count = number(match["n"])
        if count and count == int(count) and not match.group().startswith("超市"):
            yield Term(
                "total_tier",
                match.start(),
                match.end(),
                (int(count), fen(Decimal(match["price"]))),
            )


def _steps(text: str, _now: datetime) -> Iterator[Term]:
    for match in _STEP.finditer(text):
        yield Term("step", match.start(), match.end(), Decimal("0.5"))
        if unit := match["unit"] or match["unit2"]:
            yield Term("step_unit", match.start(), match.end(), unit)


def _fresh(text: str, _now: datetime) -> Iterator[Term]:
    for match in _FRESH.finditer(text):
        yield Term("non_returnable", match.start(), match.end(), True)


_FINDERS: tuple[Callable[[str, datetime], Iterator[Term]], ...] = (
    _fresh,
    _promotions,
    _steps,
    _total_tiers,
    _pickups,
    _times,
    _targets,
    _limits,
)
