"""What must not be read by a whole group: phone numbers, rooms and addresses, found and masked.

Rules from product/laws 9 and contract §9.10, §9.16: members' data is masked, the shop's own numbers
and pickup points may be said.
"""

import re
from collections.abc import Iterable

_GAP = r"[\s\-－—–.·_]?"
PHONE = re.compile(rf"(?<![0-9])1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")
"""A mainland mobile number, plain or broken up by spaces, dashes or dots."""


def phones(text: str) -> list[str]:
    """The mobile numbers in a text, digits only."""
    return [_digits(found.group()) for found in PHONE.finditer(text)]


def guard(text: str, own: Iterable[str] = ()) -> str:
    """A text fit for a group: mobile numbers masked, except the shop's own."""
    if "1" not in text and "１" not in text:
        return text
    allowed = {number for value in own for number in phones(value)}

    def mask(found: re.Match[str]) -> str:
        digits = _digits(found.group())
        return found.group() if digits in allowed else mask_phone(digits)

    return PHONE.sub(mask, text)


def mask_phone(digits: str) -> str:
    """13812345678 → 138****5678."""
    return f"{digits[:3]}****{digits[-4:]}"


def mask_household(household: str) -> str:
    """5-301 → 5-3**: the building stays readable for sorting, the door does not."""
    head, dash, tail = household.rpartition("-")
    return f"{head}{dash}{tail[:1]}{'*' * (len(tail) - 1)}" if tail else household


def mask_name(name: str) -> str:
    """A proxy's name longer than two characters: 欧阳小美 → 欧** (contract §9.10)."""
    return name if len(name) <= 2 else f"{name[0]}**"


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdigit())
