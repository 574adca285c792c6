"""The state of a shop as contract §3 gives it, read from the rows."""

from datetime import datetime
from typing import Any

from storage.group_buys.report import group_buy_state
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.shop import Shop
from storage.timers import Timer


async def shop_state(shop: Shop, now: datetime) -> dict[str, Any]:
    """Group buys, tickets, posts, timers and unanswered questions."""
    zone = shop.settings.timezone
    group_buys = sorted(await shop.query(GroupBuy), key=lambda row: row.number)
    state: dict[str, Any] = {"group_buys": []}
    for group_buy in group_buys:
        items = await shop.load(Item, group_buy.number)
        sign_ups = await shop.load(SignUp, group_buy.number)
        state["group_buys"].append(group_buy_state(group_buy, items, sign_ups, zone))
    for name, read in sections().items():
        state[name] = await read(shop, zone)
    timers = sorted(shop.rows(Timer), key=lambda t: (t.due, t.kind, t.ref))
    state["timers"] = [
        {"kind": t.kind, "ref": t.ref, "due": t.due.astimezone(zone).isoformat()} for t in timers
    ]
    return state


def sections() -> dict[str, Any]:
    """The parts that other nouns contribute."""
    from storage.deals import posts_state
    from storage.questions import unanswered_state
    from storage.tickets import tickets_state

    return {
        "tickets": tickets_state,
        "posts": posts_state,
        "unanswered": unanswered_state,
    }
