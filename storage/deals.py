"""Deals: what is to be posted when, and what became of each post (D1–D3)."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON
from sqlmodel import Field

from storage.errors import Refused
from storage.people import Room
from storage.rows import Row, UtcDateTime
from storage.shop import Shop

LATE = timedelta(minutes=30)
"""A post later than this is missed, never made up for (contract §3)."""
SAME_TEXT = timedelta(hours=23)
"""The same advert may come again after so long (contract §9.19)."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HORIZON = 366 * 5
_RELATIVE = re.compile(r"今[天晚早日夜]|明[天早晚日]|后天|现在|马上|正在|即将|分钟后|小时后")


class DealState(StrEnum):
    """Whether a deal goes on."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"
    DONE = "done"
    DELETED = "deleted"


class PostState(StrEnum):
    """What became of a post (contract §3)."""

    POSTED = "posted"
    MISSED = "missed"
    SKIPPED = "skipped"
    QUEUED = "queued"
    BLOCKED = "blocked"


class NoSuchDeal(Refused):
    """No deal of that number in this room. Facts: number."""


class TimeGone(Refused):
    """The moment to post lies in the past."""


def _going_on(table: Any) -> Any:
    return table.c.state.not_in([DealState.DONE, DealState.DELETED])


class Deal(Row, table=True):
    """Something a leader wants said in a room at a time or again and again.

    `rule` is {freq, interval, byday, bymonthday, at, start}; a deal without one is said once, at
    `next_slot`. `kind`: post (the leader's text) or remind (the bot writes what is still missing).
    """

    index_by = ("room_id",)
    where_live = _going_on

    tenant_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    room_id: str
    kind: str = "post"
    text: str = ""
    rule: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    state: str = DealState.ACTIVE
    next_slot: datetime | None = Field(default=None, sa_type=UtcDateTime)
    group_buy: int | None = None
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)

    def advance(self, slot: datetime, zone: ZoneInfo) -> datetime | None:
        """The slot is dealt with; the next one, or None when the deal is done."""
        self.next_slot = next_slot(self.rule, slot, zone) if self.rule else None
        if self.next_slot is None:
            self.state = DealState.DONE
        return self.next_slot

    def resume(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Go on with the next slot after now. Raises TimeGone for a single one that has passed."""
        slot = next_slot(self.rule, now, zone) if self.rule else self.next_slot
        if slot is None or slot <= now:
            raise TimeGone()
        self.state, self.next_slot = DealState.ACTIVE, slot
        return slot


class DealPost(Row, table=True):
    """What became of one slot of a deal in one room: the row that makes it happen once."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    deal: int = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    slot: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    state: str
    text_key: str = Field(default="", index=True)
    reason: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


def next_slot(rule: Mapping[str, Any], after: datetime, zone: ZoneInfo) -> datetime | None:
    """The rule's first moment after `after`, in UTC.

    Hours are the shop's wall clock: an hour that a change to summer time leaves out comes an hour
    later, one that comes twice counts once.
    """
    local = after.astimezone(zone)
    hours = sorted(time.fromisoformat(at) for at in rule["at"])
    start = date.fromisoformat(rule["start"]) if rule.get("start") else local.date()
    # A day before: where the clock was put forward, yesterday's last hour may still be to come.
    for ahead in range(-1, _HORIZON):
        day = local.date() + timedelta(days=ahead)
        if day < start or not _falls_on(rule, day, start):
            continue
        for hour in hours:
            moment = datetime.combine(day, hour, zone).astimezone(UTC)
            if moment > after:
                return moment
    return None


def _falls_on(rule: Mapping[str, Any], day: date, start: date) -> bool:
    every = int(rule.get("interval") or 1)
    if rule["freq"] == "daily":
        return (day - start).days % every == 0
    if rule["freq"] == "weekly":
        monday, first = day - timedelta(day.weekday()), start - timedelta(start.weekday())
        wanted = rule.get("byday") or [WEEKDAYS[start.weekday()]]
        return WEEKDAYS[day.weekday()] in wanted and (monday - first).days // 7 % every == 0
    months = (day.year - start.year) * 12 + day.month - start.month
    last = calendar.monthrange(day.year, day.month)[1]
    days = rule.get("bymonthday") or [start.day]
    return months % every == 0 and day.day in {last if n == -1 else n for n in days}


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a slot now. `until`: when a queued one is tried again."""

    state: PostState
    reason: str = ""
    until: datetime | None = None


async def decide(shop: Shop, deal: Deal, text: str, slot: datetime, now: datetime) -> Decision:
    """Whether a post may go out at its slot: late, twice, quiet hours, the room's cap (D2, D3)."""
    room = shop.rows(Room).get(deal.room_id)
    if now - slot > LATE:
        return Decision(PostState.MISSED, "late")
    if room is None or not room.served:
        return Decision(PostState.SKIPPED, "gone")
    if room.settings.get("muted"):
        return Decision(PostState.SKIPPED, "muted")
    if await said_lately(shop, deal, text, now):
        return Decision(PostState.SKIPPED, "same")
    local = shop.settings.local(now)
    quiet = room.quiet_hours() or shop.settings.quiet_hours
    if quiet.contains(local):
        return Decision(PostState.QUEUED, "quiet", quiet.next_end(local).astimezone(UTC))
    if not adverts_left(room, local.date(), shop.settings.daily_messages_per_room):
        morning = max(shop.settings.quiet_hours.next_end(local), _tomorrow(local))
        return Decision(PostState.QUEUED, "cap", morning.astimezone(UTC))
    return Decision(PostState.POSTED)


def outdated(text: str, slot: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """A text about “today” that would come a day later than it was meant for."""
    same_day = slot.astimezone(zone).date() == now.astimezone(zone).date()
    return not same_day and _RELATIVE.search(text) is not None


def _tomorrow(local: datetime) -> datetime:
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def adverts_left(room: Room, day: date, cap: int) -> bool:
    """Whether the room bears another advert today: half of what is said there at most."""
    if room.counted_day != day.isoformat():
        return cap // 2 > 0
    return room.counted < cap and room.counted_adverts < cap // 2


def text_key(text: str) -> str:
    """What makes two adverts the same: their words, without blanks and signs."""
    return re.sub(r"[\W_]+", "", text)[:200]


async def said_lately(shop: Shop, deal: Deal, text: str, now: datetime) -> bool:
    """Whether the room has read this very text within 23 hours."""
    if deal.kind != "post":
        return False
    same = await shop.find(DealPost, room_id=deal.room_id, text_key=text_key(text))
    return any(p.state == PostState.POSTED and now - p.at < SAME_TEXT for p in same)


async def post_of(shop: Shop, deal: Deal, slot: datetime) -> DealPost | None:
    """The row of a slot, if it has been dealt with."""
    found = await shop.find(DealPost, deal=deal.number, room_id=deal.room_id, slot=slot)
    shop.rows(DealPost).adopt(found)
    return found[0] if found else None


def in_room(shop: Shop, room_id: str) -> list[Deal]:
    """The room's deals that go on or rest, by number."""
    listed = (DealState.ACTIVE, DealState.PAUSED)
    return sorted(
        (deal for deal in shop.rows(Deal).by("room_id", room_id) if deal.state in listed),
        key=lambda deal: deal.number,
    )


async def posts_state(shop: Shop, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Posts as contract §3 gives them."""
    posts = sorted(await shop.query(DealPost), key=lambda p: (p.slot, p.deal, p.room_id))
    return [
        {
            "deal": str(post.deal),
            "room": post.room_id,
            "slot": post.slot.astimezone(zone).isoformat(),
            "state": post.state,
        }
        for post in posts
    ]
