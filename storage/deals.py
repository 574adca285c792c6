"""Deals: what is to be posted when, and what became of each post."""

from typing import Any
from zoneinfo import ZoneInfo

from storage.shop import Shop


async def posts_state(shop: Shop, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Posts as contract §3 gives them."""
    return []
