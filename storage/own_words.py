"""What the shop itself makes public: its facts, and where and when its group buys are picked up."""

from collections.abc import Iterator
from functools import lru_cache

from storage.group_buys.tables import GroupBuy
from storage.privacy import Public
from storage.shop import Shop


def own_words(shop: Shop) -> Public:
    """Numbers and places that may be said in a group (contract §9.16)."""
    known: Public | None = shop.cache.get("own_words")
    if known is None:
        each = [_public_in(text) for text in _texts(shop)]
        numbers, places = (one.numbers for one in each), (one.places for one in each)
        known = Public(frozenset().union(*numbers), frozenset().union(*places))
        shop.cache["own_words"] = known
    return known


@lru_cache(10_000)
def _public_in(text: str) -> Public:
    """Looked for once in a text: one group buy that changes leaves the others as they were."""
    return Public.of((text,))


def _texts(shop: Shop) -> Iterator[str]:
    yield from shop.settings.facts.values()
    for group_buy in shop.rows(GroupBuy):
        for text in (group_buy.title, group_buy.pickup, group_buy.arrival, group_buy.notes):
            if text:
                yield text
