"""Messages to be sent: written with the change they tell of, sent after it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.rows import Row, UtcDateTime

RETRY_FIRST = timedelta(seconds=5)
RETRY_CEILING = timedelta(minutes=10)
ATTEMPTS = 8
"""After so many certain failures a message is dead and shown to people."""


class Sending(StrEnum):
    """Where a message is on its way."""

    HELD = "held"
    PENDING = "pending"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    WAITING_FRIEND = "waiting_friend"
    SENT = "sent"
    DEAD = "dead"


class Urgency(StrEnum):
    """Why it is sent: decides what quiet hours and the daily cap do to it (contract §9.8)."""

    ANSWER = "answer"
    ACK = "ack"
    RESULT = "result"
    HANDOFF = "handoff"
    ADVERT = "advert"
    NUDGE = "nudge"


def _unsent(table: Any) -> Any:
    return table.c.state.not_in([Sending.SENT, Sending.DEAD])


class OutboxRow(Row, table=True):
    """One message to one room or person. `number` orders a shop's messages."""

    __table_args__ = (UniqueConstraint("tenant_id", "idem_key"),)
    where_live = _unsent
    index_by = ("account",)

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    idem_key: str
    account: str
    room_id: str | None = None
    person_id: str | None = None
    kind: str = "text"
    text: str
    path: str | None = None
    url: str | None = None
    mentions: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    cause: str = ""
    urgency: str = Urgency.ANSWER
    state: str = Sending.PENDING
    attempts: int = 0
    next_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_id: str | None = None
    problem: str | None = None

    def start(self, now: datetime, lease: timedelta) -> None:
        """About to be handed to the channel; past the lease nobody knows whether it went out."""
        self.state, self.attempts, self.next_at = Sending.SENDING, self.attempts + 1, now + lease

    def sent(self, sent_id: str | None) -> None:
        """The channel took it."""
        self.state, self.sent_id, self.problem = Sending.SENT, sent_id, None

    def failed(self, now: datetime, problem: str) -> None:
        """It certainly did not go out: later again, in the end dead."""
        wait = min(RETRY_FIRST * 2 ** (self.attempts - 1), RETRY_CEILING)
        self.problem = problem
        self.next_at = now + wait
        self.state = Sending.DEAD if self.attempts >= ATTEMPTS else Sending.PENDING

    def doubt(self, now: datetime, wait: timedelta) -> None:
        """Nobody knows; wait for the echo until then."""
        self.state, self.next_at = Sending.IN_DOUBT, now + wait

    def settle(self, now: datetime) -> None:
        """No echo came: an advert is never said twice, everything else is said again."""
        if self.urgency == Urgency.ADVERT:
            self.state, self.problem = Sending.DEAD, "in doubt, not repeated"
        else:
            self.state, self.next_at = Sending.PENDING, now
