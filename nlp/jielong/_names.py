"""The name at the beginning of a line, however it is glued to what it orders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from nlp.jielong import _words as words
from nlp.jielong._body import QUANTITY, Order, read_body
from nlp.jielong._header import Header
from nlp.normalize import fold_each
from nlp.quantities import UNIT, number

_CHUNK = re.compile(r"[^\s,，、;；|｜]+")
_SIGNS = str.maketrans(
    {"➕": "+", "✖": "x", "✕": "x", "×": "x", "＊": "*", "➖": "-", "﹢": "+", "\ufe0f": " ", "\u20e3": " "}
)
_DASH = re.compile(
    rf"(?<=[\u4e00-\u9fffA-Za-z])[-_~·]+(?=(?:{words.NUMBER})[ ]?{UNIT})"
    r"|(?<=[\u4e00-\u9fff])[-~·]+(?=\d{1,2}(?:$|[\s,，(（]))"
    r"|(?<=[\u4e00-\u9fff])[-_~·]+(?=[\u4e00-\u9fff])|(?<=[栋幢楼室])[-_~·]+(?=\D)|-{2,}"
)
_SLASH = re.compile(r"(?<!\d)/(?=[\u4e00-\u9fff\w])|(?<=[\u4e00-\u9fff])/")
_APART = re.compile(rf"(?<=[^\W\d])(\d{{1,3}})[ ]+(?={UNIT}(?:[\s,，(（]|$))")
_COLON = re.compile(r"(?<=\D):(?=\S)|:(?=\D)")
_GLUED = re.compile(
    rf"^(?P<name>.*?[^\d.+*x\-\s])[:：]?(?:[+x*](?P<plus>{words.NUMBER})"
    rf"|(?P<n>\d{{1,4}}(?:\.5)?|[{words.HAN}]{{1,3}})"
    rf"(?P<unit>{UNIT})(?P<half>半)?|(?P<bare>\d{{1,2}}))$"
)
_ROOM_BEHIND = re.compile(rf"^(?P<name>[^\d]*[^\d\-A-Ha-h])(?P<room>{words.ADDRESS.pattern})$")
_SHORT_GLUED = re.compile(rf"(?!x\d)(?:[A-Za-z]{{1,10}}|[\u4e00-\u9fff])(?:\d{{1,3}}{UNIT}|\d{{1,2}})")
"""The end of a name in pieces with its order: the “W3袋” of “Sam W3袋”."""
_SAYS_HOW = re.compile("[改要来加减订拿共换]")
"""“改3袋” behind a name in Latin letters changes the order."""
_PHONE_BEHIND = re.compile(r"^(?P<name>.*?[^\d\s:：\-])[ :：]?(?P<phone>1[3-9]\d{9})$")
_BRACKET = re.compile(r"[(（\[【](?P<inside>[^()（）\[\]【】]{1,30})[)）\]】]")


LONGEST = 400
"""Characters of one entry that are read for items."""


@dataclass(slots=True)
class Reading:
    """One line read: the name, for whom it speaks, and its order."""

    name: str
    order: Order
    on_behalf: str | None = None
    by: str | None = None
    explicit: bool = False
    """A quantity was written, not assumed."""


def read_line(text: str, more: Sequence[str], header: Header, selling: bool) -> Reading:
    """Name and order of one entry: its first line and the lines that belong to it.

    What goes on longer than anybody writes an order is kept, unread, as the remark's end.
    """
    whole = "\n".join([text, *more])
    if len(whole) <= LONGEST:
        return _read_line(text, more, header, selling)
    head, *tail = whole[:LONGEST].split("\n")
    reading = _read_line(head, tail, header, selling)
    _add_remark(reading, whole[LONGEST:])
    return reading


def _read_line(text: str, more: Sequence[str], header: Header, selling: bool) -> Reading:
    shown = _APART.sub(r"\1", text.strip())
    folded = _separated(fold_each(shown))
    chunks = [m.span() for m in _CHUNK.finditer(folded)]
    if not chunks:
        return Reading("", read_body("\n".join(more), fold_each("\n".join(more)), header, selling))
    first, last = _name_span(folded, chunks, header, selling)
    lead = [shown[a:b] for a, b in chunks if b <= chunks[first][0]]
    start, end = chunks[first][0], chunks[last][1]
    body_shown = "\n".join([shown[end:], *more])
    body_folded = "\n".join([folded[end:], *(_signs(fold_each(line)) for line in more)])
    order = read_body(body_shown, body_folded, header, selling)
    reading = Reading(shown[start:end], order, explicit=_explicit(order))
    if selling:
        _unglue(reading, folded[start:end], header)
    _take_room(reading, lead)
    _take_proxy(reading)
    return reading


def _explicit(order: Order) -> bool:
    return bool(order.items or order.each or order.same is not None)


def _signs(folded: str) -> str:
    return folded.translate(_SIGNS)


def _separated(folded: str) -> str:
    """Dashes and slashes between names, rooms and amounts as spaces, at the same places."""
    text = _signs(folded)
    if "-" in text or "_" in text or "~" in text or "·" in text:
        text = _DASH.sub(lambda m: " " * len(m[0]), text)
    if ":" in text:
        text = _COLON.sub(" ", text)
    return _SLASH.sub(" ", text) if "/" in text else text


def _name_span(folded: str, chunks: list[tuple[int, int]], header: Header, selling: bool) -> tuple[int, int]:
    """Which chunks are the name: the first, or the one behind a room; more if they are plain."""
    kinds = ["plain", *(_kind(folded[a:b], header) for a, b in chunks[1:])]
    first = 0
    room = words.ADDRESS.fullmatch(folded[slice(*chunks[0])])
    if room and len(chunks) > 1 and not selling:
        return (0, 1) if not re.search(r"[\d:]", folded[slice(*chunks[1])]) else (0, 0)
    if room and len(chunks) > 1 and kinds[1] == "plain":
        first = 1
    last = first
    while last + 1 < len(chunks) and _continues(folded, chunks, kinds, last + 1, header):
        last += 1
    if last + 1 < len(chunks) and "order" not in kinds[last + 2 :] and len(header.products) == 1:
        word, before = folded[slice(*chunks[last + 1])], folded[slice(*chunks[last])]
        short = len(before) == 1 or (before.isascii() and before.rstrip(".").isalpha())
        if short and not header.letters and _SHORT_GLUED.fullmatch(word) and not _SAYS_HOW.match(word):
            last += 1
    return first, last


def _continues(folded: str, chunks: list[tuple[int, int]], kinds: list[str], at: int, header: Header) -> bool:
    word, before = folded[slice(*chunks[at])], folded[slice(*chunks[at - 1])]
    gap = folded[chunks[at - 1][1] : chunks[at][0]]
    if kinds[at] != "plain" or gap.strip():
        return False
    if len(word) == 1 or (word.isascii() and not re.match(r"[\d.]+[a-z]*$", word)):
        return True
    if "order" not in kinds[at + 1 :]:
        return False
    # “Mr. Wang 王先生” is one name, what stands between a Chinese name and an amount no part of it.
    return before.isascii() or not re.match(r"[\u4e00-\u9fff]{2}", before)


@lru_cache(maxsize=8192)
def _kind(chunk: str, header: Header) -> str:
    """What a chunk is: `plain` words, an `order`, or `other` (rooms, marks, wishes, products)."""
    if header.letters and re.fullmatch(r"[A-Za-z]", chunk):
        return "order"
    if words.PHONE.search(chunk) or words.ADDRESS.fullmatch(chunk):
        return "other"
    for match in QUANTITY.finditer(chunk):
        whole = match.span() == (0, len(chunk))
        if match["op"] or (match["unit"] and (match["n"][0].isdigit() or match.end() == len(chunk))):
            return "order"
        if whole or (match["unit"] and match.start() == 0):
            return "order"
    lowered = chunk.lower()
    for product in header.products:
        if product.lower() in lowered:
            return "order" if re.search(rf"\d|[{words.HAN}]$", chunk) else "other"
    if re.fullmatch(r"[\u4e00-\u9fff\U0001f300-\U0001faff]{1,6}\d{1,2}", chunk):
        return "order"
    if re.fullmatch(r"(?:[A-Za-z]\d{1,3}){1,8}", chunk):
        return "order"
    for pattern in (words.PAID, words.UNPAID, words.CANCEL, words.ADD, words.EACH, words.SAME):
        if pattern.search(chunk):
            return "other"
    if words.CHANGE.match(chunk) or words.HOUR.match(chunk) or words.MONEY.match(chunk):
        return "other"
    if (
        words.SIZE.fullmatch(chunk)
        or words.VARIANT.match(chunk)
        or words.WISH.search(chunk)
        or chunk[0] in "(（[【"
        or words.WANT.match(chunk)
    ):
        return "other"
    return "plain"


def _unglue(reading: Reading, folded: str, header: Header) -> None:
    """“阿黎2盒”, “Mia+3”, “李姐2”: the order hangs on the name."""
    bracket = _BRACKET.search(folded)
    if bracket and bracket.start() > 0 and _is_remark(bracket["inside"]):
        inner = read_body(bracket["inside"], bracket["inside"], header)
        reading.order.paid = reading.order.paid or inner.paid
        if inner.same is not None and not reading.explicit:
            reading.order.same, reading.explicit = inner.same, True
            reading.order.items.clear()
        _add_remark(reading, reading.name[bracket.start() : bracket.end()])
        rest = reading.name[: bracket.start()] + reading.name[bracket.end() :]
        folded = folded[: bracket.start()] + folded[bracket.end() :]
        reading.name = rest.strip()
    if reading.explicit:
        return
    found = _GLUED.match(folded)
    if found is None:
        return
    name, bare = found["name"], found["bare"]
    # xiaoyu99 and 5栋2 are names; 李姐2 orders two.
    if bare and not re.search(r"[\u4e00-\u9fff\U0001f300-\U0001faff]$|[A-Za-z] [A-Za-z]{1,10}$", name):
        return
    amount = number(found["plus"] or found["n"] or bare)
    if amount is None or words.ADDRESS.fullmatch(folded):
        return
    if found["n"] and not found["n"][0].isdigit() and len(name) < 2:
        return
    amount += Decimal("0.5") if found["half"] else 0
    product = next((p for p in header.products if name.lower().endswith(p.lower())), None)
    shown = reading.name[: len(name)]
    if product and len(product) < len(name):
        named: str | None = shown[len(name) - len(product) :]
        shown = shown[: len(name) - len(product)]
    else:
        named = None
    unit = reading.name[found.start("unit") : found.end("unit")] if found["unit"] else None
    reading.name = shown.strip(" :：-_—~·@＠")
    reading.order.items.append((named, amount, unit))
    reading.explicit = True


def _is_remark(inside: str) -> bool:
    marks = (words.PAID, words.UNPAID, words.ADDRESS, words.PHONE, words.WISH, words.CANCEL, words.SAME)
    return any(m.search(inside) for m in marks) or bool(re.search(r"\d", inside))


def _take_room(reading: Reading, lead: list[str]) -> None:
    """“5栋 毛毛 2袋”, “王姐5-301”: the room is no part of the name."""
    behind = _ROOM_BEHIND.match(fold_each(reading.name))
    if behind and reading.explicit:
        cut = behind.start("room")
        lead = [*lead, reading.name[cut:]]
        reading.name = reading.name[:cut].strip(" -—_")
    if phone := _PHONE_BEHIND.match(fold_each(reading.name)):
        lead = [*lead, reading.name[phone.start("phone") :]]
        reading.name = reading.name[: phone.end("name")]
    for room in reversed(lead):
        _add_remark(reading, room, front=True)


def _take_proxy(reading: Reading) -> None:
    """“小雅帮婆婆” speaks for 婆婆; “代18栋赵姐” is 赵姐's line, written by somebody else."""
    found = words.ON_BEHALF.match(reading.name)
    if found is None or words.NAME_NOT_PROXY.search(reading.name):
        return
    by, who = found["by"].strip(), found["who"]
    reading.on_behalf = who
    if by and by not in {"我", "本人"}:
        reading.by, reading.name = by, by
        _add_remark(reading, f"{found['how']}{who}", front=True)
    else:
        reading.name = who
        _add_remark(reading, found["how"], front=True)


def _add_remark(reading: Reading, text: str, front: bool = False) -> None:
    kept = [text, reading.order.remark] if front else [reading.order.remark, text]
    reading.order.remark = " ".join(part for part in kept if part) or None
