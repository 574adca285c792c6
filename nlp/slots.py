"""What a message says beside its intent: items, amounts, places, people, times; grammar on characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import attrgetter

from nlp import signs
from nlp.normalize import Normalized
from nlp.people import Person, person
from nlp.products import Found, Products
from nlp.quantities import Quantity, implied_one, quantities

PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
_HAN_NO = "一二三四五六七八九十"
HOUSEHOLD = re.compile(
    rf"(?<![\d.])(?:\d{{1,3}}|[{_HAN_NO}]{{1,3}})(?:号楼|栋|幢|座|弄)\s?(?:(?:\d{{1,2}}"
    rf"|[{_HAN_NO}]{{1,2}})(?:单元|门|号))?"
    r"\s?(?:\d{1,2}楼)?-?\s?(?:(?:\d{2,4}|[一二三四五六七八九十〇零]{3,4})(?:室|房|户|(?![\d份箱盒袋个斤])))?"
    r"|(?<![\d.\-])\d{1,2}-\d{1,2}-\d{2,4}(?![\d.\-])|(?<![\d.\-])\d{1,2}-\d{3,4}(?![\d\-份"
    r"箱盒袋个斤]|\.\d)"
    r"|(?<![\d.])\d{1,2}单元\s?\d{2,4}室?|(?<!\d)\d{3,4}室"
)
PLACE = re.compile(
    r"(?:(?![我你您他她们到在送寄去从往住是])[一-龥]){2,4}(?:苑|小区|花园|公寓|家园|新村|广场|花苑|山庄|名邸"
    r"|华庭)(?:\d{1,3}(?:号楼|栋|幢|号)?)?"
)
_ESTATES = re.compile("苑|小区|花园|公寓|家园|新村|广场|山庄|名邸|华庭")
_ESTATE = re.compile(
    r"(?:(?![我你您他她们到在送寄去从住是给帮])[一-龥]){1,3}[里苑湾城府园庭邸郡轩阁村居区墅]$"
)
_DAY = (
    r"(?:今天|今日|今儿|明天|明日|明儿|后天|大后天|昨天|前天|今晚|明晚|后晚|今早|明早|当天|当晚|聽日|听日"
    r"|(?:(?:这|本|下下|下|上)?个?(?:周|星期|礼拜)[一二三四五六日天末])"
    r"|(?:这|本|下|上)个?(?:周|月|星期)(?![一-龥]?团)|周末"
    r"|\d{1,2}月\d{1,2}[日号]|\d{1,2}[号日](?![楼院栋]|\s?[\dx+*])|[一二三]?十[一二三四五六七八九]?号(?!楼)"
    r"|月底|月初|中秋|国庆|元旦|端午|春节|年前|节前)"
)
_PART = r"(?:凌晨|清晨|早上|早晨|大早|上午|中午|下午|傍晚|晚上|夜里|半夜|晚|早)"
_HOUR = (
    rf"(?:\d{{1,2}}|[{_HAN_NO}两]{{1,3}})(?:[点:：](?!心)(?:\d{{1,2}}分?|半|一刻|三刻"
    rf"|钟|整|[{_HAN_NO}]{{1,3}}分?)?|时)"
)
_LATER = (
    rf"(?:半|一个半|(?:\d{{1,3}}|[{_HAN_NO}两]{{1,3}})个?半?)(?:小时|分钟|个钟头|钟头|天|周"
    rf"|个月|刻钟)(?:之?[后内前]|以后|以内)"
)
TIME = re.compile(
    rf"{_DAY}的?\s?(?:{_PART}\s?)?(?:{_HOUR})?|{_PART}\s?(?:{_HOUR})?|{_HOUR}"
    rf"|{_LATER}"
)
PRICE = re.compile(
    r"(?<![\d.])(?:\d{2,4}(?:\.\d{1,2})?|\d\.\d{1,2})一[个只份盒箱袋包瓶罐桶提板套组束盆斤条篮件把]"
    r"|[¥￥$]\s?\d{1,6}(?:\.\d{1,2})?|(?<![\d.])\d{1,6}(?:\.\d{1,2})?\s?(?:元"
    r"|块钱|块(?!钱)|毛)(?:\d(?:毛\d?)?)?(?:\s?[/一每]\s?[一-龥a-z]{1,2})?"
    r"|(?<![\d.])\d{1,5}(?:\.\d{1,2})?\s?/\s?\d{0,2}[一-龥a-z]{1,2}"
    r"|(?<![\d.:])(?!\d{1,2}\.50?\s?[箱盒份板袋包件提筐])(?!(?<![a-z0-9][a-z])(?<=[a-z])\d\.5)"
    r"\d{1,5}\.\d{1,2}(?![\d.])(?!\s?(?:斤|公斤|kg|升|米))"
)
_VARIANT = re.compile(
    r"(?:\d{1,5}(?:\.\d{1,2})?|[一二两三四五六七八九十半百]{1,3})\s?(?:斤|克|公斤|千克|两|kg"
    r"|g|ml|毫升|升|l|个|枚|片|只|包|瓶|支)\s?(?:装(?!\s?[两\d一二三四五])|装|规格|一[盒箱袋份板]的"
    r"|的(?!\s?[\d一二两三四五六七八九十]))"
    r"|(?<![+x*\d.])\d{1,4}的(?=$|[\s,，。!吧])|(?<![a-z])(?:x{0,3}[sml]|\d{2,3})码"
)
_CODE = re.compile(
    r"(?<![a-z0-9])(?P<letter>[a-z])(?![a-z])(?!码|型|座|栋|区|股|站|罩)(?:款|套餐|组"
    r"|项)?|#\s?(?P<hash>\d{1,2})(?!\d)"
    r"|(?<![\d.])(?P<no>\d{1,2}(?=号(?![楼院栋店线])\s?(?:[x+*]|[\d一二两三四五六七八九十俩仨半]))"
    r"|[1-9](?=号[要来]\s?[\d一两二三四五]))号"
    r"|第(?P<nth>[一二三四五六七八九十\d]{1,2})(?:个|款|样|种|项)"
)
SAME = re.compile(
    r"^\s?(?:跟|和|照|同)[^,，\s]{1,6}一样的?\s?$|同上|同楼上|(?:跟|和"
    r"|照|按|同)(?:楼上|上面|前面|他|她|你|您|\d{3,4}|\d{1,2}栋\d{3,4}"
    r"|上次"
    r"|上一位|刚才|老规矩|隔壁)[一-龥]{0,3}?(?:一样|一致|来一份|要的|的来|来)|(?:跟|和|照|按|同)(?:楼上"
    r"|上面|上次|上一个|老样子)|^\s?(?:我)?(?:跟|按)(?:上|前)面?的?(?:来|要|接)?\s?$|我也是|我也一样"
    r"|^\s?(?:我|我也|也)?(?:要)?一样的?(?![一-龥]*[东心样])|老样子|照旧|(?:跟|和|按|照)上(?:次|回"
    r"|期)(?:的)?一?样?|还是那些|还是老规矩|老规矩|复制(?=$|楼上|[一\s])|^\s?同样(?:的|来一份)?$|抄作业"
    r"|照抄|一样来一份|一样的来|一样一份|一样给我|我要一样|要一样的|ditto"
)
_COUNT_WORDS = {c: i + 1 for i, c in enumerate("一二三四五六七八九十")}
_LONG_NUMBER = re.compile(r"\d\d\d")
_EACH = re.compile(r"各|每[样种款]|一样一")
_ITEMS_AT_MOST = 60
_SAME_HINT = re.compile("[样同照抄]|[跟按和]楼上|^\\s?我?[跟按][上前]|我也是|复制|还是那些|老规矩")


@dataclass(slots=True)
class Piece:
    """A product word, an item code or an amount, in the order of the text."""

    kind: str
    start: int
    end: int
    found: Found | None = None
    code: str | None = None
    quantity: Quantity | None = None


@dataclass(slots=True)
class Slots:
    """Everything found in one message; `taken` marks characters that are explained."""

    note: Normalized
    text: str
    taken: bytearray
    pieces: list[Piece] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    amounts: list[Quantity] = field(default_factory=list)
    phone: str | None = None
    address: str | None = None
    address_at: tuple[int, int] = (0, 0)
    on_behalf_of: str | None = None
    person_at: tuple[int, int] = (0, 0)
    with_self: bool = False
    time: str | None = None
    price: bool = False
    variant: bool = False
    same: tuple[int, int] | None = None
    each: bool = False
    codes: int = 0
    signs: int = 0
    """What the text holds, see `nlp.signs`."""

    def name_person(self, found: Person) -> None:
        """The message is for this person."""
        self.on_behalf_of = self.note.surface(found.start, found.end)
        self.person_at = (found.start, found.end)
        self.with_self = found.with_self
        self.taken[found.start : found.end] = b"\x01" * (found.end - found.start)


def read(note: Normalized, products: Products, open_names: Sequence[str] | None) -> Slots:
    """Finds every slot of the message; rules decide later which of them matter."""
    text = note.text
    slots = Slots(note, text, bytearray(len(text)), [], products.find(text, open_names), [])
    slots.signs = held = signs.signs(text)
    if held & (signs.DIGIT | signs.BUILDING) or (held & signs.HOUSE and ("号楼" in text or "单元" in text)):
        _numbers_of_other_things(slots)
    if slots.found:
        _names_first(slots)
    if held & signs.TIME or "分钟" in text:
        _times(slots)
    if held & (signs.ESTATE | signs.SOMEBODY):
        _people(slots)
    if held & (signs.LETTER | signs.DIGIT | signs.NTH):
        _codes(slots)
    _amounts(slots)
    if len(slots.pieces) > 1:
        slots.pieces.sort(key=_start)
    if held & signs.SAME and _SAME_HINT.search(text) and (same := SAME.search(text)):
        slots.same = same.span()
    slots.each = bool(held & signs.EACH and _EACH.search(text))
    return slots


_start = attrgetter("start")


def _amounts(slots: Slots) -> None:
    if slots.signs & signs.NUMERAL:
        slots.amounts = list(islice(quantities(slots.text, slots.taken), _ITEMS_AT_MOST))
    if not slots.amounts and slots.pieces and (one := implied_one(slots.text, slots.taken)):
        slots.amounts.append(one)
    for amount in slots.amounts:
        slots.pieces.append(Piece("amount", amount.start, amount.end, None, None, amount))


def _mark(slots: Slots, start: int, end: int) -> None:
    slots.taken[start:end] = b"\x01" * (end - start)


def _free(slots: Slots, start: int, end: int) -> bool:
    return 1 not in slots.taken[start:end]


def _numbers_of_other_things(slots: Slots) -> None:
    """Phones, households, prices and sizes: numbers that are no amounts."""
    text, held = slots.text, slots.signs
    if _LONG_NUMBER.search(text) and (phone := PHONE.search(text)):
        slots.phone = "".join(c for c in phone[0] if c.isdigit())
        _mark(slots, *phone.span())
    if held & signs.HOUSEHOLD:
        _households(slots)
    if held & signs.SIZE:
        for variant in _VARIANT.finditer(text):
            if _free(slots, *variant.span()):
                slots.variant = True
                _mark(slots, *variant.span())
    if held & signs.MONEY:
        for price in PRICE.finditer(text):
            if _free(slots, *price.span()):
                slots.price = True
                _mark(slots, *price.span())


def _households(slots: Slots) -> None:
    text = slots.text
    for place in HOUSEHOLD.finditer(text):
        if _free(slots, *place.span()):
            start, end = _trim(text, *place.span())
            moved = text[max(0, start - 2) : start] in ("改到", "换到", "搬到", "改成", "换成", "送到")
            if named := _ESTATE.search(text[max(0, start - 5) : start]):
                start -= len(named[0])
            _mark(slots, start, end)
            if slots.address is None or moved:
                slots.address = slots.note.surface(start, end)
                slots.address_at = (start, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    return start, end


def _names_first(slots: Slots) -> None:
    strong = {name for found in slots.found if not found.weak for name in found.names}
    for found in slots.found:
        if found.weak and found.names[0] in strong:
            # 苹果大果2箱: the 果 of an apple that is named already.
            continue
        if _free(slots, found.start, found.end):
            _mark(slots, found.start, found.end)
            slots.pieces.append(Piece("product", found.start, found.end, found))


def _times(slots: Slots) -> None:
    text = slots.text
    best = -1
    for time in TIME.finditer(text):
        start, end = _trim(text, *time.span())
        if not _free(slots, start, end) or (end - start == 1 and text[start] in "晚早"):
            continue
        if text[end : end + 1] == "的" and text[start:end].isdigit():
            continue
        if (code := _CODE.match(text, start)) and code["no"]:
            continue  # 3号一份: the third item, no day
        _mark(slots, start, end)
        weight = _weight(text, end)
        if weight > best:
            best = weight
            end += 1 if text[end : end + 1] == "前" else 0
            slots.time = slots.note.surface(start, end)


_ACTS = re.compile(r"^\s?(?:前|之前|准时)?\s?(?:截|停|结|封|收|发车|拿|取|送|到|自提|报名|接龙)")


def _weight(text: str, end: int) -> int:
    """The time that belongs to an act (截, 拿, 送) matters more than one said in passing."""
    return 1 if _ACTS.match(text[end : end + 6]) else 0


def _people(slots: Slots) -> None:
    if (
        slots.address is None
        and slots.signs & signs.ESTATE
        and _ESTATES.search(slots.text)
        and (place := PLACE.search(slots.text))
    ):
        slots.address = slots.note.surface(*place.span())
        slots.address_at = place.span()
    if not slots.signs & signs.SOMEBODY:
        return
    found = person(slots.text, slots.taken, slots.address_at)
    if found is not None:
        slots.name_person(found)


_GLUED = re.compile(r"(?<![a-z0-9])(?:[a-wyz]\d{1,2}){2,6}(?![a-z0-9])")
"""a2b1: letters and amounts without any room between them."""
_GLUED_LENGTH = 4
_GLUED_CODE = re.compile(r"(?P<letter>[a-z])(?P<hash>$.)?(?P<no>$.)?(?P<nth>$.)?(?=\d)")


_BARE_CODES = re.compile(r"(?<![\d.])[1-9](?:[\s,、和跟]+[1-9]){1,8}(?=\s?(?:号|款|样)?各)")
"""“2 3各一份”: the second and the third item."""


def _codes(slots: Slots) -> None:
    text = slots.text
    if "各" in text and (bare := _BARE_CODES.search(text)):
        for digit in re.finditer(r"[1-9]", bare[0]):
            at = bare.start() + digit.start()
            _mark(slots, at, at + 1)
            slots.codes += 1
            slots.pieces.append(Piece("code", at, at + 1, code=chr(64 + int(digit[0]))))
    glued = _GLUED.search(text) if len(text) >= _GLUED_LENGTH else None
    inside = _GLUED_CODE.finditer(text, glued.start(), glued.end()) if glued else ()
    for code in chain(inside, _CODE.finditer(text)):
        start, end = code.span()
        if 1 in slots.taken[start:end]:
            continue
        if letter := code["letter"]:
            # x before a number multiplies; a lone letter inside Latin text is no code.
            after = text[end : end + 2]
            if letter == "x" and (after[:1].isdigit() or after[1:2].isdigit()):
                continue
            if letter in "gl" and start and text[start - 1].isdigit():
                continue
            name = letter.upper()
        else:
            number = code[code.lastgroup or 0]
            place = int(number) if number.isdigit() else _COUNT_WORDS.get(number, 0)
            if not 1 <= place <= 26:
                continue
            name = chr(64 + place)
        _mark(slots, start, end)
        slots.codes += 1
        slots.pieces.append(Piece("code", start, end, None, name))
