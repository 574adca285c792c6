"""Whether the room is just talking of something else than goods: “三缺一” — “算我一个”."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from handlers._chat import Chat
from handlers._group_buys import home_room
from handlers._questions import in_words, open_subjects
from nlp import topics
from nlp.meaning import CURRENT, ItemMention

TALK = timedelta(minutes=5)
"""How long an invitation stands in the air."""
CHAT = timedelta(minutes=3)
SOME = 2
"""So many lines within CHAT, none of them about goods, are talk."""
ANSWER = timedelta(minutes=2)
"""How long a neighbour's question waits for its answer."""
_ANY_GOODS = frozenset("个份单件斤公斤两克样")
"""Units that say nothing of what is counted."""


def elsewhere(chat: Chat) -> Any | None:
    """The line that shows that the room speaks of something else than goods on offer here.

    The newest line that shows anything decides; None when it is about goods, or nothing shows.
    """
    for line in _said(chat, TALK):
        leader = chat.shop.is_leader(line.person_id, chat.room_id)
        lives = not leader and (topics.DAILY_LIFE.search(line.text) or topics.INVITES.search(line.text))
        if lives or topics.OTHER_SHOPS.search(line.text):
            chat.why(f"talk of something else: {line.text[:20]}")
            return line
        if _of_goods(chat, line.text):
            return None
    return None


def chatting(chat: Chat) -> bool:
    """Neighbours are at something else: some lines in a row, and none of them about goods or the bot's."""
    lines = 0
    for line in _said(chat, CHAT, also_bot=True):
        if line.person_id == "bot" or _of_goods(chat, line.text):
            return False
        lines += not chat.shop.is_leader(line.person_id, chat.room_id)
    return lines >= SOME


def joins_something_else(chat: Chat) -> bool:
    """A bare “算我一个”, “两盒” or “+1” that answers talk which has nothing to do with goods."""
    items = chat.meaning.items
    if not _bare(chat) or any(i.product not in (None, CURRENT) or i.code is not None for i in items):
        return False
    subjects = open_subjects(chat, home_room(chat))
    units = {subject.facts.unit or "份" for subject in subjects} - {"个"}
    if any(item.unit in units for item in items):
        return False
    if len(subjects) > 1 and any(_no_unit_of(item, subjects) for item in items):
        chat.why("counted in what nothing here is sold in")
        return True
    if _vague_amid_talk(chat, several=len(subjects) > 1):
        return True
    said = list(_until_goods(chat))
    return bool(said) and (_answers(chat, said[0]) or _agrees(chat, said))


def _vague_amid_talk(chat: Chat, *, several: bool) -> bool:
    """It does not say of what, and the room is at something else."""
    if topics.GROUP_BUY.search(chat.text):
        return False
    if several and elsewhere(chat) is not None:
        return True
    if (several or topics.ALSO.search(chat.text)) and chatting(chat):
        chat.why("amid talk, and it does not say of what")
        return True
    return False


def _answers(chat: Chat, last: Any) -> bool:
    """“3个” after a neighbour's “取几个”; “来一个” after one's own “谁有充电宝借一个”."""
    if chat.now - last.at > ANSWER:
        return False
    mine = last.person_id == chat.person_id
    others = not mine and not chat.shop.is_leader(last.person_id, chat.room_id)
    asked = others and topics.ASKS_NUMBER.search(last.text) and not topics.OF_OURS.search(last.text)
    if not (asked or (mine and topics.ASKS_FAVOUR.search(last.text))):
        return False
    chat.why(f"talk: {last.text[:20]}")
    return True


def _agrees(chat: Chat, said: Sequence[Any]) -> bool:
    """“+1” to an invitation, or down a row of them to an opinion."""
    agrees = topics.AGREES.fullmatch(chat.text) is not None
    for line in said:
        if topics.INVITES.search(line.text) or (agrees and topics.OPINION.search(line.text)):
            chat.why(f"talk: {line.text[:20]}")
            return True
        agrees = agrees and topics.AGREES.fullmatch(line.text) is not None
    return False


def _no_unit_of(item: ItemMention, subjects: Sequence[Any]) -> bool:
    """“两张” where nothing comes in sheets."""
    if item.unit is None or item.unit in _ANY_GOODS:
        return False
    sold = [f"{s.facts.unit or '份'}{s.facts.pack or ''}{s.name}" for s in subjects]
    return not any(item.unit in text or "份" in text for text in sold)


# -- what was said before ------------------------------------------------------------------------


def _bare(chat: Chat) -> bool:
    """Said into a room, to nobody in particular."""
    return chat.room_id is not None and not chat.message.addressed and not chat.message.quote_id


def _said(chat: Chat, within: timedelta, *, also_bot: bool = False) -> Iterator[Any]:
    """What people said before a bare message, newest first."""
    for line in reversed(chat.recent) if _bare(chat) else ():
        if chat.now - line.at > within:
            return
        if also_bot or line.person_id != "bot":
            yield line


def _until_goods(chat: Chat) -> Iterator[Any]:
    """Back to where the talk was of goods or amounts of them."""
    home = home_room(chat)
    for line in _said(chat, TALK):
        amounts = topics.AMOUNTS.search(line.text) and not topics.AGREES.fullmatch(line.text)
        if amounts or in_words(chat, line.text, home):
            return
        yield line


def _of_goods(chat: Chat, text: str) -> bool:
    return topics.GROUP_BUY.search(text) is not None or bool(in_words(chat, text, home_room(chat)))
