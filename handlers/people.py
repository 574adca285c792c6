"""People: serving a room, greeting it once, and who may do what."""

from handlers import Arrival, Chat, Filter, Router, Turn
from storage.people import Room

router = Router("people", rank=5)

GREETING = (
    "大家好，我是机器人小团，帮大家接龙、答商品问题、找客服。"
    "只记录和下单售后有关的话；私聊我「删除我的信息」可删除。"
)

not_served = Filter(
    lambda chat: chat.room is not None and not chat.room.served and not chat.room.is_agent_room
)


@router.message(not_served)
async def serve_or_stay_silent(chat: Chat) -> bool:
    """A room is served once its owner addresses the bot or opens a group buy (contract §9.14)."""
    room = chat.room
    assert room is not None
    if not chat.is_leader:
        return True
    room.served = True
    greet(chat, room)
    return False


@router.event(Arrival)
async def arrived(turn: Turn, arrival: Arrival) -> None:
    """The bot was invited: one line about what is recorded and why."""
    room = turn.rows(Room).get(arrival.room_id)
    if room is not None and arrival.bot and room.served:
        greet(turn, room)


def greet(turn: Turn, room: Room) -> None:
    """Say once per room who the bot is, what is recorded, and how to be forgotten (L1)."""
    if not room.greeted:
        room.greeted = True
        turn.say_in(room.id, GREETING)
