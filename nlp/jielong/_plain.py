"""Lines that leave nothing to interpret: “name 2盒”, “name 5-301 荔枝1箱+鸡蛋2板 放门口 已付”.

Most lines of a long list are like this. One expression reads them as the grammar would, in a tenth of
the time; whatever it is not made for is left to the grammar.
"""

import re
from decimal import Decimal
from functools import lru_cache

from nlp.jielong._body import without_wants
from nlp.jielong._header import Header
from nlp.jielong._render import read_rendered
from nlp.jielong._segments import RawEntry
from nlp.jielong._shapes import DEFAULT, Entry, EntryItem
from nlp.jielong._words import FILLER, HAN, PAID, WISH
from nlp.normalize import fold_each
from nlp.quantities import COUNT_UNITS

_NAME = r"[^\s+\-*×/|｜,，、;；:：()（）【】\[\]代帮替给_—·~]"
_SYMBOL = r"\u2600-\u26ff❤✨\U0001f300-\U0001faff"
_UNIT = "[个只件份盒箱袋包瓶罐桶提板双套组束盆支根颗粒棵条斤篮筐把串捆杯碗枚朵听]"
_ROOM = r"\d{1,2}-\d{1,2}-\d{2,4}|\d{1,3}-\d{3,4}|\d{1,3}栋\d{3,4}"
_MARKING = "付转打交给缴红清消退撤废算删划弃先了都各每全样同楼复其更修改换变再追加" + HAN
"""Characters of the marks that a grammar must read: paid, taken back, the same, changed, numbers."""
_NO_UNIT = f"(?![{COUNT_UNITS}斤克升两公千毫])"
_WISH = rf"{_NO_UNIT}(?:周[一二三四五六日](?=[拿取送自早晚下])|(?![{_MARKING}])[一-龥]){{2,12}}"
_WANTING = "要来订定买拿需报接留团拼帮共总合数量我也就还想"
_OTHER = rf"{_NO_UNIT}(?:(?![{_MARKING}{_WANTING}])[一-龥]){{2,6}}"
"""Goods that the header does not name."""
_PAYS = r"已付款?|已转账?|\d{1,4}元(?:已付|已转)?"
_EDGE = r"(?:[ ]+|[ ]*[，、][ ]*)"


class PlainLines:
    """Reads the plain lines of one list."""

    def __init__(self, header: Header) -> None:
        self._only = header.products[0] if len(header.products) == 1 else DEFAULT
        self._products = header.products
        known = "|".join(re.escape(p) for p in header.products) or r"(?!)"
        self._short = re.compile(
            rf"[ ]*(?:(?P<name>{_NAME}{{1,20}})[ ]+(?:(?P<product>{known})[ ]?)?(?P<n>\d{{1,2}})"
            rf"(?P<unit>[{COUNT_UNITS}])?"
            rf"|(?P<alone>(?:(?![\d{HAN}]){_NAME}){{1,12}}(?:\d{{3,8}})?))[ ]*"
        ).fullmatch
        ends = "(?=[ +，、（]|$)"
        item = rf"(?:(?:{known})[1-9]\d?{_UNIT}?{ends}|{_OTHER}[1-9]\d?{_UNIT}{ends})"
        self._long = re.compile(
            rf"[ ]*(?P<name>(?:(?![代帮替给])[一-龥A-Za-z{_SYMBOL}]){{1,12}}\d{{0,8}}[{_SYMBOL}]?)\ufe0f?[ ]+"
            rf"(?:(?P<room>{_ROOM})[ ]+)?"
            rf"(?P<items>{item}(?:(?:[ ]+|[+，、]){item}){{0,5}}|[1-9]\d?{_UNIT}?{ends})"
            rf"(?P<rest>(?:{_EDGE}(?:{_WISH}|{_PAYS}|1[3-9]\d{{9}})){{0,4}}(?:[ ]*（{_WISH}）)?)[ ]*"
        ).fullmatch
        self._item = re.compile(rf"([一-龥]*)([1-9]\d?)({_UNIT})?").findall
        self._goods: dict[str, bool] = dict.fromkeys(header.products, True)
        self._clear = not header.letters and all(map(self._is_clear, header.products))

    def _is_clear(self, product: str) -> bool:
        """A product that cannot be taken for a part of another word."""
        return (
            re.fullmatch(rf"(?![{COUNT_UNITS}斤克升两公千毫])[一-龥]{{2,12}}(?<!第)", product) is not None
            and not re.search(f"[{_MARKING}]", product)
            and not any(product in other for other in self._products if other != product)
        )

    def read(self, raw: RawEntry) -> Entry | None:
        """The entry, or nothing when the line needs the grammar."""
        if raw.more:
            return None
        text = raw.text
        if plain := self._short(text):
            items = _item(plain["product"] or self._only, plain["n"], plain["unit"])
            return Entry(raw.index, plain["name"] or plain["alone"], items, raw=text)
        if self._clear and (found := self._long(text)):
            return self._entry(raw, found)
        return rendered(raw)

    def _entry(self, raw: RawEntry, found: re.Match[str]) -> Entry | None:
        name, room, said, rest = found.groups()
        items: list[EntryItem] = []
        for goods, n, unit in self._item(said):
            if goods and not self._is_goods(goods):
                return None
            items += _item(goods or self._only, n, unit or None)
        remark, paid = room, False
        if rest:
            if any(fold_each(word) != word or self._is_related(word) for word in _HAN_WORDS(rest)):
                return None
            words = list(without_wants(rest))
            remark = " ".join([room, *words] if room else words) or None
            paid = "付" in rest or "已转" in _MONEY.sub("", rest)
        return Entry(raw.index, name, tuple(items), remark, raw=raw.text.strip(), paid_claim=paid)

    def _is_goods(self, word: str) -> bool:
        """A product of the header, or a word that can be nothing but a product."""
        known = self._goods.get(word)
        if known is None:
            doubtful = WISH.search(word) or FILLER.match(word) or self._is_related(word)
            known = not doubtful and fold_each(word) == word
            self._goods[word] = known
        return known

    def _is_related(self, word: str) -> bool:
        return any(word in product or product in word for product in self._products)


def rendered(raw: RawEntry) -> Entry | None:
    """The entry of a line that the bot itself has written."""
    own = None if raw.more else read_rendered(raw.text)
    if own is None:
        return None
    paid = bool(own.remark and PAID.search(own.remark))
    return Entry(raw.index, own.name, own.items, own.remark, raw=raw.text, paid_claim=paid)


_HAN_WORDS = re.compile("[一-龥]+").findall
_MONEY = re.compile(r"\d{1,4}元已转")


@lru_cache(maxsize=4096)
def _item(product: str, amount: str | None, unit: str | None) -> tuple[EntryItem, ...]:
    return (EntryItem(product, Decimal(amount or 1), unit),)
