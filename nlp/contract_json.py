"""Meanings and contexts as the JSON that the command line and the API speak (contract, section 4)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from nlp.meaning import Context, ItemMention, Meaning

UNKNOWN_ROLE = ""
"""A context that names no role: the wording alone tells leaders from buyers."""


def context_of(value: Mapping[str, Any] | None) -> Context:
    """The context of a JSON object; missing fields mean what the contract says."""
    if value is None:
        return Context(role=UNKNOWN_ROLE)
    names = value.get("open")
    now = value.get("now")
    return Context(
        open=None if names is None else tuple(str(name) for name in names),
        role=str(value.get("role") or UNKNOWN_ROLE),
        mentioned=bool(value.get("mentioned")),
        private=bool(value.get("private")),
        previous=_text(value.get("previous")),
        pending=_text(value.get("pending")),
        quoted=_text(value.get("quoted")),
        now=datetime.fromisoformat(str(now)) if now else None,
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def meaning_json(meaning: Meaning, id_: str | None = None) -> dict[str, Any]:
    """`{"id","intent","sub","confidence","slots"}`; every slot only when it was said."""
    return {
        "id": id_,
        "intent": meaning.intent,
        "sub": meaning.sub,
        "fine": meaning.fine,
        "confidence": meaning.confidence,
        "slots": _slots(meaning),
    }


def _slots(meaning: Meaning) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    if meaning.items:
        # Of a swap the contract names what is wanted from now on.
        items = meaning.items[-1:] if meaning.fine == "swap" else meaning.items
        slots["items"] = [_item(item) for item in items]
    if meaning.product is not None and meaning.product.product is not None:
        slots["product_mention"] = {"mention": meaning.product.mention, "product": meaning.product.product}
    for name in ("time", "address", "on_behalf_of", "phone"):
        value = getattr(meaning, name)
        if value:
            slots[name] = value
    if isinstance(meaning.deadline, datetime):
        slots["deadline"] = meaning.deadline.isoformat()
    elif meaning.deadline is not None:
        slots["deadline"] = meaning.deadline
    return slots


def _item(item: ItemMention) -> dict[str, Any]:
    return {
        "mention": item.mention,
        "product": item.product,
        "qty": _number(item.quantity),
        "unit": item.unit,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
