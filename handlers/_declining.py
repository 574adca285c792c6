"""Who may not: a leader's command from somebody who is none is declined in one neutral line."""

from handlers._chat import Chat
from handlers._filters import Filter

ONCE = 30
"""Minutes in which a stranger's commands are answered only once."""

stranger = Filter(lambda chat: not chat.is_leader and not chat.is_agent)


def decline(chat: Chat) -> None:
    """Once in a while, in one neutral line: this is the leader's."""
    if chat.recall_flow("declined", chat.room_id, chat.person_id) is not None:
        return
    chat.remember("declined", chat.room_id, chat.person_id, ONCE)
    chat.reply(_not_for_you(chat), mention=True)


def _not_for_you(chat: Chat) -> str:
    leaders = chat.shop.leaders_of(chat.room_id) if chat.room_id else []
    names = {chat.shop.name_of(person, chat.room_id) for person in leaders}
    if chat.sender and chat.sender in names:
        return "您和团长同名，但不是团长的账号，这个操作只有团长本人能做。"
    return "这个操作只有团长能做，需要的话喊一下团长。"
