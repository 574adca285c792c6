"""The bus between who hears and who decides: a shop's events in order, each at least once.

Who publishes learns when an event is safely taken; who handles acknowledges after its commit, so a
process may die at any moment. An event that comes twice is dropped by its key (`storage.inbox`).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels import Event


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event of a shop on its way. `key` names it for ever; `heard` is when a gateway took it."""

    shop: str
    key: str
    heard: datetime
    event: Event


Handle = Callable[[str, Sequence[Envelope]], Awaitable[None]]
"""Takes events of one shop, oldest first; returns when what they did is kept. An exception: once more."""


class Bus(Protocol):
    """Carries envelopes."""

    async def start(self) -> None:
        """Connect, and make what is missing."""

    async def publish(self, envelope: Envelope) -> None:
        """Returns once the envelope is safely taken; those of a shop keep their order."""

    async def run(self, handle: Handle) -> None:
        """Handle what comes until cancelled; never two calls at a time for one shop."""

    async def stop(self) -> None:
        """Give everything back; idempotent."""

    def trouble(self) -> str | None:
        """What keeps it from carrying, for readyz."""
