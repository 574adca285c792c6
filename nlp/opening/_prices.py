"""Prices, packs and order units in the words of a leader: 39.9元/盒, 2斤一盒 39块9, 88一箱."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from nlp.quantities import COUNT_UNITS, UNIT, number

HAN = "零一二两三四五六七八九十百千半"
_N = r"\d{1,6}(?:\.\d{1,3})?"
PACK = re.compile(
    rf"(?:约|净重|净含量|每份|毛重)?(?<![\d.])(?:{_N}(?:[-~到]{_N})?|[{HAN}]{{1,3}})[ ]?"
    rf"(?!块(?!装))(?:{UNIT}|粒装?|钱|人份|寸|片装?|抽|层)(?:礼盒|精品|盒|箱)?装?(?:左右)?"
    rf"(?:[ ]?[x*×][ ]?\d{{1,4}}[ ]?{UNIT}?)?(?:[ ]?(?:/|每|一|1)[ ]?(?P<unit>{UNIT}))?",
    re.IGNORECASE,
)
_PRICE = re.compile(
    rf"(?P<sign>[¥￥$][ ]?)?(?<![\d.A-Za-z~-])(?P<n>\d{{1,6}}(?:\.\d{{1,2}})?(?![\d.])"
    rf"|[{HAN}]{{1,7}}(?=[块元]))"
    rf"(?P<mark>[ ]?(?:元|块钱?|rmb|圆)(?:(?P<jiao>[\d一二三四五六七八九半])(?![ ]?(?:{UNIT}"
    rf"|[\d.])))?)?"
    rf"(?P<per>[ ]?(?:/|每|per |一|1(?=[{COUNT_UNITS}斤]))[ ]?(?P<unit>{UNIT}|case|box|bag))?"
    rf"(?P<lot>(?:[ ]?/[ ]?|(?<=[元块]))(?:\d{{1,4}}"
    rf"|[两三四五六七八九十])[ ]?{UNIT}(?![ ]?[/每一]))?",
    re.IGNORECASE,
)
_NOT_PRICED = re.compile(
    rf"[ ]?(?:{UNIT}|[-~][ ]?\d)"
    rf"|(?:[x*×:%‰°号楼栋幢室期年月日周天点时分秒岁度折级寸码人户位家米层倍届次支寸抽钱]"
    r"|小时|分钟|单元|[A-Za-z])",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?![一每起包限满买送要起截今明周晚])[\u4e00-\u9fff]")
_OTHER_MONEY = re.compile(
    r"(?:原价|市场价|超市价?|门店价|专柜|商场|零售价?|划线价|日常价|运费|邮费|押金|红包|返"
    r"|返现|减|立减|省|优惠|券|定金"
    r"|满|电话|tel|微信|编号|第|型号|卡号|配送费)[:价约是]?[ ]?[¥￥]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Price:
    """A price in fen at `[start:end]`; `unit` is what it buys, `lot` a pack written behind it."""

    fen: int
    start: int
    end: int
    unit: str | None
    lot: str | None
    certain: bool


def fen(yuan: Decimal) -> int:
    """Yuan to fen, exact to the fen."""
    return int((yuan * 100).to_integral_value())


def prices(text: str) -> Iterator[Price]:
    """The selling prices in folded text, left to right; packs, hours, rooms and fees are none."""
    for match in _PRICE.finditer(text):
        price = _price(text, match)
        if price:
            yield price


def _price(text: str, match: re.Match[str]) -> Price | None:
    certain = bool(match["sign"] or match["mark"])
    end_of_number = match.end("mark") if match["mark"] else match.end("n")
    yuan = number(match["n"])
    if yuan is None or (yuan <= 0 and not certain):
        return None
    if match["jiao"]:
        yuan += (number(match["jiao"]) or Decimal(0)) / (1 if match["jiao"] == "半" else 10)
    unit, lot = match["unit"], match["lot"]
    if not certain and not match["per"] and not lot and _counted(text, match):
        return None
    if _OTHER_MONEY.search(text[max(0, match.start() - 6) : match.start()]):
        return None
    pack = lot.strip(" /") if lot else None
    return Price(fen(yuan), match.start(), max(match.end(), end_of_number), unit, pack, certain)


def _counted(text: str, match: re.Match[str]) -> bool:
    """The number counts something (12只, 5斤, 3号楼, 8-9个) and so is no price."""
    followed = _NOT_PRICED.match(text, match.end("n"))
    if not followed:
        # 丹东99草莓: a whole number inside of words is a name's.
        return "." not in match["n"] and _GLUED.match(text, match.end("n")) is not None
    # “39.9盒” writes a price and its unit together, “1.5斤” a weight.
    decimal_count = "." in match["n"] and followed.group().strip()[:1] in COUNT_UNITS
    return not decimal_count
