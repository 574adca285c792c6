"""After an outage the rooms that were signing up hear once that something may be missing (M4)."""

from datetime import datetime, timedelta

from handlers import Router, Turn
from storage.group_buys.find import collecting_in
from storage.outbox import Urgency
from storage.people import Room
from storage.shop import ShopRow

router = Router("outages", rank=90)

WORTH_TELLING = timedelta(minutes=10)
"""A shorter one is a hiccup: what was said meanwhile comes by itself."""
ALIVE = "alive"
"""The mark of the shop that says when it was last known to hear everything."""


@router.command("alive")
async def alive(turn: Turn, _: None) -> None:
    """Everything is heard at this moment."""
    turn.shop.row.marks = {**turn.shop.row.marks, ALIVE: turn.now.isoformat()}


@router.command("outage")
async def heard_again(turn: Turn, since: datetime | None) -> None:
    """It is over; `since`: when it began (None: when the shop was last alive)."""
    row = turn.rows(ShopRow).get(())
    if since is None and row is not None and ALIVE in row.marks:
        since = datetime.fromisoformat(row.marks[ALIVE])
    if since is None or turn.now - since < WORTH_TELLING:
        return
    for room in sorted(turn.rows(Room), key=lambda room: room.id):
        asleep = room.quiet_hours() or turn.shop.settings.quiet_hours
        if not room.served or room.is_agent_room or asleep.contains(turn.shop.settings.local(turn.now)):
            continue
        if any(g.opened_at < since for g in collecting_in(turn.shop, room.id)):
            turn.say_in(
                room.id,
                f"刚才掉线了{_length(turn.now - since)}，可能漏单：没收到确认的请再发一次",
                urgency=Urgency.RESULT,
                key=f"outage:{room.id}:{since.isoformat()}",
            )


def _length(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 48 * 60 else f"{minutes // (24 * 60)}天"
