"""Text to meaning: no I/O, no clock, no state but the catalogue's index."""

from nlp.meaning import (
    CHITCHAT,
    CURRENT,
    SAME_AS_PREVIOUS,
    Context,
    Copy,
    ItemMention,
    Meaning,
    Mode,
    ProductMention,
)
from nlp.products import ProductEntry, ProductHit
from nlp.understanding import Understander

__all__ = [
    "CHITCHAT",
    "CURRENT",
    "SAME_AS_PREVIOUS",
    "Context",
    "Copy",
    "ItemMention",
    "Meaning",
    "Mode",
    "ProductEntry",
    "ProductHit",
    "ProductMention",
    "Understander",
]
