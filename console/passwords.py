"""Passwords: argon2id, worked out in threads, a few at a time, and as long for nobody as for somebody."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 128
AT_ONCE = 2
"""Each takes 64 MiB and a core: more at once would let strangers stop the shop."""
_COMMON = frozenset(
    ("1234567890", "0123456789", "qwertyuiop", "1q2w3e4r5t", "password123", "woaini1314", "a123456789")
)
_hasher = PasswordHasher()


class WeakPassword(Exception):
    """The password is refused; str() says why."""


NOBODYS = "nobody has this password"


@cache
def nobodys_hash() -> str:
    """What a password is checked against where there is no account: as much work, and never right."""
    return _hasher.hash(NOBODYS)


def check_strength(password: str, login: str) -> None:
    """Long enough, and no obvious one. Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"密码至少 {SHORTEST} 位。")
    if len(password) > LONGEST:
        raise WeakPassword(f"密码最多 {LONGEST} 位。")
    plain = password.lower()
    if plain in _COMMON or plain == login.lower() or len(set(plain)) < 4:
        raise WeakPassword("这个密码太好猜，换一个。")


class Passwords:
    """Works passwords out, `AT_ONCE` at a time."""

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """What is stored of a password."""
        async with self._gate:
            return await asyncio.to_thread(_hasher.hash, password)

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; without a stored one it takes as long to say no."""
        async with self._gate:
            return await asyncio.to_thread(_verify, stored, password[: LONGEST + 1])


def _verify(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or nobodys_hash(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
