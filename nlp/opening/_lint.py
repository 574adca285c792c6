"""The leader's draft check (U12, C19): price typos, missing terms, struck-out prices."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nlp.opening._shapes import Opening, OpeningItem

FAR_OFF = 60
"""Percent from the usual price at which a typo is likely (39.9 against 3.99)."""

_BROUGHT = re.compile(r"送货|上门|送到|包送|快递|邮寄|配送|包邮")
"""Where goods are brought, nobody has to be told where to fetch them."""


@dataclass(frozen=True, slots=True)
class DraftWarning:
    """One doubt about a draft: a `code`, the item's letter if it is about one, and the facts.

    Codes: `missing_items` `missing_price` `missing_unit` `missing_deadline` `missing_pickup`
    `missing_target` `price_far_off` (usual_fen, price_fen, percent) `limit_below_target`
    `original_price` (words). What the advertising law forbids is no matter of this list.
    """

    code: str
    item: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def draft_lint(opening: Opening, history_prices: Mapping[str, int]) -> list[DraftWarning]:
    """What a leader should look at before posting; `history_prices` are fen by item name."""
    found = [DraftWarning("missing_items")] if not opening.items else []
    for item in opening.items:
        found += _item(item, history_prices)
    for name, value in (
        ("deadline", opening.deadline),
        ("pickup", opening.pickup),
        ("target", opening.target),
    ):
        brought = name == "pickup" and any(_BROUGHT.search(note) for note in opening.notes or ())
        if value is None and not brought:
            found.append(DraftWarning(f"missing_{name}"))
    found += _limit_below_target(opening)
    return found + _words(opening)


def _item(item: OpeningItem, history: Mapping[str, int]) -> list[DraftWarning]:
    found = []
    if item.price_fen is None:
        found.append(DraftWarning("missing_price", item.code, {"name": item.name}))
    if item.unit is None:
        found.append(DraftWarning("missing_unit", item.code, {"name": item.name}))
    usual = history.get(item.name)
    if usual and item.price_fen is not None:
        percent = round((item.price_fen - usual) * 100 / usual)
        if abs(percent) >= FAR_OFF:
            facts = {"name": item.name, "price_fen": item.price_fen, "usual_fen": usual}
            found.append(DraftWarning("price_far_off", item.code, {**facts, "percent": percent}))
    return found


def _limit_below_target(opening: Opening) -> list[DraftWarning]:
    limits = [item.limit for item in opening.items]
    if opening.target is None or opening.target_kind != "quantity" or None in limits:
        return []
    total = sum(limit for limit in limits if limit is not None)
    if not limits or total >= opening.target:
        return []
    return [DraftWarning("limit_below_target", facts={"limit": total, "target": opening.target})]


def _words(opening: Opening) -> list[DraftWarning]:
    said = "\n".join([opening.title, *(i.name for i in opening.items), *opening.notes])
    original = re.findall(r"(?:原价|市场价|超市价?|专柜价?|门店价)[:：]?[¥￥]?[\d.]+", said)
    return [DraftWarning("original_price", facts={"words": tuple(original)})] if original else []
