"""Sending: each step of a message on its way is a change of its outbox row, kept like any other."""

from datetime import datetime, timedelta

from handlers import Router, Turn
from storage.outbox import NotDelivered, OutboxRow, Sending, Urgency
from storage.people import Person, Room

LEASE = timedelta(seconds=30)
"""A send takes no longer; past it the message is in doubt."""
ECHO_WAIT = timedelta(seconds=8)
"""So long an echo may take (the gateways measured need well under a second)."""
FRIEND_WAIT = timedelta(hours=72)
"""So long a message waits for its reader to become a friend (contract §9.15)."""
FRIEND_RETRY = timedelta(minutes=2)
TOO_LATE = timedelta(minutes=30)
"""An advert that could not go out for so long is yesterday's news: missed (contract §3)."""
QUOTED = 20
"""Characters of a lost message that its leader is shown."""

sending = Router("sending", rank=100)


def _row(turn: Turn, number: int) -> OutboxRow | None:
    return turn.rows(OutboxRow).get(number)


@sending.command("outbox.start")
async def start(turn: Turn, data: tuple[int, None]) -> bool:
    """About to be handed over; False when it is not to be sent any more."""
    row = _row(turn, data[0])
    if row is None or row.state not in (Sending.PENDING, Sending.WAITING_FRIEND):
        return False
    if row.urgency == Urgency.ADVERT and row.attempts == 0 and turn.now - row.next_at > TOO_LATE:
        row.give_up("too late")
        _tell(turn, row)
        return False
    row.start(turn.now, LEASE)
    return True


@sending.command("outbox.sent")
async def sent(turn: Turn, data: tuple[int, str | None]) -> None:
    """The channel took it."""
    row = _row(turn, data[0])
    if row is not None:
        row.sent(data[1])


@sending.command("outbox.failed")
async def failed(turn: Turn, data: tuple[int, str]) -> None:
    """It certainly did not go out."""
    row = _row(turn, data[0])
    if row is not None and row.state == Sending.SENDING:
        row.failed(turn.now, data[1])
        _tell(turn, row)


@sending.command("outbox.postponed")
async def postponed(turn: Turn, data: tuple[int, str]) -> None:
    """It did not go out because nothing could: it keeps its place and its attempts."""
    row = _row(turn, data[0])
    if row is not None and row.state == Sending.SENDING:
        row.postponed(turn.now, data[1])


@sending.command("outbox.doubt")
async def doubt(turn: Turn, data: tuple[int, str | None]) -> None:
    """Nobody knows."""
    row = _row(turn, data[0])
    if row is not None and row.state == Sending.SENDING:
        row.doubt(turn.now, ECHO_WAIT)


@sending.command("outbox.settle")
async def settle(turn: Turn, data: tuple[int, None]) -> None:
    """No echo came in time."""
    row = _row(turn, data[0])
    if row is None:
        return
    if row.state == Sending.SENDING:
        row.doubt(turn.now, ECHO_WAIT)
    elif row.state == Sending.IN_DOUBT:
        row.settle(turn.now)
        _tell(turn, row)


@sending.command("outbox.retry")
async def retry(turn: Turn, number: int) -> bool:
    """Somebody at the desk wants a message that was given up to be sent after all."""
    rows = turn.rows(OutboxRow)
    rows.adopt(await turn.shop.find(OutboxRow, number=number))
    row = rows.get(number)
    if row is None or row.state != Sending.DEAD:
        return False
    row.again(turn.now)
    turn.said.append(row)
    return True


@sending.command("outbox.no_friend")
async def no_friend(turn: Turn, data: tuple[int, None]) -> None:
    """The person is no friend of the account: one neutral line in the group, and the message waits."""
    row = _row(turn, data[0])
    if row is None or row.person_id is None or row.state not in (Sending.PENDING, Sending.WAITING_FRIEND):
        return
    if turn.now - row.created_at > FRIEND_WAIT:
        row.give_up("no friend within 72 h")
        _tell(turn, row)
        return
    first = row.state != Sending.WAITING_FRIEND
    row.state, row.next_at = Sending.WAITING_FRIEND, turn.now + FRIEND_RETRY
    room_id = _room_of(turn, row.person_id)
    if first and room_id is not None and not _told(turn, row.person_id, turn.now):
        turn.say_in(room_id, "加我好友看详情", mention=(row.person_id,))


@sending.command("outbox.befriended")
async def befriended(turn: Turn, person_id: str) -> None:
    """What waited for the person to become a friend goes out now."""
    for row in turn.rows(OutboxRow):
        if row.person_id == person_id and row.state == Sending.WAITING_FRIEND:
            row.next_at = turn.now


def _tell(turn: Turn, row: OutboxRow) -> None:
    """A message that will not be sent is told to whom it concerns: handlers, and the room's leader."""
    if row.state != Sending.DEAD:
        return
    turn.emit(NotDelivered(row.idem_key, row.room_id, row.person_id, row.problem or ""))
    if row.room_id is not None and row.urgency != Urgency.NUDGE:
        text = " ".join(row.text.split())
        shown = text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
        turn.say_to_leaders(row.room_id, f"有一条没能确认发出，请看一眼群：「{shown}」")


def _room_of(turn: Turn, person_id: str) -> str | None:
    person = turn.rows(Person).get(person_id)
    room_id = person.marks.get("room") if person else None
    return room_id if room_id and turn.rows(Room).get(room_id) else None


def _told(turn: Turn, person_id: str, now: datetime) -> bool:
    person = turn.person(person_id)
    last = person.marks.get("told_friend")
    if last is not None and now - datetime.fromisoformat(last) < FRIEND_WAIT:
        return True
    person.mark("told_friend", now.isoformat())
    return False
