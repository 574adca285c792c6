"""Hearing a question: is it meant for the bot, what does it point at, and holding its fragments."""

import re
from datetime import timedelta

from handlers._chat import Chat
from handlers._group_buys import home_room
from handlers._questions import Asked, in_words, open_subjects
from handlers._talk import chatting, elsewhere
from nlp.aspects import aspects_in
from storage.catalogue import names_goods
from storage.group_buys import in_room

HELD = "held_question"
PAUSE = timedelta(seconds=2.5)
"""Fragments that follow each other within this are one question (contract §9.12)."""
PATIENCE = timedelta(seconds=10)
"""However many fragments follow, an answer comes after this."""
FRAGMENTS = 8

_ASKS = re.compile(
    r"[吗么嘛呢没不伐咩][\s?？!！。~呀啊了]*$|[?？]|什么|啥|怎|咋|几|多少|多久|哪|谁|有没有|是不是|能不能|可不可以"
    r"|(.)不\1|还有没|多[大重长高厚]|[a-z]{2,} ?(?:ma|me)\b|为何|如何|点解|价格|价钱|还是"
    r"|[冇未咩][\s?？!！。~]*$|有[冇无莫]|限购|duo ?shao|qian\b"
)
_OF_OTHERS = re.compile(
    r"(?:我家孩子|我儿子|我女儿|我妈|我爸|我老公|我老婆)(?!.{0,2}(?:想|让我|叫我|托我)?问)|谁(?:能|可以|来|有空)?帮|我(?:的)?快递到了|你那个|你家那|你们家|隔壁|超市|某宝|淘宝"
)
"""Talk of one's own and of other people's things is none of the shop's."""
_RHETORICAL = re.compile(
    r"就不(?:能|会|知道|想)|[就都]有[^,，吗]{1,6}了[?？!！啊]*$|难道|至于吗|谁说|不香吗|不好吗|能不能别"
)
"""“你们就不能买点草莓吗”, “这个天就有西瓜了？” ask nothing."""
_ECHO = re.compile(
    r"\s*(?:是|真的?|对|好|行|会|不会|不是|这样|那样|有这事)(?:的|是|样)?(?:吗|么|嘛|吧|呀|啊|假的)?[?？!！~。]*\s*|真的假的[?？]*"
)
"""“是吗” only keeps a talk going."""
_AND_THIS = re.compile(r"(?:那|那么|还有)?(?P<what>.{1,10}?)(?:呢|咧|嘞)[?？~]*")


def hold(chat: Chat, asked: Asked) -> None:
    held = chat.recall_flow(HELD, chat.room_id, chat.person_id)
    parts = [*(held["parts"] if held else []), asked.to_json()][-FRAGMENTS:]
    first = held["first"] if held else chat.now.timestamp()
    home = home_room(chat)
    chat.remember(HELD, chat.room_id, chat.person_id, 10, parts=parts, first=first, home=home)
    waited = timedelta(seconds=chat.now.timestamp() - first)
    due = chat.now + min(PAUSE, max(PATIENCE - waited, timedelta(0)))
    chat.timer(
        "answer", f"{chat.room_id or ''}|{chat.person_id}", due,
        room=chat.room_id, person=chat.person_id,
    )  # fmt: skip
    chat.why(f"question held: {', '.join(asked.aspects)}")


def ellipsis(chat: Chat) -> bool:
    """“那鸡蛋呢？”: the same question for something else."""
    last = chat.recall_flow("asked_about", chat.room_id, chat.person_id)
    said = _AND_THIS.fullmatch(chat.text.strip())
    if last is None or said is None or aspects_in(chat.text):
        return False
    named = names_in(chat)
    if not named and said["what"] not in ("这个", "那个", "这", "那"):
        return False
    pointed = chat.meaning.product.product if chat.meaning.product else None
    products = tuple(named) or ((pointed,) if pointed else ())
    hold(chat, Asked(chat.message.id, chat.text, tuple(last["aspects"]), None, products, True))
    return True


def names_in(chat: Chat) -> list[str]:
    text = chat.text + (chat.message.quote_text or "" if "个" in chat.text else "")
    return in_words(chat, text, home_room(chat))


def just_said(chat: Chat, asked: Asked) -> Asked:
    """The product that the same person named a moment ago, in a message of its own."""
    for line in reversed(chat.recent):
        if chat.now - line.at > PATIENCE:
            break
        if line.person_id == chat.person_id and len(line.text) <= 10:
            named = in_words(chat, line.text, home_room(chat))
            if named:
                return Asked(asked.id, asked.text, asked.aspects, asked.sub, tuple(named), True, asked.heard)
    return asked


def for_the_bot(chat: Chat, asked: Asked) -> bool:
    """Addressed, private, or a clear question about something on offer (contract §9.19)."""
    if chat.is_agent and not chat.is_leader:
        return False
    if chat.room is not None and chat.room.settings.get("muted") and not chat.is_leader:
        return False
    if chat.message.addressed:
        return True
    room = chat.room
    if room is None or room.is_agent_room or chat.is_leader or _to_somebody_else(chat):
        return False
    if room.settings.get("noise") == "安静":
        return False
    sure = chat.meaning.confidence
    if _ASKS.search(asked.text) is None or _OF_OTHERS.search(asked.text):
        return False
    if _RHETORICAL.search(asked.text) or _called_by_name(chat, asked) or _of_other_goods(chat, asked):
        return False
    if _ECHO.fullmatch(asked.text):
        return False
    if not asked.products and (elsewhere(chat) is not None or _said_amid_talk(chat, asked)):
        return False
    names = {subject.name for subject in open_subjects(chat, room.id)}
    if chat.meaning.intent == "logistics_question":
        needed = 0.6 if names & set(asked.products) else 0.8
        clear = sure >= needed and len(asked.text) <= 16 and aspects_in(asked.text)
        return bool(in_room(chat.shop, room.id)) and bool(clear)
    if not names:
        return False
    if asked.products:
        return bool(names & set(asked.products)) and sure >= 0.6
    talking = chat.recall_flow("asked_about", room.id, chat.person_id) is not None
    needed = 0.6 if talking else 0.8 if chat.meaning.rule == "model" else 0.7
    return len(asked.text) <= 16 and sure >= needed


_OF_THE_BUY = frozenset({"deadline", "pickup", "payment", "progress", "arrival", "delivery"})
"""What only a group buy has: asked at any time."""


def _said_amid_talk(chat: Chat, asked: Asked) -> bool:
    """“哪个牌子” while the neighbours speak of air conditioners."""
    return not (_OF_THE_BUY & set(asked.aspects)) and chatting(chat)


def _to_somebody_else(chat: Chat) -> bool:
    leaders = chat.shop.leaders_of(chat.room_id) if chat.room_id else []
    others = [who for who in chat.message.mentions if who not in leaders]
    quoted = chat.message.quote_person
    elsewhere = quoted is not None and quoted not in (*leaders, chat.person_id, "bot")
    return bool(others) or elsewhere


def _called_by_name(chat: Chat, asked: Asked) -> bool:
    """“小美有橘子卖吗”: the leader is asked for what is not on offer, and reads it herself."""
    if asked.products or chat.room_id is None:
        return False
    leaders = (chat.shop.name_of(who, chat.room_id) for who in chat.shop.leaders_of(chat.room_id))
    names = {name for full in leaders for name in (full, full.removeprefix("团长")) if len(name) > 1}
    return asked.text.lstrip("@ ").startswith(tuple(names))


_SAME_TALK = timedelta(minutes=5)


def _of_other_goods(chat: Chat, asked: Asked) -> bool:
    """A bare “多少钱” while the room speaks of goods that are not on offer here."""
    if asked.products or chat.room_id is None:
        return False
    for line in reversed(chat.recent):
        if line.person_id == "bot" or chat.now - line.at > _SAME_TALK:
            return False
        if in_words(chat, line.text, chat.room_id):
            return False
        if names_goods(chat.shop, line.text):
            return True
    return False
