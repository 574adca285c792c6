"""What a group buy looks like from outside: the state of contract §3."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from storage.group_buys.tables import GroupBuy, Item, SignUp


def number(quantity: Decimal | None) -> int | float | None:
    """A quantity as JSON has it: whole numbers stay whole."""
    if quantity is None:
        return None
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


def group_buy_state(
    group_buy: GroupBuy, items: Iterable[Item], sign_ups: Iterable[SignUp], zone: ZoneInfo
) -> dict[str, Any]:
    """One group buy with its items, lines and wait-list."""
    items = sorted(items, key=lambda item: item.code)
    names = {item.code: item.name for item in items}
    lines = sorted(sign_ups, key=lambda line: line.order)
    deadline = group_buy.deadline
    return {
        "number": group_buy.number,
        "room": group_buy.room_id,
        "title": group_buy.title,
        "state": group_buy.state,
        "deadline": deadline.astimezone(zone).isoformat() if deadline else None,
        "target": number(group_buy.target),
        "target_kind": group_buy.target_kind,
        "items": [
            {
                "code": item.code,
                "name": item.name,
                "price_fen": item.price_fen,
                "unit": item.unit,
                "limit": number(item.limit),
                "per_person": number(item.per_person),
                "taken": number(item.taken),
                "paused": item.paused,
            }
            for item in items
        ],
        "sign_ups": [
            {
                "buyer": line.buyer_id,
                "name": line.name,
                "for": line.for_name,
                "household": line.household,
                "items": _items(line.items, names),
                "remark": line.remark,
                "state": line.state,
                "payment": line.payment,
                "paid": line.payment == "paid",
                "message": line.message,
            }
            for line in lines
        ],
        "waiting": _waiting(lines),
    }


def _items(quantities: dict[str, str], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "quantity": number(Decimal(quantities[code])),
        }
        for code in sorted(quantities)
    ]


def _waiting(lines: list[SignUp]) -> list[dict[str, Any]]:
    queue = [line for line in lines if line.waiting]
    queue.sort(key=lambda line: min(place for _, place in line.waiting.values()))
    return [
        {
            "buyer": line.buyer_id,
            "name": line.name,
            "for": line.for_name,
            "items": [
                {"code": code, "quantity": number(Decimal(line.waiting[code][0]))}
                for code in sorted(line.waiting)
            ],
        }
        for line in queue
    ]
