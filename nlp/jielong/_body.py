"""The part of a line behind the name: its items, the marks on it and what is left as a remark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from nlp.jielong import _words as words
from nlp.jielong._header import Header
from nlp.quantities import UNIT, number

MASK = "\x1f"
SPEC = "\x1e"
"""Stands where a pack stood (10斤装), which may come between a product and its number."""
_ENGLISH_UNIT = r"(?:cases?|box(?:es)?|bags?|bottles?|packs?|pcs|pc|kg|lbs?)(?![A-Za-z])"
QUANTITY = re.compile(
    rf"(?P<op>[+x*×](?=[ ]?[\d{words.HAN}])|(?<![\w)）])-(?=\d))?[ ]?(?P<n>{words.NUMBER})"
    rf"(?:[ ]{{0,2}}(?P<unit>{UNIT}|{_ENGLISH_UNIT})(?![装套]))?(?P<half>半(?![个斤箱盒份袋]))?",
    re.IGNORECASE,
)
_GAP_SPLIT = re.compile(rf"[\s,，、;；|｜+和&。.!！?？:：()（）{MASK}]+")
_POLITE = re.compile(
    r"^(?:谢谢|谢了|多谢|感谢|哈+|哦|哟|呀|啊|嗯|了|吧"
    r"|[!！~～。.,，、;；:：|｜/+\-—_\s()（）])+$"
)
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("phone", words.PHONE),
    ("each", words.EACH),
    ("same", words.SAME),
    ("unpaid", words.UNPAID),
    ("money", words.MONEY),
    ("paid", words.PAID),
    ("cancel", words.CANCEL),
    ("address", words.ADDRESS),
    ("hour", words.HOUR),
    ("pack", words.PACKED),
    ("part", re.compile(r"其中[^,，;；\n]*")),
    ("bracket", re.compile(r"[(（\[【][^()（）\[\]【】\n]{0,60}[)）\]】]")),
)


_CUES = re.compile(
    r"[付转账交清打💰✅\[(（【取消不退撤作废算删划弃❌跟和同与照按楼上样〃″\"都各每全-]|\d[^\d]{0,3}\d|[元块¥￥点:室栋幢座弄号户装步页天次]"
)


@dataclass(slots=True)
class Order:
    """What a line orders: products as written (None: not named), and the marks found on it."""

    items: list[tuple[str | None, Decimal, str | None]] = field(default_factory=list)
    remark: str | None = None
    paid: bool = False
    cancels: bool = False
    changes: bool = False
    adds: bool = False
    same: int | None = None
    """The index that “跟1号一样” names, 0 for the line above."""
    each: tuple[Decimal, str | None] | None = None


def read_body(shown: str, folded: str, header: Header, selling: bool = True) -> Order:
    """Items and marks of `folded`, the body of one line (lines of it joined by line breaks)."""
    found = _read_body(shown, folded, header, selling)
    return replace(found, items=list(found.items))


@lru_cache(maxsize=8192)
def _read_body(shown: str, folded: str, header: Header, selling: bool) -> Order:
    order = Order()
    if not folded.strip():
        return order
    if not selling:
        order.remark = _joined([shown])
        return order
    masked = _marked(folded, order)
    used: list[tuple[int, int]] = []
    tokens = _tokens(masked, header)
    _items(masked, shown, tokens, header, order, used)
    _unnumbered(masked, shown, header, order, used)
    if not order.items and order.each is None and order.same is None:
        _bracketed(shown, folded, header, order, used)
    order.remark = _remark(shown, masked, folded, used)
    return order


def _marked(folded: str, order: Order) -> str:
    masked = folded
    for kind, pattern in _MARKS if _CUES.search(folded) else ():
        for match in pattern.finditer(masked):
            if kind in {"each", "same"} and not _note(kind, match, order):
                continue
            order.paid = order.paid or kind == "paid" or (kind == "money" and "付" in match[0])
            order.cancels = order.cancels or kind == "cancel"
            if kind == "bracket":
                order.paid = order.paid or bool(words.PAID.search(match[0]))
                order.cancels = order.cancels or bool(words.CANCEL.search(match[0]))
            fill = SPEC if kind == "pack" else MASK
            masked = masked[: match.start()] + fill * len(match[0]) + masked[match.end() :]
    order.changes = bool(words.CHANGE.search(masked))
    order.adds = bool(words.ADD.search(masked))
    return masked


def _note(kind: str, match: re.Match[str], order: Order) -> bool:
    if kind == "same":
        index = match["index"] or match["index2"]
        order.same = int(number(index) or 0) if index else 0
        return True
    said = match["n"] or match["n2"]
    amount = number(said) if said else Decimal(1)
    if amount is None:
        return False
    order.each = (amount, match["unit"] or match["unit2"])
    return True


@dataclass(frozen=True, slots=True)
class Token:
    """A number in a body, with its sign and unit, at `[start:end]`."""

    start: int
    end: int
    op: str
    number: str
    unit: tuple[int, int] | None
    half: bool


def _tokens(text: str, header: Header) -> list[Token]:
    return [t for m in QUANTITY.finditer(text) if (t := _token(text, m, header))]


def _token(text: str, match: re.Match[str], header: Header) -> Token | None:
    """The number if it is an amount of goods, not a room, a price or a part of a word."""
    unit: tuple[int, int] | None = match.span("unit") if match["unit"] else None
    end = match.end()
    if unit and _known_start(text[unit[0] :], header):
        # “虾仁1 扇贝0”: what looks like a unit begins the next product.
        unit, end = None, match.end("n")
    start = match.start("op") if match["op"] else match.start("n")
    if not match["n"][0].isdigit() and _known_start(text[match.start("n") :], header):
        return None
    token = Token(start, end, match["op"] or "", match["n"], unit, bool(unit and match["half"]))
    return token if _counts(text, token, header) else None


def _counts(text: str, token: Token, header: Header) -> bool:
    digits = token.number
    after, last = text[token.end : token.end + 8], text[token.start - 1 : token.start]
    before = text[: token.start]
    if last.isdigit() or last in {".", "第"}:
        return False
    if not digits[0].isdigit():
        return _counts_han(token, before, after, header)
    if token.unit or token.op:
        return True
    if "." in digits and not digits.endswith(".5"):
        return False
    lettered = header.letters and re.match(r"[A-Za-z](?![A-Za-z])", after)
    if lettered:
        return len(digits) <= 2
    if re.match(r"[A-Za-z](?![\d+*x×])|[-/:%.]\d", after) or last in {"-", "/", ":", "#"}:
        return False
    if re.match(r"[\u4e00-\u9fff]", after) and not _known_start(after, header):
        return after[0] in "吧谢哦要和送"
    named = bool(_known_end(before.rstrip(), header))
    return len(digits) <= (4 if named else 2)


def _counts_han(token: Token, before: str, after: str, header: Header) -> bool:
    if token.unit or token.op:
        return not (token.number == "一" and after[:1] and after[0] in "样起下点些直定")
    last = before[-1:]
    alone = not last or last in f" \n,，、;；+{MASK}" or bool(_known_end(before, header))
    return alone and (not after.strip() or after[0] in f" \n,，、;；+{MASK}吧")


def _known_end(before: str, header: Header) -> str | None:
    for product in header.products:
        if before.lower().endswith(product.lower()):
            return product
    return None


def _known_start(after: str, header: Header) -> str | None:
    for product in header.products:
        if after.lower().startswith(product.lower()):
            return product
    return None


def _items(
    text: str,
    shown: str,
    tokens: list[Token],
    header: Header,
    order: Order,
    used: list[tuple[int, int]],
) -> None:
    at, implicit = 0, False
    goods_follow = _goods_follow(text, tokens, header)
    for position, token in enumerate(tokens):
        following = tokens[position + 1].start if position + 1 < len(tokens) else len(text)
        if goods_follow:
            product, span = _product_behind(text, token.end, following, header)
        else:
            product, span = _product_before(text, at, token.start, header)
        if (
            not token.unit
            and not token.op
            and product is None
            and _numbers_a_size(text, token, tokens[position + 1 : position + 2])
        ):
            continue
        sized = bool(words.SIZE.search(text[at : token.start]))
        if order.items and words.CHANGE.search(text[at : token.start]):
            # “1箱，改2箱”: the line corrects itself.
            order.items.clear()
            implicit = False
        if product is None and implicit and not sized and token.op != "+":
            continue
        if product is not None and implicit and not _related(product, header):
            continue
        amount = number(token.number)
        if amount is None:
            continue
        amount += Decimal("0.5") if token.half else 0
        amount = -amount if token.op == "-" else amount
        unit = shown[slice(*token.unit)] if token.unit else None
        named = shown[span[0] : span[1]] if span else None
        order.items.append((named, amount, unit))
        used.append((token.start, token.end))
        if span:
            used.append(span)
        implicit = implicit or product is None
        at = max(token.end, span[1] if span else 0)


def _numbers_a_size(text: str, token: Token, following: list[Token]) -> bool:
    """“38 1双”: a bare number right before a counted one is a size or a room."""
    if not following or not following[0].unit:
        return False
    return not text[token.end : following[0].start].strip()


def _goods_follow(text: str, tokens: list[Token], header: Header) -> bool:
    """“2组牙刷1组牙膏”: do the products stand behind their numbers?"""
    if not tokens:
        return False
    first = tokens[0]
    before = words.WANT.sub("", text[: first.start]).strip(f" ,，、:：+{MASK}")
    if before and (_related(before, header) or not words.FILLER.match(before)):
        return False
    end = tokens[1].start if len(tokens) > 1 else len(text)
    product, _ = _product_behind(text, first.end, end, header)
    return product is not None


def _product_behind(
    text: str, start: int, end: int, header: Header
) -> tuple[str | None, tuple[int, int] | None]:
    said = re.match(rf"[ ]?(?:的)?([^\s\d,，、;；|｜+{MASK}（(!！。~]{{1,12}})", text[start:end])
    if said is None:
        return None, None
    begin = start + said.start(1)
    known = _known_start(text[begin:end], header)
    if known:
        return known, (begin, begin + len(known))
    if header.letters and begin == start and re.match(r"[A-Za-z](?![A-Za-z])", text[begin:]):
        return text[begin], (begin, begin + 1)
    word = re.sub(r"(?:谢谢|吧|哦|[+和x*×])+$", "", said[1])
    glued = said.start(1) == 0 and len(word) > 1 and len(header.products) != 1
    if not glued or words.WISH.search(word) or not re.match(r"[\u4e00-\u9fff]", word):
        related = _related(word, header) and len(word) > 1 and not words.WISH.search(word)
        return (word, (begin, begin + len(word))) if related else (None, None)
    return word, (begin, begin + len(word))


def _product_before(
    text: str, start: int, end: int, header: Header
) -> tuple[str | None, tuple[int, int] | None]:
    """The product named right before a number, without the words of wanting around it."""
    gap = text[start:end]
    stripped = gap.rstrip(f" :：=x*×{SPEC}")
    known = _known_end(stripped, header)
    if known:
        stop = start + len(stripped)
        return known, (stop - len(known), stop)
    pieces = list(re.finditer(rf"[^\s,，、;；|｜+和&。.!！?？:：()（）{MASK}{SPEC}]+", stripped))
    if not pieces or pieces[-1].end() != len(stripped):
        return None, None
    last = pieces[-1]
    begin, word = start + last.start(), last[0]
    cut = 0
    for pattern in (words.WANT, words.ADD, words.CHANGE):
        for found in pattern.finditer(word):
            cut = max(cut, found.end())
    if cut and not _related(word, header):
        begin, word = begin + cut, word[cut:]
    elif cut and cut == len(word):
        # 草莓改3盒: the product stands before the word of change.
        word = re.split(words.CHANGE.pattern + "|" + words.ADD.pattern, word)[0] or word
    word = word.strip("-_—~·")
    if not word or words.FILLER.match(word) or words.SIZE.fullmatch(word):
        return None, None
    if _related(word, header):
        return word, (begin, begin + len(word))
    spaced = stripped != gap and gap[-1:] == " "
    if words.WISH.search(word) or len(word) > 10 or (spaced and len(header.products) == 1):
        return None, None
    return word, (begin, begin + len(word))


def _related(word: str, header: Header) -> bool:
    """Does the word name a product of the header, in full, in part or by its letter?"""
    plain = word.strip().lower()
    if re.fullmatch(r"[a-z]", plain):
        return True
    for product in header.products:
        name = product.lower()
        if plain in name or name in plain:
            return True
    return False


def _unnumbered(text: str, shown: str, header: Header, order: Order, used: list[tuple[int, int]]) -> None:
    """“抽纸一箱 厨房纸”: products named without a number are one each; “A和B各1” names whom it means."""
    if not header.products or order.same is not None or (order.items and order.each):
        return
    known = {p.lower() for p in header.products}
    each = order.each
    for piece in re.finditer(r"[^\s,，、;；|｜+和&。/（）()\x1e\x1f]+", text):
        if any(a < piece.end() and piece.start() < b for a, b in used):
            continue
        word = piece[0].lower()
        letters = bool(header.letters and each and re.fullmatch(r"[a-z]{1,8}", word))
        named = list(shown[piece.start() : piece.end()]) if letters else [shown[slice(*piece.span())]]
        if not letters and word not in known:
            continue
        for product in named:
            amount, unit = each or (Decimal(1), None)
            order.items.append((product, amount, unit))
        used.append(piece.span())


def _bracketed(shown: str, folded: str, header: Header, order: Order, used: list[tuple[int, int]]) -> None:
    """“（2桔）”: an order that stands in brackets, where nothing else orders anything."""
    for bracket in re.finditer(r"[(（\[【]([^()（）\[\]【】\n]{1,40})[)）\]】]", folded):
        inner = read_body(shown[bracket.start(1) : bracket.end(1)], bracket[1], header)
        if inner.items:
            order.items = inner.items
            used.append(bracket.span())
            return


def _remark(shown: str, masked: str, folded: str, used: list[tuple[int, int]]) -> str | None:
    kept = list(shown)
    for start, end in used:
        kept[start:end] = MASK * (end - start)
    pieces: list[str] = []
    for piece in re.split(rf"[{MASK}\n]+", "".join(kept)):
        pieces.extend(without_wants(piece))
    return _joined(pieces)


def without_wants(piece: str) -> Iterator[str]:
    """The words of a remark without courtesies and words of wanting at their ends."""
    for word in piece.split():
        bare = word.strip(",，、;；|｜/+＋:：-—_*×·。\ufe0f")
        if not bare or _POLITE.match(bare) or words.WANT.fullmatch(bare):
            continue
        bare = re.sub(r"^(?:我?要|来|订)(?=.{0,1}$)", "", bare)
        bare = re.sub(r"(?<=[^的])(?:我?要|来|订)$", "", bare) if len(bare) > 1 else bare
        if bare:
            yield bare


def _joined(pieces: list[str]) -> str | None:
    text = " ".join(" ".join(pieces).split())
    return text or None
