"""How a shop is called at the broker."""

import base64
import zlib

PARTITIONS = 64
"""Fixed for ever: another number needs an empty stream."""
STREAM, DEAD = "MSG", "DEAD"


def partition_of(shop: str) -> int:
    """The same in every process and every version."""
    return zlib.crc32(shop.encode()) % PARTITIONS


def token_of(name: str) -> str:
    """Names are free text, so they travel in base64url."""
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def subject_of(shop: str, stream: str = STREAM) -> str:
    """Where a shop's messages go."""
    return f"{stream.lower()}.{partition_of(shop)}.{token_of(shop)}"
