"""What a list's header says about its goods, and whether it sells any."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from nlp.normalize import fold_each
from nlp.opening import parse_opening
from nlp.quantities import UNIT

_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""Only the places of times in the header matter here, not the moments they mean."""
_ROLL_CALL = re.compile(
    r"打卡|签到|值班|投票|分工|会议|开会|例会|活动报名|报名表|考勤|读书|阅读|背诵|运动|健身"
    r"|疫苗|接种|核酸|体温|到校|返校|作业"
    r"|家长会|志愿者|代表会|运动会|信息登记|登记表|在不在|参会|聚餐|团建|排班|生日祝福|抽奖"
    r"|接送|报到|点名|统计人数"
)
_TRADE = re.compile(
    rf"\d(?:[.]\d+)?[ ]?(?:元|块|/|一{UNIT})|[¥￥$]\d|团购|开团|拼团|预[订定售]|下单|成团"
    rf"|截单|限购|限量|每户限|团$|斤装"
)
_CALENDAR = re.compile(
    r"^(?:(?:本|这|下)?(?:周|星期|礼拜)[一二三四五六日天末]?|今[日天晚]|明[日天晚早]|后天"
    r"|\d{1,2}[月./]\d{1,2}[日号]?|\d{1,2}[日号]|端午|中秋|国庆|春节|元旦|早市|夜市"
    r"|第[一二三四五六七八九十\d]{1,3}[期批])(?:的)?"
)
_TAIL = re.compile(
    r"(?:(?:本|这|下)?周[一二三四五六日天末]|今[天晚]|明[天早晚]|后天|当天|下午"
    r"|上午)?(?:统一)?(?:到货?|发货?|送|自提)$"
    r"|(?:开始|继续)?(?:接龙|开团|团购|拼团|预订|预定|报名|统计|团|专场|来了|来啦)+$"
)
_LONGEST_WORD = 80
"""Characters of a word that may hold a product beside days and calls to join."""
_LONGEST_TITLE = 400
_NOT_GOODS = re.compile(
    r"专场|菜单|水果$|合并|通知|两款|几款|以下|如下|品种|大家|各位|群"
    r"|接龙|抽签"
)


@dataclass(frozen=True, slots=True)
class Header:
    """`products` in order; `letters` maps an item letter to its product; `trade`: yes, no or unsure."""

    products: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    trade: bool | None = None


def read_header(lines: list[str]) -> Header:
    """Products and kind of the list that these header lines introduce."""
    text = "\n".join(lines)[:2_000]
    if not text.strip():
        return Header()
    folded = fold_each(text)
    priced = [i for i in parse_opening(text, _ANY_MOMENT).items if i.price_fen is not None]
    if priced:
        letters = tuple(i.code for i in priced) if re.search(r"(?:^|[\s,，【\[(（])[Aa]", folded) else ()
        return Header(_distinct(_goods(i.name) for i in priced), letters, True)
    if _ROLL_CALL.search(folded):
        return Header(trade=False)
    name = _unpriced(lines)
    trade = True if _TRADE.search(folded) else None
    return Header((name,) if name else (), (), trade)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for n in names if n))


def _goods(name: str) -> str:
    chunks = name.split()
    while len(chunks) > 1 and (_NOT_GOODS.search(chunks[0]) or _CALENDAR.match(chunks[0])):
        chunks = chunks[1:]
    bare = _CALENDAR.sub("", " ".join(chunks)).strip()
    bare = re.sub(r"(?<=[\u4e00-\u9fff]{2})团$", "", bare)
    return bare or name


def _unpriced(lines: list[str]) -> str | None:
    """The product of a title without a price: 瑞士卷周四到, 周末荔枝团."""
    for line in lines[:2]:
        draft = parse_opening(line[:_LONGEST_TITLE], _ANY_MOMENT)
        named = draft.items[0].name if draft.items else draft.title
        for word in re.split(r"[\s,，。;；!！|｜:：]+", named or line):
            if len(word) > _LONGEST_WORD:
                continue
            bare = _TAIL.sub("", _CALENDAR.sub("", word.strip("「」【】《》[]()（）")))
            bare = _TAIL.sub("", bare)
            if 1 < len(bare) <= 10 and not _NOT_GOODS.search(bare) and not bare.startswith("@"):
                return bare
    return None
