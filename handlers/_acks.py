"""Saying acknowledgements together: the first of a burst at once, the others in digests."""

from collections.abc import Callable, Mapping, Sequence

from handlers._turn import Turn
from storage.acks import Ack, AckPace
from storage.outbox import Urgency
from storage.people import Room

DIGEST = "digest"
"""The timer that says what waits in a room."""
DIGESTS = {"安静": 3.0, "热闹": 0.5}
"""How much longer or shorter a room's digests wait at its noise level (C15)."""

Words = Mapping[str, Callable[[Turn, Sequence[Ack]], str | None]]


def acknowledge(
    turn: Turn, room_id: str, topic: str, person_id: str, *, quiet: bool = False, **facts: object
) -> None:
    """Note a change that the room must hear of; said with the neighbours' (contract §9.12).

    A quiet one (a recall) is no reason to speak: it goes with the next digest.
    """
    turn.rows(Ack).add(
        Ack(
            tenant_id=turn.shop.tenant,
            number=turn.shop.next_number("ack"),
            room_id=room_id,
            topic=topic,
            person_id=person_id,
            cause=turn.cause,
            at=turn.now,
            facts=facts,
        )
    )
    if quiet:
        return
    pace = _pace(turn, room_id)
    pace.arrived(turn.now)
    waiting = turn.rows(Ack).by("room_id", room_id)
    settings = turn.shop.settings
    room = turn.rows(Room).get(room_id)
    digest = settings.digest * DIGESTS.get(room.settings.get("noise", "") if room else "", 1.0)
    due = pace.due(turn.now, len(waiting), waiting[0].at, settings.pace, digest)
    turn.timer(DIGEST, room_id, due)


def say_waiting(turn: Turn, room_id: str, words: Words, cause: str | None = None) -> None:
    """Say everything that waits in a room in one message, and rest."""
    waiting = turn.rows(Ack).by("room_id", room_id)
    turn.cancel_timer(DIGEST, room_id)
    if not waiting or _waits_for_morning(turn, room_id):
        return
    parts = []
    for topic in dict.fromkeys(ack.topic for ack in waiting):
        mine = [ack for ack in waiting if ack.topic == topic]
        text = words[topic](turn, mine)
        if text:
            parts.append(text)
    for ack in waiting:
        turn.rows(Ack).drop(ack)
    if parts:
        _pace(turn, room_id).last_said = turn.now
        turn.cause = cause or waiting[-1].cause
        turn.say_in(room_id, "\n".join(parts), urgency=Urgency.ACK)


def _waits_for_morning(turn: Turn, room_id: str) -> bool:
    """Past the day's messages all wait together for the morning, and the leader is told once (§9.8)."""
    settings, room = turn.shop.settings, turn.rows(Room).get(room_id)
    local = settings.local(turn.now)
    if room is None or not room.full(local.date(), settings.daily_messages_per_room):
        return False
    turn.timer(DIGEST, room_id, settings.quiet_hours.next_end(local))
    today = local.date().isoformat()
    if room.settings.get("full_on") != today:
        room.setting("full_on", today)
        turn.say_to_leaders(
            room_id,
            f"{room.name or '群里'}今天的消息说满了，登记照记，确认明早一起发",
        )
    return True


def drop_waiting(turn: Turn, room_id: str, message: str) -> bool:
    """Take back what was not said yet about a recalled message; False when it was said."""
    mine = [ack for ack in turn.rows(Ack).by("room_id", room_id) if ack.cause == message]
    for ack in mine:
        turn.rows(Ack).drop(ack)
    return bool(mine)


def _pace(turn: Turn, room_id: str) -> AckPace:
    paces = turn.rows(AckPace)
    return paces.get(room_id) or paces.add(AckPace(tenant_id=turn.shop.tenant, room_id=room_id))
