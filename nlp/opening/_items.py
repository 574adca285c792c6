"""The items of an opening: letters, names, packs and prices, on many lines or on one."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from nlp.opening._prices import PACK, Price, prices
from nlp.opening._shapes import Tier
from nlp.opening._terms import MASK, blanked
from nlp.quantities import COUNT_UNITS, number

_CODE = re.compile(
    r"(?:^|(?<=[\s,;、\x1f。:|]))(?P<code>[A-Za-z])"
    r"(?:款[.、:) ]*|[.、:)][ ]*|[ ]+|(?=[\u4e00-\u9fff])(?![级货类型版套餐等区栋座位超]))(?=\S)",
    re.MULTILINE,
)
_BRACKETED_CODE = re.compile(r"[【\[(（]([A-Za-z])[】\])）]")
_LINE_NUMBER = re.compile(r"^[ \t]*(?:[(（]?\d{1,2}[.、)）:](?!\d)|[①-⑳]|[•·*●▪◆-])[ \t]*", re.MULTILINE)
_LABEL = re.compile(
    r"(?:标题|主题|团名|数量|总量|品名|商品名?称?|名称|产品|规格|包装|净含量|单价|团购价"
    r"|拼团价|团价|惊喜价|福利价"
    r"|特价|售价|价格|价钱|现价|优惠价"
    r"|到手价?|只要|仅需|只需)[ \t]*[:：是]?[ \t]*|(?:每份|卖|价)(?=[ \t]?[¥￥\d])|买(?=\d"
    r"|[两二三四五])"
)
_NOTE_LINE = re.compile(
    r"^[ \t]*(?:备注|说明|产地|口味|保质期|储存|注意|温馨提示|规则|例|示例|格式)[^\n]*",
    re.MULTILINE,
)
_CALLS = re.compile(
    r"#\s*接龙|#\s*Group\s*Note|@\S{1,12}\s|^\s{0,40}小团\s*[,，]?|团长[:：]|接龙(?:买|团购?"
    r"|订)?(?=\s|$"
    r"|[\u4e00-\u9fff])"
    r"|[【\[](?:[^】\]\n]{0,8}(?:开团|团购|预售|预告|接龙|现货|新品|拼团"
    r"|上新)[^】\]\n]{0,4})[】\]]"
    r"|(?:老规矩|今[日天]|明[日天]|新品|马上|现在|又|继续|同样的)?[ ]?(?:再|来)?"
    r"(?:开团|开新团|开一?个?团|开一期|拼团|上新|上团|团购|新团)(?:来了|来啦|来咯|开始|啦|了"
    r"|咯|喽|啰)*"
    r"|帮我?(?:开|起|发)(?:一?个|一下)?(?:团(?!购))?|(?:^|(?<=[ ,。!]))开一?个(?=\S{1,8}团)"
    r"|(?:团|拼|来)一?[波车个](?=[\u4e00-\u9fff])|老规矩"
    r"|各位(?:邻居|亲|家人|街坊)们?|大家好|邻居们|家人们|(?:团品)?预告(?:变现货)?(?:啦|了"
    r"|咯)?|现货(?:来)?(?:啦|了)"
    r"|要的?(?:快)?(?:接龙?|报数?|扣[^\s,，。]{1,3}|抓紧|滴滴|举手|速度|私聊)(?:哦|啊|啦|吧)*"
    r"|想要的?(?:扣|接|报)[^\s,，。]{0,4}|先到先得|手慢无|限时|再(?:开|来)一[期次波]",
    re.IGNORECASE | re.MULTILINE,
)
_AGAIN = re.compile(r"(?:又?[来到有](?:了|啦|咯)|上架|(?<=[\u4e00-\u9fff]{2})团|啦|咯)+[!！~]*$")
_SPLIT = re.compile(r"[,，。;；|｜!！\n\x1f()（）]")
_PHRASE_ENDS = ",，。;；|｜!！\n"
_EDGES = re.compile(r"^[^\w\u3000-\u9fff\U0001f300-\U0001faff]+|[^\w\u3000-\u9fff]+$")
_FOOD = re.compile(
    "[\U0001f32d-\U0001f37f\U0001f400-\U0001f43f\U0001f950-\U0001f96f\U0001f980-\U0001f9af"
    "\U0001f9c0-\U0001f9cb\U0001fad0-\U0001fadb]"
)
_DECORATION = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+")


@dataclass(slots=True)
class Found:
    """An item as it was read; `start` and `end` are where it stands in the paragraph."""

    start: int
    end: int
    name: str = ""
    code: str | None = None
    price_fen: int | None = None
    unit: str | None = None
    pack: str | None = None
    tiers: list[Tier] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    start: int
    end: int
    text: str = ""
    price: Price | None = None
    unit: str | None = None
    behind: str = ""
    """The separator before words: a comma starts another phrase, a bracket does not."""


@dataclass(slots=True)
class Reading:
    """What the paragraph held beside its terms."""

    items: list[Found] = field(default_factory=list)
    title: str | None = None
    notes: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    current: Found | None = None


def read_items(original: str, masked: str) -> Reading:
    """Items, title and left-over words; `masked` is the folded original without its terms."""
    reading = Reading()
    for line in _NOTE_LINE.finditer(masked):
        reading.notes.append(original[line.start() : line.end()].strip())
    masked = _BRACKETED_CODE.sub(r" \1 ", masked)
    original = _BRACKETED_CODE.sub(r" \1 ", original)
    for pattern, blank in ((_NOTE_LINE, MASK), (_CALLS, MASK), (_LINE_NUMBER, " "), (_LABEL, " ")):
        spans = [match.span() for match in pattern.finditer(masked)]
        masked, original = blanked(masked, spans, blank), blanked(original, spans, blank)
    pieces = list(_pieces(original, masked))
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        _STEPS[piece.kind](reading, piece, following)
    _set_aside(reading)
    if not reading.items and len(reading.pending) == 1:
        reading.items.append(Found(0, 0, reading.pending.pop()))
    elif not reading.items and reading.pending:
        reading.title = reading.pending.pop(0)
    reading.notes.extend(reading.pending)
    _split_titles(reading, masked)
    if reading.items and not reading.items[0].name:
        reading.items[0].name = reading.title or ""
    _tell_apart(reading.items)
    return reading


def _tell_apart(items: list[Found]) -> None:
    """Two sizes of the same thing carry their size in the name."""
    names = Counter(item.name for item in items)
    for item in items:
        if item.pack and names[item.name] > 1:
            item.name = f"{item.name} {item.pack}".strip()


def _pieces(original: str, masked: str) -> Iterator[_Piece]:
    """Letters, packs, prices, line ends and the words between them, in order."""
    marks = [_Piece("code", m.start(), m.end(), m["code"].upper()) for m in _codes(masked)]
    marks += [_Piece("line", m.start(), m.end()) for m in re.finditer("\n", masked)]
    packs = []
    for match in PACK.finditer(masked):
        if _is_pack(masked, match):
            unit = match["unit"] or _single(match[0])
            text = original[match.start() : match.end()].strip()
            packs.append(_Piece("pack", match.start(), match.end(), text, unit=unit))
    marks += _prices(masked, packs)
    at = 0
    for mark in sorted([*marks, *packs], key=lambda p: p.start):
        yield from _words(original, masked, at, mark.start)
        yield mark
        at = mark.end
    yield from _words(original, masked, at, len(masked))


def _prices(masked: str, packs: list[_Piece]) -> list[_Piece]:
    """The prices that are not within a pack; packs within a price go."""
    found, gone = [], set[int]()
    for price in prices(masked):
        first = bisect_right(packs, price.start, key=lambda pack: pack.end)
        last = bisect_left(packs, price.end, key=lambda pack: pack.start)
        inside = [at for at in range(first, last) if at not in gone]
        if any(packs[at].start <= price.start for at in inside):
            continue
        gone.update(inside)
        found.append(_Piece("price", price.start, price.end, price=price))
    packs[:] = [pack for at, pack in enumerate(packs) if at not in gone]
    return found


def _codes(masked: str) -> list[re.Match[str]]:
    """The item letters, if they run upwards from A, or from the first line's; “C位” is no letter."""
    matches = list(_CODE.finditer(masked))
    found = _run(matches, "A")
    if found:
        return found
    lines = [m for m in matches if m.start() == 0 or masked[m.start() - 1] == "\n"]
    later = _run(lines, lines[0]["code"].upper()) if lines else []
    return later if len(later) > 1 else []


def _run(matches: list[re.Match[str]], first: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in matches:
        if ord(match["code"].upper()) - ord(first) == len(found):
            found.append(match)
    return found


def _is_pack(text: str, match: re.Match[str]) -> bool:
    """三只松鼠 is a name, 三斤 before a price a pack; 39.9盒 is a price, 1.5斤 a pack."""
    said = match[0]
    if re.fullmatch(rf"\d+\.\d+\s?[{COUNT_UNITS}]", said):
        return False
    if said[0].isdigit() or match["unit"]:
        return True
    return not re.match(r"[\u4e00-\u9fff]", text[match.end() : match.end() + 1])


def _single(pack: str) -> str | None:
    """“一箱88”, “每板28.8”: one of something names the order unit."""
    alone = re.fullmatch(r"(?:一|1|每份?)\s?([\u4e00-\u9fff])", pack.strip())
    return alone[1] if alone else None


def _words(original: str, masked: str, start: int, end: int) -> Iterator[_Piece]:
    at = start
    for part in _SPLIT.split(masked[start:end]):
        text = clean(original[at : at + len(part)])
        if text:
            yield _Piece("words", at, at + len(part), text, behind=masked[at - 1 : at])
        at += len(part) + 1


def clean(text: str) -> str:
    """Words without decoration at their edges and without “又来了”."""
    text = re.sub(r"\s+", " ", text).strip()
    bare = _EDGES.sub("", _DECORATION.sub(" ", text)).strip(" ：:、-—~·*")
    bare = _AGAIN.sub("", bare).strip(" ：:、").removeprefix("的")
    if not re.search(r"\w", bare):
        food = _FOOD.search(text)
        return food.group() if food else ""
    return re.sub(r"\s+", " ", bare)


def _on_words(reading: Reading, piece: _Piece, _following: _Piece | None) -> None:
    current = reading.current
    if current and not current.name and (current.price_fen is None or not reading.items):
        current.name, current.end = piece.text, piece.end
        return
    joined = piece.behind not in _PHRASE_ENDS and bool(piece.behind)
    if current and current.price_fen is None and joined and piece.start - current.end <= 1:
        current.name, current.end = f"{current.name} {piece.text}".strip(), piece.end
        return
    same_line = current is not None and current.price_fen is None and not current.pack
    if same_line and current and piece.start - current.end <= 2 and reading.pending:
        # A line of several phrases before any price describes; it is neither title nor name.
        reading.notes += [current.name, piece.text]
        reading.current = None
        return
    _set_aside(reading)
    reading.current = Found(piece.start, piece.end, piece.text)


def _on_code(reading: Reading, piece: _Piece, _following: _Piece | None) -> None:
    _set_aside(reading)
    reading.current = Found(piece.start, piece.end, code=piece.text)


def _on_pack(reading: Reading, piece: _Piece, following: _Piece | None) -> None:
    current = reading.current
    last = current if current and current.price_fen is not None else None
    if last is None and current is None and reading.items:
        last = reading.items[-1]
    priced = following is not None and following.kind == "price"
    if last and priced and following and following.price:
        if _tier(last, piece, following.price):
            return
        if not (current and current.price_fen is None):
            # 2斤39.9 5斤88: the same thing in another size.
            _set_aside(reading)
            name = last.name if current is last else ""
            reading.current = Found(piece.start, piece.end, name, pack=piece.text, unit=piece.unit)
            return
    if current is None:
        current = reading.current = Found(piece.start, piece.end)
    if current.pack is None and not _single(piece.text):
        current.pack = piece.text
    current.unit = current.unit or piece.unit
    current.end = piece.end


def _tier(item: Found, pack: _Piece, price: Price) -> bool:
    """“22元(2包42)”: several for less than several times the price."""
    said = re.match(r"\s*(\d{1,3}|[两二三四五六七八九十]{1,2})\s?(\S{1,2})", pack.text)
    count = number(said[1]) if said else None
    if said is None or count is None or count < 2 or item.price_fen is None:
        return False
    if "/" in pack.text or (item.unit is None and item.pack and said[2][0] in item.pack):
        return False
    if item.unit and item.unit != said[2] and item.unit not in said[2]:
        return False
    if not item.price_fen < price.fen < item.price_fen * count:
        return False
    item.tiers.append(Tier("person", int(count), price.fen, each=False))
    return True


def _on_price(reading: Reading, piece: _Piece, _following: _Piece | None) -> None:
    price = piece.price
    current = reading.current
    if price is None:
        return
    if current is not None and current.price_fen is not None:
        lot = price.lot
        if current.tiers and any(t.price_fen == price.fen for t in current.tiers):
            return
        if lot and _tier(current, _Piece("pack", 0, 0, lot), price):
            return
        if not price.certain:
            return
        _set_aside(reading)
        current = None
    if current is None:
        if reading.items and any(t.price_fen == price.fen for t in reading.items[-1].tiers):
            return
        current = Found(piece.start, piece.end)
    reading.current = current
    current.price_fen, current.end = price.fen, piece.end
    current.unit = current.unit or price.unit
    if price.lot and price.lot != current.pack:
        current.pack = " ".join(filter(None, (current.pack, price.lot)))
    if not current.name and reading.pending:
        current.name = reading.pending.pop()


def _on_line(reading: Reading, _piece: _Piece, following: _Piece | None) -> None:
    current = reading.current
    priced = current is not None and current.price_fen is not None
    if priced or (current and following and following.kind in {"words", "code", "line"}):
        _set_aside(reading)


_STEPS = {
    "words": _on_words,
    "code": _on_code,
    "pack": _on_pack,
    "price": _on_price,
    "line": _on_line,
}


def _set_aside(reading: Reading) -> None:
    """The current item is finished; words that found no price wait to become a title or a note."""
    current, reading.current = reading.current, None
    if current is None:
        return
    coded = current.code is not None and bool(current.name)
    if current.price_fen is None and not coded:
        words = " ".join(w for w in (current.name, current.pack) if w)
        if words:
            (reading.notes if reading.items else reading.pending).append(words)
        return
    if not current.name and reading.items and current.pack:
        current.name = reading.items[-1].name
    if not reading.items and reading.pending:
        reading.title = reading.pending.pop(0)
    reading.notes.extend(reading.pending)
    reading.pending.clear()
    reading.items.append(current)


def _split_titles(reading: Reading, masked: str) -> None:
    """“两款米 射阳49.9 香米65”: what stands before the first of several names is the title."""
    items = reading.items
    if not items or reading.title is not None:
        return
    first = items[0]
    if first.code and first.start and masked[: first.start].strip(" \n" + MASK):
        return
    bracket = re.match(r"[【\[](?P<title>[^】\]]{1,20})[】\]]\s*(?=\S)", first.name)
    colon = re.search(r"[:：]\s*(?=\S)", first.name)
    if bracket:
        reading.title, first.name = bracket["title"], first.name[bracket.end() :]
    elif colon:
        reading.title, first.name = first.name[: colon.start()], first.name[colon.end() :]
    elif re.search(r"(?:团|专场|预售|特卖|集合) \S", first.name):
        reading.title, _, first.name = first.name.rpartition(" ")
    elif len(items) > 1 and not first.code and " " in first.name:
        line = masked[first.start : items[1].start]
        if "\n" not in line and not first.name.isascii():
            reading.title, _, first.name = first.name.rpartition(" ")
