"""What must not be read by a whole group: phone numbers, rooms and addresses, found and masked.

Rules from product/laws 9 and contract §9.10, §9.16: members' data is masked, the shop's own numbers
and pickup points may be said. Numbers are found in disguise, too: Chinese digits, full width, emoji
digits, broken up by blanks, dots or words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_HANS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺么两", "00123456789123456789112", strict=True))
_FORMS = {
    chr(code): str(unicodedata.digit(chr(code)))
    for start, end in ((0xFF10, 0xFF1A), (0x2460, 0x2469), (0x2776, 0x277F), (0x1D7CE, 0x1D800))
    for code in range(start, end)
    if unicodedata.digit(chr(code), None) is not None and unicodedata.digit(chr(code)) < 10
}
_FORMS["⓪"] = "0"
_DIGIT_OF = {**{d: d for d in "0123456789"}, **_FORMS, **_HANS}
_D = "[" + "".join(_DIGIT_OF) + "]"
_ONE = "[" + "".join(char for char, digit in _DIGIT_OF.items() if digit == "1") + "]"
_UPPER = "[" + "".join(char for char, digit in _DIGIT_OF.items() if digit in "3456789") + "]"
_TAIL = "[\ufe0f\ufe0e\u20e3\u200b-\u200f\u2060\ufeff]{0,3}"
"""What makes a digit an emoji (1️⃣), and characters that nobody sees."""
_GAP = rf"{_TAIL}[ \t\u3000\u2005\xa0\-－—–.·•。,，、_~～*＊/|]{{0,3}}{_TAIL}"

PHONE = re.compile(rf"(?<!{_D})(?<![.．]){_ONE}{_GAP}{_UPPER}(?:{_GAP}{_D}){{9}}{_TAIL}(?!{_D})")
"""A mainland mobile number, plain, disguised or broken up."""

_N = r"[0-9０-９]"
ROOM = re.compile(
    rf"(?<![0-9０-９A-Za-z.\-－—:：¥￥])(?P<head>{_N}{{1,2}}[-－—–])(?P<door>{_N}{{3,4}})(?:室)?"
    rf"(?![0-9０-９]|\s?[-－—.．:：/~～%]|\s?(?:元|块|份|个|斤|克|公斤|千克|盒|箱|板|袋|包|枚|只|条|瓶|"
    r"人|户|单|天|分|秒|号线|g|kg|ml|l|cm|mm|年|月|日|万|步|米|点|度|种|张|颗|片|桶|罐|听|杯)(?![一-龥]?[室]))",
    re.IGNORECASE,
)
"""5-301 and its like, where it is no span of prices, amounts or dates."""
_NUM = r"[0-9０-９一二三四五六七八九十百]"
PLACE = re.compile(
    rf"(?:{_NUM}{{1,4}}\s?(?:号楼|栋|幢|座|號樓|号院|弄|号|期))\s?(?:{_NUM}{{1,3}}\s?(?:单元|門|门|号楼|号|号门|梯|楼))?"
    rf"\s?(?:{_NUM}{{2,5}})\s?(?:室|房|号房|户)?(?![0-9０-９]|\s?(?:元|块|份|个|斤|盒|箱|板|袋|包|点|人|户|天|月|日|年|:|："
    r"|-|~))"
)
"""3号楼402室, 12栋2单元1501, 88弄7号302室: a door, not the building alone."""
STREET = re.compile(
    rf"[一-龥]{{2,8}}?(?:路|街|大道|巷|胡同|新村|小区|花园|公寓)\s?{_NUM}{{1,5}}\s?(?:号|弄)"
    rf"(?:\s?{_NUM}{{1,4}}\s?(?:号楼|号|栋|幢|弄|单元))*(?:\s?{_NUM}{{2,5}}\s?(?:室|房)?)?"
)
"""A street with a number."""
_PERSONAL = re.compile(r"(?:身份证|银行卡|卡号)\D{0,6}(\d{12,19}[\dXx]?)")


def phones(text: str) -> list[str]:
    """The mobile numbers in a text, digits only, however they are written."""
    return [digits_of(found.group()) for found in PHONE.finditer(text)]


def addresses(text: str) -> list[str]:
    """The rooms, doors and streets in a text, as written."""
    spans = sorted((m.start(), m.end()) for pattern in (STREET, PLACE, ROOM) for m in pattern.finditer(text))
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return [text[start:end].lstrip("我家住在到送是的址：: ") for start, end in found]


def without_numbers(text: str) -> str:
    """A text with blanks for its mobile numbers, which tell nothing about what is meant."""
    if len(text) < 11 or not _HINT.search(text):
        return text
    return PHONE.sub(lambda found: " " * len(found.group()), text)


def reveals(text: str) -> bool:
    """Whether a text holds a mobile number or a street address: what belongs in private (L2).

    Cheap for ordinary chatter. A room alone (5-301) is how neighbours sign up, so it is no breach.
    """
    if len(text) < 6 or not _HINT.search(text):
        return False
    return PHONE.search(text) is not None or STREET.search(text) is not None


@dataclass(frozen=True, slots=True)
class Public:
    """Numbers and places that the shop itself publishes: facts, pickup points, a leader's notice."""

    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Public":
        """What these texts make public."""
        said = list(texts)
        return cls(
            frozenset(number for text in said for number in phones(text)),
            frozenset(_plain(place) for text in said for place in addresses(text)),
        )


NOTHING = Public()


def guard(text: str, own: Public = NOTHING) -> str:
    """A text fit for a group: numbers, doors and streets masked, except the shop's own."""
    if not _SUSPECT.search(text):
        return text

    def phone(found: re.Match[str]) -> str:
        digits = digits_of(found.group())
        return found.group() if digits in own.numbers else mask_phone(digits)

    def place(found: re.Match[str]) -> str:
        whole = found.group()
        known = _plain(whole)
        shops = any(known in mine or known.endswith(mine) for mine in own.places)
        return whole if shops else mask_place(whole)

    masked = PHONE.sub(phone, text) if _HINT.search(text) else text
    for signs, pattern in _PLACES:
        if signs.search(masked):
            masked = pattern.sub(place, masked)
    if "卡" in masked or "证" in masked:
        masked = _PERSONAL.sub(lambda found: found.group().replace(found[1], "****"), masked)
    return masked


_PLACES = (
    (re.compile("[路街道巷同村区园寓]"), STREET),
    (re.compile("[楼栋幢座樓院弄号期]"), PLACE),
    (re.compile("[-－—–]"), ROOM),
)
"""Each kind of place, after the characters without which there is none."""
_SUSPECT = re.compile(rf"(?:{_D}{_GAP}){{3}}|[路街弄栋幢室]")
_HINT = re.compile(rf"(?:{_D}{_GAP}){{8}}|[路街道巷同村区园寓]\s?{_NUM}")


def mask_private(text: str) -> str:
    """A text as it may be kept: numbers, doors and streets masked without exception."""
    return guard(text)


def mask_phone(digits: str) -> str:
    """13812345678 → 138****5678."""
    return f"{digits[:3]}****{digits[-4:]}"


def mask_household(household: str) -> str:
    """5-301 → 5-3**: the building stays readable for sorting, the door does not."""
    head, dash, tail = household.rpartition("-")
    return f"{head}{dash}{tail[:1]}{'*' * (len(tail) - 1)}" if tail else household


def mask_place(place: str) -> str:
    """3号楼402室 → 3号楼4**: the last number is the door; only its first digit stays."""
    doors = list(re.finditer(rf"{_NUM}+", place))
    if not doors:
        return place
    door = doors[-1]
    hidden = door.group()[0] + "*" * max(len(door.group()) - 1, 2)
    street = STREET.match(place)
    if street is not None:  # of a street address only the street's name stays
        first = doors[0]
        return f"{place[: first.start()]}**"
    return place[: door.start()] + hidden


def mask_name(name: str) -> str:
    """A proxy's name longer than two characters: 欧阳小美 → 欧** (contract §9.10)."""
    return name if len(name) <= 2 else f"{name[0]}**"


def digits_of(text: str) -> str:
    """The digits of a text in their plain form: 一三８ → 138."""
    return "".join(_DIGIT_OF[char] for char in text if char in _DIGIT_OF)


def _plain(place: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", place))
