"""Which amount belongs to which product, and how it counts."""

import re
from collections.abc import Sequence
from decimal import Decimal

from nlp.meaning import CURRENT, SAME_AS_PREVIOUS, ItemMention, Mode
from nlp.quantities import Quantity
from nlp.slots import Piece, Slots

_GAP = re.compile(
    r"^(?:\s|的|个|,|份|:|那种|款|牌|整|散|大|小|新鲜|是|要|来|x|\*|先|再|给我|我要|我|报|接|、)*$"
)
_BARE_GAP = re.compile(r"^(?:[\s:x*要来订报]{0,3}|\s?(?:改|变|减|加|降|升)(?:成|为|到|至)?\s?)$")
_SPLIT_NOTE = re.compile(
    r"^\s?(?:送|给|不要|不放|不加|别放|放|寄|要|是|自提|带|挑|帮|拿|多放|少放|加|切|剁|杀|去|做|微|中|特"
    r"|无|真空)"
)
_LISTED = "、，,和跟 各"
"""“鱼丸、虾、牛排各一”: between these a word of one character is a thing of the list."""
_BEFORE_ADD = re.compile(r"(?:再|多|加|添|追加|另)(?:给我|帮我)?(?:来|要|加|添|订|报|拿|留|买|带|补)?\s?$")
_BEFORE_LESS = re.compile(r"(?:少|减|减掉|减少|去掉|退)(?:了|拿|要|来|订|掉|我)?\s?$")


def mode_of(text: str, amount: Quantity) -> Mode:
    """How the words before an amount say that it counts."""
    if amount.sign == "-":
        return Mode.SUBTRACT
    if amount.start:
        before = text[max(0, amount.start - 6) : amount.start]
        if _BEFORE_LESS.search(before):
            return Mode.SUBTRACT
        if _BEFORE_ADD.search(before):
            return Mode.ADD
    return Mode.PLUS if amount.sign == "+" else Mode.SET


def items(slots: Slots, open_names: Sequence[str] | None, *, also_weak: bool = False) -> list[ItemMention]:
    """The items of an order: each amount with the product that it stands beside.

    `also_weak`: names of one character count without an amount, too, as in 虾换成饺子.
    """
    pieces = [p for p in slots.pieces if also_weak or p.found is None or not _stray(slots, p)]
    if len(pieces) > 1:
        pieces = _once(pieces)
    named = [p for p in pieces if p.kind != "amount"]
    pairs: list[tuple[Piece | None, Quantity | None]] = []
    if (slots.each and named) or not named:
        pairs = _shared(slots, named, [p.quantity for p in pieces if p.quantity])
    if not pairs:
        pairs = _paired(slots, pieces)
    made = [_item(slots, piece, amount, open_names) for piece, amount in pairs]
    shares = slots.on_behalf_of is not None or slots.with_self
    if slots.each and not shares and not named and made and open_names and len(open_names) > 1:
        one = made[0]
        made = [
            ItemMention(None, name, one.quantity, one.unit, one.mode, chr(65 + i) if i < 26 else None)
            for i, name in enumerate(open_names)
        ]
    if slots.with_self and len(made) == 1 and slots.each:
        made = made * 2
    return made


def _once(pieces: list[Piece]) -> list[Piece]:
    """水蜜桃🍑🍑 names one product again and again: the first mention counts."""
    kept: list[Piece] = []
    reach = -2
    for piece in pieces:
        last = kept[-1] if kept else None
        again = last and last.found and piece.found and last.found.names[0] == piece.found.names[0]
        if not (again and piece.start - reach <= 1):
            kept.append(piece)
        reach = piece.end
    return kept


def _stray(slots: Slots, piece: Piece) -> bool:
    """A part of a name (果 of 苹果) that stands beside no amount: it belongs to another word (如果)."""
    if piece.found is None or not piece.found.weak:
        return False
    if (
        slots.each
        and slots.text[piece.start - 1 : piece.start] in _LISTED
        and slots.text[piece.end : piece.end + 1] in _LISTED
    ):
        return False
    return not any(_beside(slots, piece, p) for p in slots.pieces if p.kind == "amount")


def _shared(
    slots: Slots, named: list[Piece], amounts: list[Quantity]
) -> list[tuple[Piece | None, Quantity | None]]:
    """“A和B各两份”: one amount for each name; without names just the amounts."""
    if not named:
        if slots.same and not any(not a.bare for a in amounts):
            return []
        if slots.same and amounts and amounts[0].start < slots.same[1]:
            amounts = [a for a in amounts if a.start >= slots.same[1] or a.end <= slots.same[0]]
        good = [a for a in amounts if not a.bare] or amounts
        return [(None, a) for a in good[:1]] if good else []
    at = slots.text.find("各")
    after = [a for a in amounts if a.start >= at >= 0] or amounts
    if len(after) == 1 and len(amounts) == 1:
        return [(piece, after[0]) for piece in named]
    return []


def _paired(slots: Slots, pieces: list[Piece]) -> list[tuple[Piece | None, Quantity | None]]:
    pairs: list[tuple[Piece | None, Quantity | None]] = []
    used: set[int] = set()
    amount_first = bool(pieces) and pieces[0].kind == "amount" and _leads(slots, pieces)
    for i, piece in enumerate(pieces):
        if piece.kind == "amount":
            continue
        order = (i - 1, i + 1) if amount_first else (i + 1, i - 1)
        amount = None
        for j in order:
            if 0 <= j < len(pieces) and j not in used and _beside(slots, piece, pieces[j]):
                amount = pieces[j].quantity
                used.add(j)
                break
        pairs.append((piece, amount))
    return _with_rest(slots, pieces, pairs, used)


def _with_rest(
    slots: Slots,
    pieces: list[Piece],
    pairs: list[tuple[Piece | None, Quantity | None]],
    used: set[int],
) -> list[tuple[Piece | None, Quantity | None]]:
    """Amounts beside no name: a second variant of the name before, or the amount of the only name."""
    rest = [(i, p) for i, p in enumerate(pieces) if p.kind == "amount" and i not in used]
    if not rest:
        return pairs
    for _, piece in rest:
        amount = piece.quantity
        assert amount is not None
        follows = slots.text[piece.end : piece.end + 3]
        if amount.bare:
            continue
        before = [
            (k, pair) for k, pair in enumerate(pairs) if pair[0] is not None and pair[0].start < piece.start
        ]
        if before and before[-1][1][1] is None:
            k = before[-1][0]
            name = pairs[k][0]
            gap = slots.text[name.end : piece.start] if name else ""
            if "," not in gap or len(gap) <= 3:
                pairs[k] = (name, amount)
        elif before and before[-1][1][1] is not None:
            last = before[-1][1][1]
            gap = slots.text[last.end : piece.start].strip(" ,，、和")
            if (
                last.unit == amount.unit
                and 1 <= len(gap) <= 4
                and not _SPLIT_NOTE.match(follows)
                and gap[-1:] not in "共是每送给"
            ):
                pairs.append((before[-1][1][0], amount))
        elif not before and pairs and pairs[0][1] is None:
            pairs[0] = (pairs[0][0], amount)
    if not pairs and rest:
        said = [p.quantity for _, p in rest if p.quantity is not None]
        pairs = [(None, ([a for a in said if not a.bare] or said)[0])]
    return pairs


def _leads(slots: Slots, pieces: list[Piece]) -> bool:
    """Does the first amount belong to the name after it (两箱桃子三盒枇杷)?"""
    nearest = next((p for p in pieces if p.kind != "amount"), None)
    gap = slots.text[pieces[0].end : nearest.start] if nearest is not None else None
    return gap == "" or (gap is not None and _GAP.match(gap[-8:]) is not None)


def _beside(slots: Slots, name: Piece, other: Piece) -> bool:
    """Do this name and this amount stand close enough to belong together?"""
    if other.kind != "amount":
        return False
    amount = other.quantity
    assert amount is not None
    low, high = (name.end, other.start) if other.start >= name.end else (other.end, name.start)
    gap = slots.text[low:high]
    if not gap:
        return True
    if "\n" in gap or "。" in gap or ";" in gap:
        return False
    if name.found is not None and name.found.weak and len(gap) > 2:
        return False
    if amount.bare:
        return bool(_BARE_GAP.match(gap))
    if ("," in gap or "，" in gap) and gap.strip(" ,，"):
        return False
    if other.start < name.start:
        return len(gap) <= 5
    return len(gap) <= 10


def _item(
    slots: Slots, piece: Piece | None, amount: Quantity | None, open_names: Sequence[str] | None
) -> ItemMention:
    mention, product, code = None, CURRENT, None
    candidates: tuple[str, ...] = ()
    if piece is not None:
        mention = slots.note.surface(piece.start, piece.end)
        code = piece.code
        if piece.found is not None:
            product = piece.found.names[0]
            if len(piece.found.names) > 1:
                candidates = piece.found.names
        elif code is not None and open_names and ord(code) - 65 < len(open_names):
            product = open_names[ord(code) - 65]
    if amount is None:
        return ItemMention(mention, product, None, None, Mode.SET, code, None, candidates)
    mode = mode_of(slots.text, amount)
    if mode is Mode.PLUS and mention is not None and mention.startswith(("#", "＃")):
        mode = Mode.SET
    unit = None
    if amount.unit is not None:
        at = amount.unit_at
        unit = slots.note.surface(at, at + len(amount.unit)) if at >= 0 else amount.unit
    return ItemMention(mention, product, amount.value, unit, mode, code, None, candidates, amount.at_most)


def same_item(slots: Slots) -> ItemMention:
    """The item of “同上”, with the amount when one is said right there."""
    assert slots.same is not None
    amount = next((a for a in slots.amounts if not a.bare and a.start >= slots.same[0]), None)
    surface = slots.note.surface(*slots.same)
    return ItemMention(
        surface, SAME_AS_PREVIOUS, amount.value if amount else None, amount.unit if amount else None
    )


ONE = Decimal(1)
