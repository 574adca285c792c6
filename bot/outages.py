"""Notices when nobody was listening: the process was gone, or a platform's connection was down."""

from collections.abc import Sequence
from datetime import datetime

from bot.channels import Channel
from bot.clock import Clock
from bot.inbox import Inbox

LOOK_EVERY = 15.0
"""Seconds between two looks."""
KEPT_EVERY = 4
"""Looks between two notes in the store that all is well."""
SETTLED = 2
"""Looks for which it must be well again: what waited is heard before anything is said of it."""


class Outages:
    """Looks at the channels; after an outage the shop is told once how long it was."""

    def __init__(self, channels: Sequence[Channel], inbox: Inbox, clock: Clock) -> None:
        self._channels, self._inbox, self._clock = channels, inbox, clock
        self._well_at: datetime | None = None
        """None: not since the process began."""
        self._well = 0
        self._down_since: datetime | None = None
        self._first = True

    async def look(self) -> None:
        """How it is now."""
        states = [channel.state() for channel in self._channels]
        now = self._clock.now()
        if not all(state.connected and state.logged_in for state in states):
            self._down_since = self._down_since or self._well_at
            self._well = 0
            return
        self._well_at, self._well = now, self._well + 1
        if self._well == SETTLED:
            if self._first or self._down_since is not None:
                await self._inbox.command("outage", self._down_since)
            self._first, self._down_since = False, None
        if self._well >= SETTLED and (self._well - SETTLED) % KEPT_EVERY == 0:
            await self._inbox.command("alive", None)
