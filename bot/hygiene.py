"""Hygiene: what no database can hold is taken out of an event before anything looks at it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bot.channels import Event, Quote

E = TypeVar("E", bound=Event | Quote)

_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
"""NUL, which PostgreSQL refuses, and halves of characters, which are no UTF-8."""


def storable(event: E) -> E:
    """The event itself, or one without such characters in its texts."""
    changes = {}
    for name in event.__dataclass_fields__:
        value = getattr(event, name)
        if value is None or (type(value) is str and value.isprintable()):
            continue
        clean = _clean(value)
        if clean is not value:
            changes[name] = clean
    return replace(event, **changes) if changes else event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value) if _UNSTORABLE.search(value) else value
    if isinstance(value, tuple):
        clean = tuple(_clean(each) for each in value)
        return clean if any(a is not b for a, b in zip(clean, value, strict=True)) else value
    if isinstance(value, Mapping):
        pairs = {_clean(key): _clean(each) for key, each in value.items()}
        return pairs if pairs != value else value
    return storable(value) if isinstance(value, Quote) else value
