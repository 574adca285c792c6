"""Acknowledgements that wait to be said together: one message for many neighbours (contract §9.12)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.rows import Row, UtcDateTime

BATCH = 5
"""So many waiting acknowledgements are said at once."""
FLOOD = 20
FLOOD_WINDOW = timedelta(seconds=10)
FLOOD_SLOT = timedelta(seconds=4)
"""While FLOOD or more arrive within the window, one message per slot (500 in a minute: 17 messages)."""


class Ack(Row, table=True):
    """One change that is to be acknowledged in a room. `facts` is what the words are made of."""

    index_by = ("room_id",)

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    room_id: str
    topic: str
    person_id: str
    cause: str
    at: datetime = Field(sa_type=UtcDateTime)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class AckPace(Row, table=True):
    """When a room last heard an acknowledgement, and how fast they come in."""

    tenant_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    last_said: datetime | None = Field(default=None, sa_type=UtcDateTime)
    window_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    window_count: int = 0
    flood_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def arrived(self, now: datetime) -> None:
        """Count one; a full window starts or prolongs the flood."""
        if self.window_start is None or now - self.window_start > FLOOD_WINDOW:
            self.window_start, self.window_count = now, 0
        self.window_count += 1
        if self.window_count >= FLOOD:
            self.flood_until = now + FLOOD_WINDOW

    def due(
        self, now: datetime, waiting: int, first: datetime, pace: timedelta, digest: timedelta
    ) -> datetime:
        """When the waiting ones are to be said: now, or a later moment."""
        if self.last_said is None or now - self.last_said >= digest:
            return now
        if self.flood_until is not None and now < self.flood_until:
            return max(now, self.last_said + max(pace, FLOOD_SLOT))
        if waiting >= BATCH:
            return max(now, self.last_said + pace)
        return min(first + digest, max(now, self.last_said + digest))
