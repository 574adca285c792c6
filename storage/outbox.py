"""Messages to be sent: written with the change they tell of, sent after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from storage.privacy import mask_private
from storage.rows import Row, UtcDateTime

RETRY_FIRST = timedelta(seconds=5)
RETRY_CEILING = timedelta(minutes=10)
IN_DOUBT = "in doubt"
"""How a problem begins when nobody knows whether a message went out."""
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

    @property
    def over(self) -> bool:
        """It was sent, or given up."""
        return self.state in (Sending.SENT, Sending.DEAD)

    def start(self, now: datetime, lease: timedelta) -> None:
        """About to be handed to the channel; past the lease nobody knows whether it went out."""
        self.state, self.attempts, self.next_at = Sending.SENDING, self.attempts + 1, now + lease

    def sent(self, sent_id: str | None) -> None:
        """The channel took it; somebody's number or door that it told stays with its reader alone."""
        self.state, self.sent_id = Sending.SENT, sent_id
        if self.problem is not None:
            self.problem = None
        if self.person_id is not None and (masked := mask_private(self.text)) != self.text:
            self.text = masked

    def failed(self, now: datetime, problem: str) -> None:
        """It certainly did not go out: later again, in the end dead."""
        self.problem, self.next_at = problem, now + self._wait()
        self.state = Sending.DEAD if self.attempts >= ATTEMPTS else Sending.PENDING

    def postponed(self, now: datetime, problem: str) -> None:
        """It did not go out, and that is not counted against it."""
        self.state, self.next_at, self.problem = Sending.PENDING, now, problem
        self.attempts -= 1

    def doubt(self, now: datetime, wait: timedelta) -> None:
        """Nobody knows; wait for the echo until then."""
        self.state, self.next_at = Sending.IN_DOUBT, now + wait

    def settle(self, now: datetime) -> None:
        """No echo came: what must not be said twice is given up, everything else is said again."""
        if self.only_once:
            self.give_up(f"{IN_DOUBT}, not repeated")
        elif self.attempts >= ATTEMPTS:
            self.give_up(f"{IN_DOUBT} too often")
        else:
            again = now if self.attempts <= 1 else now + self._wait()
            self.state, self.next_at = Sending.PENDING, again

    def again(self, now: datetime) -> None:
        """It was given up, and a person wants it sent after all."""
        self.state, self.attempts, self.next_at, self.problem = Sending.PENDING, 0, now, None

    def give_up(self, problem: str) -> None:
        """It will not be sent."""
        self.state, self.problem = Sending.DEAD, problem

    @property
    def only_once(self) -> bool:
        """A post or a closing notice, which a group must never read twice (contract §9.11)."""
        in_group = self.room_id is not None
        return self.urgency == Urgency.ADVERT or (in_group and self.urgency == Urgency.RESULT)

    def _wait(self) -> timedelta:
        doublings = max(self.attempts - 1, 0)
        return min(RETRY_FIRST * (1 << doublings), RETRY_CEILING)


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A message was given up: too many failures, too late, or nobody knows whether it went out."""

    idem_key: str
    room_id: str | None
    person_id: str | None
    problem: str
