"""Money is integer fen; this is the only place that turns it into words and back."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CEILING_FEN = 10**11
"""A billion yuan: more is a mistyped amount, never a price."""


def yuan(fen: int) -> str:
    """The amount in yuan as people write it: 3990 → "39.9", 4200 → "42"."""
    text = f"{Decimal(fen) / 100:.2f}"
    return text.rstrip("0").rstrip(".")


def fen(text: str) -> int:
    """Yuan as written ("39.90") to fen. Raises ValueError for anything else, too."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or abs(amount * 100) > CEILING_FEN:
        raise ValueError(text)
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def times(price_fen: int, quantity: Decimal) -> int:
    """The price of so many, rounded half up to a fen (half a jin of something)."""
    return int((price_fen * quantity).to_integral_value(ROUND_HALF_UP))


def plain(quantity: Decimal | int) -> str:
    """A quantity without needless zeros: 2.0 → "2", 0.50 → "0.5"."""
    text = f"{Decimal(quantity):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
