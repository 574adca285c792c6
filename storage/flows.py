"""Flows: what the bot has asked, or remembers of the talk, per room and person, until it expires."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.rows import Row, UtcDateTime

EVERYONE = ""
"""The person of a flow that belongs to the room itself (what was last mentioned)."""


LISTENING = "listening"
"""The kind of a room's flow that anybody's short words may answer (a poll)."""
COMPLAINED = "complained"
"""The room has just heard a complaint: “我的也是” of a neighbour is one, too (U7)."""


class Flow(Row, table=True):
    """A question that waits for an answer, or a remembered fact of the conversation.

    `room_id` "" is the private chat. An expired flow counts as absent and harms nobody (B16).
    """

    index_by = ("person_id",)

    tenant_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    expires: datetime = Field(sa_type=UtcDateTime)

    def valid(self, now: datetime) -> bool:
        """Whether it still counts."""
        return now < self.expires
