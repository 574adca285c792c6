"""Fallback: a short question back when somebody spoke to the bot in vain; else silence."""

from handlers import Chat, Filter, Router, addressed, kind

router = Router("fallback", rank=90)

ONCE = 10
"""Minutes in which the same person is not asked back again."""
NOT_UNDERSTOOD = "没太明白～是想问商品、下单，还是找人工？回「帮助」看我会什么。"
HERE = "在呢，有事直接说～"
PICTURE = "图收到了。是问商品还是售后？说一句就行。"

to_customers = Filter(lambda chat: chat.room is None or not chat.room.is_agent_room)
to_bot_alone = Filter(lambda chat: not chat.message.mentions)


@router.message(addressed & to_customers & to_bot_alone & kind("text", "voice"))
async def ask_back(chat: Chat) -> None:
    """One question back, at most once in a while; agents' private words get none."""
    if chat.is_agent and not chat.is_leader:
        return
    if chat.meaning.fine in ("yes", "no", "choice"):
        return
    _once(chat, HERE if not chat.text.strip() else NOT_UNDERSTOOD)


@router.message(addressed & to_customers & kind("image"))
async def picture(chat: Chat) -> None:
    """A picture without a word: what is it about?"""
    _once(chat, PICTURE)


def _once(chat: Chat, words: str) -> None:
    if chat.recall_flow("asked_back", chat.room_id, chat.person_id) is not None:
        return
    chat.remember("asked_back", chat.room_id, chat.person_id, ONCE)
    chat.reply(words, mention=True)
