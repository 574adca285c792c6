"""Rooms, the people in them, and what each may do: authority is by id, never by name."""

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.outbox import Urgency
from storage.rows import Row
from storage.settings import Hours

if TYPE_CHECKING:
    from storage.shop import Shop

LEADER, CO_LEADER, AGENT = "leader", "co_leader", "agent"


class Room(Row, table=True):
    """A group chat. `served`: the bot speaks there (contract §9.14)."""

    cached = True

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account: str
    name: str = ""
    owner: str | None = None
    served: bool = False
    greeted: bool = False
    is_agent_room: bool = False
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """noise (安静 普通 热闹) · quiet (from, to) · muted."""

    counted_day: str = ""
    counted: int = 0
    counted_adverts: int = 0

    def setting(self, name: str, value: object) -> None:
        """Change one setting."""
        self.settings = {**self.settings, name: value}

    def quiet_hours(self) -> Hours | None:
        """The room's own quiet hours, if its leader set some (C15)."""
        span = self.settings.get("quiet")
        return Hours(*(time.fromisoformat(edge) for edge in span)) if span else None

    def full(self, day: date, cap: int) -> bool:
        """Whether only answers, hand-offs and results may still be said today (contract §9.8)."""
        return self.counted_day == day.isoformat() and self.counted >= cap

    def count_message(self, day: date, urgency: str, cap: int) -> bool:
        """Count a message of today; False when the cap leaves no room for it (contract §9.8)."""
        if self.counted_day != day.isoformat():
            self.counted_day, self.counted, self.counted_adverts = day.isoformat(), 0, 0
        advert = urgency in (Urgency.ADVERT, Urgency.NUDGE)
        bound = urgency in (Urgency.ADVERT, Urgency.NUDGE, Urgency.ACK)
        if bound and self.counted >= cap:
            return False
        if advert and self.counted_adverts >= cap // 2:
            return False
        self.counted += 1
        self.counted_adverts += advert
        return True


_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+")


def display_name(name: str | None) -> str:
    """A nickname as it may be shown: without what nobody sees or what turns a line around."""
    return " ".join(_UNSEEN.sub("", name or "").split())


class Member(Row, table=True):
    """Somebody as seen in one room; the display name never authorises."""

    where_live = "none"
    partition = "room_id"
    index_by = ("room_id", "person_id")

    tenant_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    name: str = ""
    present: bool = True


class Person(Row, table=True):
    """A contact and what the shop must remember about how to treat it."""

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str = ""
    marks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """opted_out · told_fresh · household (masked elsewhere) · room (the last one) · …"""

    def mark(self, name: str, value: object) -> None:
        """Set one mark; None removes it."""
        marks = {**self.marks, name: value}
        self.marks = {key: kept for key, kept in marks.items() if kept is not None}

    def remember_once(self, name: str, value: object = True) -> None:
        """Set a mark that is never taken back; nothing changes when it is set."""
        if name not in self.marks:
            self.mark(name, value)


HAS_CASES, HAS_ORDERS = "has_cases", "has_orders"
"""Marks that spare a look into the store for people who never had any."""
HUMAN_FIRST, TOLD_CHOICE = "human_first", "told_choice"
"""Marks of who wants people instead of the bot, and of who has heard that one may choose."""


class Role(Row, table=True):
    """What a person may do in a room; room "" means the whole shop (agents)."""

    index_by = ("room_id", "person_id")

    tenant_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    name: str = ""
    source: str = "config"
    """config (follows the file), owner (follows the room) or chat (bound by a leader)."""


def person_of(shop: "Shop", person_id: str) -> Person:
    """The person's row, made when there is none."""
    people = shop.rows(Person)
    return people.get(person_id) or people.add(Person(tenant_id=shop.tenant, id=person_id))
