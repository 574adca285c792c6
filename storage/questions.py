"""Questions that nobody could answer yet."""

from typing import Any
from zoneinfo import ZoneInfo

from storage.shop import Shop


async def unanswered_state(shop: Shop, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Open questions as contract §3 gives them."""
    return []
