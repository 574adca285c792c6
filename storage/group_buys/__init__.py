"""Group buys: what one is, the rules it keeps, and how it is found."""

from storage.group_buys.find import (
    current,
    in_room,
    items_changed,
    live,
    mention,
    open_item_names,
    rooms_of,
)
from storage.group_buys.tables import GroupBuy, Item, LedgerEntry, SignUp, State

__all__ = [
    "GroupBuy",
    "Item",
    "LedgerEntry",
    "SignUp",
    "State",
    "current",
    "in_room",
    "items_changed",
    "live",
    "mention",
    "open_item_names",
    "rooms_of",
]
