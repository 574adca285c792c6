"""Lengths of time: 两小时, 一天半, 半个钟头."""

import re
from datetime import timedelta

from nlp.deadlines._words import NUMBER, UNITS, value

_LENGTH = re.compile(
    rf"(?<![\d.第])(?P<n>{NUMBER})个?(?P<half>半)?(?P<unit>{'|'.join(UNITS)})(?![份点号])(?P<more>半)?"
)


def find_duration(text: str) -> timedelta | None:
    """The sum of the lengths said in folded text, up to a year; None when there is none."""
    total = timedelta()
    for match in _LENGTH.finditer(text):
        amount = value(match["n"]) + (0.5 if match["half"] or match["more"] else 0)
        total += UNITS[match["unit"]] * amount
    return total if timedelta() < total <= timedelta(days=366) else None
