"""One-to-one folding of characters: full width to half, traditional to simplified, same length."""

from functools import lru_cache

import opencc

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDTH |= {0x3000: 0x20, 0x2005: 0x20, 0xA0: 0x20, 0x2003: 0x20, 0x2002: 0x20, 0x2009: 0x20}


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)
def _simplified_character(character: str) -> str:
    simple: str = _converter().convert(character)
    return simple if len(simple) == 1 else character


def fold(text: str) -> str:
    """The text with half-width, simplified characters; every offset stays what it was."""
    text = text.translate(_WIDTH)
    if text.isascii():
        return text
    return "".join(_simplified_character(c) if c > "\u2e7f" else c for c in text)
