"""The bus between who hears and who decides: a shop's events in order, each at least once.

Who publishes learns when an event is safely taken; who handles acknowledges after its commit, so a
process may die at any moment. An event that comes twice is dropped by its key (`storage.inbox`).
In one process the inbox is all that: its queue keeps the order, and nothing has to travel.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels import Event


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event of a shop on its way. `key` names it for ever; `heard` is when a gateway took it."""

    shop: str
    key: str
    heard: datetime
    event: Event


class Unhandled(Exception):
    """What came cannot be handled, however often it comes; str() says why."""


Handle = Callable[[Sequence[Envelope]], Awaitable[None]]
"""Takes events of a shop, oldest first; returns when what they did is kept. An exception: once more."""
