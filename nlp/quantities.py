"""Numbers and units as people write them, and the arithmetic of packs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import NamedTuple

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "俩": 2, "仨": 3, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7,
    "捌": 8, "玖": 9, "幺": 1,
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_HAN = "零〇一二两三四五六七八九十百千万廿卅俩仨半壹贰叁肆伍陆柒捌玖拾佰仟"
_HALF = Decimal("0.5")

WEIGHTS = {"g": 1, "克": 1, "两": 50, "斤": 500, "jin": 500, "kg": 1000, "公斤": 1000, "千克": 1000}
"""Grams: the units that divide (contract 9.7)."""
VOLUMES = {"ml": 1, "毫升": 1, "升": 1000, "l": 1000}
COUNT_UNITS = (
    "个只件份盒箱袋包瓶罐桶提板双套组束盆枝支根颗粒棵头尾片块张卷筐篮扎把串捆壶杯碗排枚朵饼听条对单打"
    "株篓屉笼碟盘筒匹刀圈节坛托帖贴爿令摞格层副本台辆瓣轮车兜扇床顶挂"
)
_PINYIN_UNITS = {
    "jin": "斤", "xiang": "箱", "he": "盒", "ge": "个", "fen": "份", "dai": "袋", "bao": "包",
    "ban": "板", "ping": "瓶", "zhi": "只", "tiao": "条", "kuang": "筐", "guan": "罐", "tong": "桶",
    "ti": "提", "lan": "篮",
}  # fmt: skip
_SAME_UNIT = {
    "枚": "个",
    "粒": "个",
    "颗": "个",
    "公斤": "kg",
    "千克": "kg",
    "毫升": "ml",
    "l": "升",
    "克": "g",
}
UNIT = (
    rf"(?:公斤|千克|毫升|kg|ml|口(?=\s?(?:锅|井|$))|[{COUNT_UNITS}](?:装(?=吧|$))?|[斤克升两]|g(?![a-z])"
    rf"|l(?![a-z])"
    rf"|(?:{'|'.join(_PINYIN_UNITS)})(?![a-z]))"
)
_ARABIC = r"\d{1,12}(?:\.\d{1,4})?(?![\d.]*\d)"
_NUMBER = rf"(?:{_ARABIC}|[{_HAN}]{{1,8}})"
_QUANTITY = re.compile(
    rf"(?P<sign>\+|[x*](?=\s?[\d{_HAN}])|(?<![\d\-])-(?=\s?[\d{_HAN}]))?\s?"
    rf"(?P<low>{_NUMBER})(?:\s?[-~到至]\s?(?P<high>{_NUMBER}))?"
    rf"(?P<about>来|几|多)?\s?(?P<unit>{UNIT})?(?P<half>半(?![{COUNT_UNITS}斤克升两公]))?"
)
_STARTS = re.compile(rf"[\d{_HAN}]")
_ORDINAL = re.compile(r"第\s?$")
_NOT_AFTER = re.compile(
    r"\s?(?:[点:：/](?!\s?心)|元|块[钱\d一二三四五六七八九]|毛|号[楼院]?"
    r"|楼|栋|幢|单元|室|期|群|年|月|日|周|天|小时|分钟|"
    r"秒|岁|米|公里|平|度|折|%|％|人|次|遍|班|路|集|届|名|位|里|倍|期|街"
    r"|弄|哥|姐|妹|宝|胎|码|寸|页|题|级|线|环|中|"
    r"加\d|比\d|:\d|·|\.\d|钱|e\d)"
)
_IDIOM = re.compile(
    r"一(?:样|起|下|点|些|直|共|定|会|般|旦|边|路|切|生|早|面|致|律|块"
    r"|半天|天到晚|家|次|流|模|言|看|想|吃|喝|买"
    r"|擦|打开|拆|闻|试|用|洗|股|堆|口(?![^,，]{0,3}锅)|屁|脸|番|同|刀两断|种|大|套房|楼|带|心|带而过"
    r"|拖再拖|抢)"
    r"|半(?:天|夜|价|路|死|成品|信半|年|月|个月|小时|年|熟|个小时|个多"
    r"|场|山|马|岛|边|年|筋|径)|千(?:万|里|层|层饼|岛|张|禧)"
    r"|万(?:一|分|科|达|岁|能)|百(?:度|合|香|分|姓|岁|货|事|叶|里|忙)|三(?:文"
    r"|黄|七|明治|角|方|八)|五(?:花|香|常|金|粮|彩|星|谷|一)"
    r"|八(?:宝|角|卦|成|珍)|十(?:三香|分|全|字|足)|六(?:一|神|六)|九(?:孔"
    r"|制|阳|江|龙)|七(?:夕|喜)|双(?:十一|11)|四(?:川|季|喜|海)"
    r"|二(?:手|维|楼|胎)|两(?:边|头|面|口子|样|者)|零(?:食|添加|售|钱|花)"
)


class Quantity(NamedTuple):
    """One amount in a text: `text[start:end]`.

    `sign` is "+", "-", "x" or "" as written; `half_way` tells 半 said without a number after it.
    `unit_at` is where the unit is written, -1 when it is not.
    """

    value: Decimal
    unit: str | None
    start: int
    end: int
    sign: str = ""
    at_most: Decimal | None = None
    unit_at: int = -1
    counts: bool = False
    """俩 and 仨 hold their 个 already."""

    @property
    def bare(self) -> bool:
        """A number alone, which may be anything."""
        return self.unit is None and not self.sign and not self.counts


@lru_cache(maxsize=2048)
def number(text: str) -> Decimal | None:
    """The value of 12, 2.5, 十二, 两百五, 廿, 半, 俩; None when it is none."""
    if text[:1].isdigit():
        try:
            return Decimal(text)
        except ArithmeticError:
            return None
    return _han_number(text)


def _han_number(text: str) -> Decimal | None:
    if text == "半":
        return _HALF
    text = text.replace("廿", "二十").replace("卅", "三十")
    if text.endswith("半") and len(text) > 1:
        whole = _han_number(text[:-1])
        return None if whole is None else whole + _HALF
    if "万" in text:
        head, _, tail = text.partition("万")
        high, low = _han_number(head or "一"), _han_number(tail) if tail else Decimal(0)
        if high is None or low is None:
            return None
        return high * 10_000 + (low * 1_000 if len(tail) == 1 and tail in _DIGITS else low)
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> Decimal | None:
    if all(c in _DIGITS for c in text) and len(text) > 1:
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total, digit, last = 0, None, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            last = _TENS[c]
            total += (1 if digit is None else digit) * last
            digit = None
        else:
            return None
    if digit is not None:
        # 两百五 is 250: a last digit right after 百 or 千 counts the next lower power.
        short = last >= 100 and text[-2:-1] in _TENS
        total += digit * (last // 10 if short else 1)
    return Decimal(total)


def _two_numbers(text: str) -> tuple[Decimal, Decimal] | None:
    """两三 → 2 and 3; 十七八 → 17 and 18."""
    head, tail = text[:-2], text[-2:]
    if len(tail) == 2 and all(c in _DIGITS for c in tail) and "零" not in tail and "〇" not in tail:
        low, high = _DIGITS[tail[0]], _DIGITS[tail[1]]
        base = _han_number(head) if head else Decimal(0)
        if base is not None and high == low + 1 and (not head or head[-1] in _TENS):
            return base + low, base + high
    return None


IMPLIED = re.compile(
    r"(?:要|来|拿|订|加|留|整|带)(?P<unit>[个只箱盒袋份条把瓶板提包])(?![人小大月星电话头子儿半一])"
)
"""要个, 来盒: one of it, when a product is named."""


def implied_one(text: str, taken: bytearray) -> Quantity | None:
    """The one that “来盒苹果” orders without a number."""
    found = IMPLIED.search(text)
    if found is None or any(taken[found.start("unit") : found.end("unit")]):
        return None
    start = found.start("unit")
    return Quantity(Decimal(1), found["unit"], start, found.end(), unit_at=start)


def quantities(text: str, taken: bytearray | None = None) -> Iterator[Quantity]:
    """Every amount in `text`, left to right; characters marked in `taken` belong to something else."""
    at, length = 0, len(text)
    while (begin := _STARTS.search(text, at)) is not None:
        place = begin.start()
        if taken is not None and taken[place]:
            at = place + 1
            continue
        from_ = place
        if place and text[place - 1] in "+-x*":
            from_ = place - 1
        elif place > 1 and text[place - 1] == " " and text[place - 2] in "+-x*":
            from_ = place - 2
        found = _QUANTITY.match(text, from_) or _QUANTITY.match(text, place)
        quantity = None if found is None else _read(text, found, taken)
        if quantity is not None:
            yield quantity
            at = quantity.end
        else:
            at = max(place + 1, _skip(text, place))
        if at >= length:
            return


def _skip(text: str, place: int) -> int:
    """Behind a run of digits that is no amount, so that its tail is not read as one."""
    while place < len(text) and (text[place].isdigit() or text[place] == "."):
        place += 1
    return place


def _read(text: str, found: re.Match[str], taken: bytearray | None) -> Quantity | None:
    start, end = found.span()
    sign, low, high, about, unit, half = found.groups()
    low_at, low_end = found.span("low")
    unit_at = found.start("unit")
    if unit and taken is not None and 1 in taken[unit_at : found.end("unit")]:
        unit, end = None, unit_at
    written = low[0].isdigit()
    if not written and _is_idiom(text, found, unit):
        return None
    # 半 and 两 are numbers and units at once: 三斤半, 三两, 一个半.
    if unit is None and len(low) > 1 and low[-1] == "两" and not written:
        low, unit, low_end = low[:-1], "两", low_end
    if "第" in text[max(0, low_at - 2) : low_at] and _ORDINAL.search(text[max(0, low_at - 2) : low_at]):
        return None
    rest = text[end : end + 4]
    if rest and (unit is None or unit in _ALSO_ELSEWHERE) and _NOT_AFTER.match(rest):
        return None
    if unit is None and about:
        end = low_end
    value, at_most = number(low), None
    pair = None if written or high else _two_numbers(low)
    if pair:
        value, at_most = pair
    elif high:
        at_most = number(high)
    if value is None:
        return None
    if half and unit:
        value += _HALF
    if unit is None:
        unit_at = -1
    elif unit_at < 0:
        unit_at = low_end - 1
    elif len(unit) == 2 and unit[1] == "装":
        unit = unit[0]
    if sign == "*":
        sign = "x"
    return Quantity(value, unit, start, end, sign or "", at_most, unit_at, low == "俩" or low == "仨")


_ALSO_ELSEWHERE = frozenset(("块", "单", "层", "家", "户", "节"))
"""Units that begin other words, too."""


def _is_idiom(text: str, found: re.Match[str], unit: str | None) -> bool:
    """一样, 半天, 三文鱼: a number within a word."""
    low = found["low"]
    idiom = _IDIOM.match(text, found.start("low"))
    if idiom is None:
        return False
    single = unit and len(low) == 1 and idiom[0] != low + unit and idiom.end() <= found.end("low")
    as_unit = unit and idiom.end() == found.end("unit") and unit in "块套种面"
    return not single and not as_unit


# ------------------------------------------------------------------------------- units and packs


@dataclass(frozen=True, slots=True)
class Converted:
    """So many of the unit that the group buy counts."""

    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It does not divide: `lower` units are `lower_says`, `upper` units are `upper_says` of what was said."""

    lower: Decimal
    lower_says: Decimal
    upper: Decimal
    upper_says: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing on file relates the two units."""

    unit: str


_PACK = re.compile(
    rf"(?:(?P<outer_n>\d{{1,6}}|[一])?\s?(?P<outer>{UNIT}))?\s?(?:=|约|共|有|装|/|×|x|\*|各|每|:)?\s?"
    rf"(?:约|共|有)?\s?(?P<inner_n>\d{{1,9}}(?:\.\d{{1,4}})?)\s?(?P<inner>{UNIT})"
    rf"(?:\s?(?:/|每|装/)\s?(?P<per>{UNIT}))?"
)


def canonical_unit(unit: str) -> str:
    """One name for the spellings of a unit: 個 → 个, xiang → 箱, 千克 → kg, 枚 → 个."""
    from nlp.normalize import fold

    plain = fold(unit).strip()
    plain = _PINYIN_UNITS.get(plain, plain)
    return _SAME_UNIT.get(plain, plain)


def packs(pack: str | None, order_unit: str) -> dict[str, Decimal]:
    """How many of each smaller unit one `order_unit` holds, from “1板=30枚” or “2斤/盒，约40颗”."""
    if not pack:
        return {}
    from nlp.normalize import fold

    outer = canonical_unit(order_unit)
    held: dict[str, Decimal] = {}
    for part in re.split(r"[,，;；、]", fold(pack)[:200]):
        for found in _PACK.finditer(part):
            inner = canonical_unit(found["inner"])
            named = found["per"] or found["outer"]
            if named and canonical_unit(named) not in (outer, inner):
                continue
            if inner == outer:
                continue
            count = Decimal(found["inner_n"])
            each = Decimal(found["outer_n"]) if (found["outer_n"] or "").isdigit() else Decimal(1)
            if count > 0 and each > 0:
                held.setdefault(inner, count / each)
    return held


def _base(unit: str) -> tuple[str, Decimal] | None:
    for kind, table in (("weight", WEIGHTS), ("volume", VOLUMES)):
        if unit in table:
            return kind, Decimal(table[unit])
    return None


def to_order_unit(
    qty: Decimal, unit: str | None, order_unit: str, pack: str | None
) -> Converted | Ambiguous | Unknown:
    """`qty` of `unit` in the unit that the group buy counts; see Converted, Ambiguous and Unknown.

    No unit, or the neutral 份 and 个, mean the order unit itself, and whatever can be counted is a 份 where
    the offer names no other unit; weights divide, a pack must come out even.
    """
    if unit is None:
        return Converted(qty)
    said, wanted = canonical_unit(unit), canonical_unit(order_unit)
    if said == wanted:
        return Converted(qty)
    if said == "打" and wanted == "个":
        return Converted(qty * 12)
    direct = _ratio(said, wanted)
    if direct is not None:
        return Converted(qty * direct)
    held = packs(pack, order_unit)
    for inner, count in held.items():
        ratio = Decimal(1) if inner == said else _ratio(said, inner)
        if ratio is None and said == "打" and inner in ("个", "罐", "瓶", "支", "只"):
            ratio = Decimal(12)
        if ratio is not None:
            return _divided(qty, qty * ratio / count, count / ratio, unit)
    if said in ("份", "个", "单", "件") or (wanted == "份" and said in COUNT_UNITS):
        return Converted(qty)
    return Unknown(unit)


def _ratio(unit: str, other: str) -> Decimal | None:
    a, b = _base(unit), _base(other)
    if a is None or b is None or a[0] != b[0]:
        return None
    return a[1] / b[1]


def _divided(qty: Decimal, share: Decimal, one: Decimal, unit: str) -> Converted | Ambiguous:
    lower = share.to_integral_value(ROUND_FLOOR)
    if lower == share:
        return Converted(share)
    upper = share.to_integral_value(ROUND_CEILING)
    return Ambiguous(lower, lower * one, upper, upper * one, unit)
