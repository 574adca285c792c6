"""Identity and chance: the only place that draws random bits (UUIDv7, RFC 9562 §5.7)."""

import secrets
from datetime import datetime
from hashlib import blake2b


class Ids:
    """Makes ids that sort by time; with a seed they are the same in every run (replay)."""

    def __init__(self, seed: str | None = None) -> None:
        self._seed = seed
        self._count = 0

    def new(self, now: datetime) -> str:
        """A UUIDv7 as 32 hex digits."""
        self._count += 1
        milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
        if self._seed is None:
            tail = secrets.randbits(74)
        else:
            text = f"{self._seed}:{self._count}".encode()
            tail = int.from_bytes(blake2b(text, digest_size=10).digest()) & (2**74 - 1)
        high, low = tail >> 62, tail & (2**62 - 1)
        return f"{milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"


def token(length: int = 24) -> str:
    """An unguessable URL-safe secret of at least `length` × 6 bits."""
    return secrets.token_urlsafe(length)
