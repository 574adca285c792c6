"""From one pasted paragraph to a draft group buy, and the words that correct it afterwards."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from nlp.normalize import fold_each as fold
from nlp.opening._corrections import correct
from nlp.opening._items import Found, Reading, read_items
from nlp.opening._lint import DraftWarning, draft_lint
from nlp.opening._shapes import AMOUNT, PEOPLE, QUANTITY, Opening, OpeningItem, Tier, better_price, problems
from nlp.opening._terms import MASK, Term, find_terms

__all__ = [
    "AMOUNT",
    "PEOPLE",
    "QUANTITY",
    "DraftWarning",
    "Opening",
    "OpeningItem",
    "Tier",
    "draft_lint",
    "parse_correction",
    "parse_opening",
]

_LONGEST = 4_000


def parse_opening(text: str, now: datetime) -> Opening:
    """The group buy that a leader's paragraph describes; what is missing stands in `problems`."""
    original = text[:_LONGEST].replace("\r\n", "\n")
    terms, masked = find_terms(fold(original), now)
    reading = read_items(original, masked)
    items = _with_terms(reading, terms, masked)
    deadline = next((t.value for t in terms if t.kind == "deadline"), None)
    target = next((t.value for t in terms if t.kind == "target"), None)
    count, kind, unit = target if isinstance(target, tuple) else (None, None, None)
    when = deadline if isinstance(deadline, datetime) else None
    step = next((t.value for t in terms if t.kind == "step"), None)
    return Opening(
        title=_titled(reading.title, original) or "、".join(item.name for item in items[:3]),
        items=items,
        deadline=when,
        target=count,
        target_kind=kind,
        target_unit=unit,
        pickup=_said(original, terms, "pickup"),
        arrival=_said(original, terms, "arrival"),
        step=step if isinstance(step, Decimal) else None,
        step_unit=_unit_of(terms),
        non_returnable=True if any(t.kind == "non_returnable" for t in terms) else None,
        notes=_notes(reading, terms),
        problems=problems(items, when),
    )


def _unit_of(terms: Sequence[Term]) -> str | None:
    return next((str(t.value) for t in terms if t.kind == "step_unit"), None)


def parse_correction(text: str, opening: Opening, now: datetime) -> Opening | None:
    """The opening with what the words change (截止改周六, A改成38, 加一个C 蓝莓 25元/盒), or None.

    For a draft and for an open group buy alike; several changes may stand in one message.
    """
    return correct(text, opening, now)


def _titled(title: str | None, original: str) -> str | None:
    """The title as written: 周六水果团 keeps its 团, which names of goods do not."""
    if title and re.search(rf"{re.escape(title)}团(?![购长])", original):
        return f"{title}团"
    return title


def _said(original: str, terms: list[Term], kind: str) -> str | None:
    for term in terms:
        if term.kind == kind and isinstance(term.value, tuple):
            start, end = term.value
            return original[start:end].strip(" 在：:") or None
    return None


def _notes(reading: Reading, terms: list[Term]) -> tuple[str, ...]:
    said = [str(t.value) for t in terms if t.kind == "note"]
    return tuple(n for n in dict.fromkeys([*reading.notes, *said]) if len(n) > 1)


def _with_terms(reading: Reading, terms: list[Term], masked: str) -> tuple[OpeningItem, ...]:
    found = sorted(reading.items, key=lambda item: item.start)
    items = [
        OpeningItem(
            code=item.code or "",
            name=item.name,
            price_fen=item.price_fen,
            unit=item.unit,
            pack=item.pack,
            tiers=tuple(item.tiers),
        )
        for item in found
    ]
    items = [replace(item, code=_letter(i, found)) for i, item in enumerate(items)]
    for term in terms:
        if isinstance(term.value, tuple) and term.kind in _APPLY:
            for index in _targets_of(term, found, masked):
                items[index] = _APPLY[term.kind](items[index], term.value)
    return tuple(items)


def _letter(index: int, found: list[Found]) -> str:
    lettered = found[index].code
    if lettered and all(item.code for item in found):
        return lettered
    return chr(ord("A") + index) if index < 26 else f"A{index - 25}"


def _targets_of(term: Term, found: list[Found], masked: str) -> range:
    """A term belongs to the item it follows; one for everybody, or behind the last, to all."""
    count = len(found)
    before = [i for i, item in enumerate(found) if item.start <= term.start]
    if term.kind in ("per_everything", "limit_everything") or not before or count == 1:
        return range(count if term.kind != "limit" or count == 1 else 0)
    last = before[-1]
    if last < count - 1 or term.kind == "total_tier":
        return range(last, last + 1)
    near = not masked[found[last].end : term.start].strip(" ,，" + MASK)
    if near and (found[last].code or term.kind == "limit"):
        return range(last, last + 1)
    return range(count) if term.kind == "per_person" else range(0)


def _limit(item: OpeningItem, value: tuple[object, ...]) -> OpeningItem:
    return replace(item, limit=Decimal(str(value[0])))


def _per_person(item: OpeningItem, value: tuple[object, ...]) -> OpeningItem:
    return replace(item, per_person=Decimal(str(value[0])), per_household=bool(value[1]))


def _total_tier(item: OpeningItem, value: tuple[object, ...]) -> OpeningItem:
    tier = better_price(item.price_fen, int(str(value[0])), int(str(value[1])))
    return replace(item, tiers=(*item.tiers, tier)) if tier is not None else item


_APPLY = {
    "limit": _limit,
    "limit_everything": _limit,
    "per_person": _per_person,
    "per_everything": _per_person,
    "total_tier": _total_tier,
}
