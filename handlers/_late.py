"""What is said after a group buy has closed: newcomers wait, changes become a request to the leader."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from handlers._chat import Chat
from handlers._group_buys import book_of, home_room, origin_of
from handlers._turn import Turn
from nlp.meaning import CURRENT, ItemMention, Mode
from nlp.quantities import Converted, to_order_unit
from storage.group_buys.book import Book, Owner
from storage.group_buys.find import in_room
from storage.group_buys.tables import GroupBuy, State
from storage.outbox import Urgency

LATE_STATES = (State.OPEN, State.REACHED, State.LOCKED)
REQUESTS = "requests"
STILL_MEANT = timedelta(hours=2)


def closed_lately(chat: Chat) -> GroupBuy | None:
    """The last group buy here that has closed and was not ordered yet."""
    room_id = home_room(chat)
    here = in_room(chat.shop, room_id) if room_id else []
    closed = [g for g in here if not g.collecting and g.state in LATE_STATES]
    number = chat.meaning.group_buy
    if number is not None:
        closed = [g for g in closed if g.number == number]
    return closed[-1] if closed else None


async def join_late(chat: Chat, items: Sequence[ItemMention], for_name: str | None) -> bool:
    """Put a late order on the wait-list and tell the leader (B20); False when nothing closed."""
    group_buy = closed_lately(chat)
    if group_buy is None or not (_fresh(chat, group_buy) or _named(chat, items)):
        return False
    book = await book_of(chat, group_buy)
    owner = Owner(chat.person_id, chat.sender, for_name)
    told = []
    for mentioned in items:
        code = _code(book, mentioned)
        if code is None:
            return False
        item = book.items[code]
        asked = to_order_unit(
            mentioned.quantity or Decimal(1),
            mentioned.unit,
            item.unit,
            item.pack,
        )
        quantity = asked.quantity if isinstance(asked, Converted) else mentioned.quantity
        if quantity is None or mentioned.mode is Mode.SUBTRACT:
            return False
        book.wait(owner, code, quantity, origin_of(chat))
        place = [line.line for line in book.queue(code)].index(owner.line) + 1
        told.append(f"{item.name}候补第{place}位")
    chat.reply(
        f"团{book.number}已截单，帮您排上：{'，'.join(told)}。团长加单会告诉您",
        mention=True,
    )
    chat.say_to_leaders(
        group_buy.room_id,
        f"团{book.number} 截单后 {chat.sender} 想加单（{chat.text[:40]}），已排候补。要加就回「重开」",
    )
    return True


def _fresh(chat: Chat, group_buy: GroupBuy) -> bool:
    """A bare +1 is about it only shortly after the end, or when the bot is addressed."""
    closed = group_buy.closed_at or group_buy.opened_at
    return chat.message.addressed or chat.now - closed <= STILL_MEANT


def _named(chat: Chat, items: Sequence[ItemMention]) -> bool:
    quoted = chat.message.quote_text is not None or chat.meaning.group_buy is not None
    return quoted or any(i.code or i.product not in (None, CURRENT) for i in items)


def _code(book: Book, mentioned: ItemMention) -> str | None:
    if mentioned.code in book.items:
        return mentioned.code
    if mentioned.product not in (None, CURRENT):
        named = [c for c, item in book.items.items() if item.name == mentioned.product]
        return named[0] if named else None
    return next(iter(book.items)) if len(book.items) == 1 else None


async def request_change(chat: Chat) -> bool:
    """不要了 or a change after the lock: a request to the leader, and the buyer is told (§9.6)."""
    group_buy = closed_lately(chat)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    if not any(line.items or line.waiting for line in book.lines_of(chat.person_id)):
        return False
    ask_leader(chat, group_buy, chat.person_id, f"说「{chat.text[:40]}」", privately=False)
    return True


def ask_leader(turn: Turn, group_buy: GroupBuy, person_id: str, what: str, *, privately: bool) -> None:
    """Note a request that only the leader can grant now; both are told."""
    name = turn.name(person_id, group_buy.room_id)
    requests = list(group_buy.marks.get(REQUESTS, []))
    requests.append({"person": person_id, "name": name, "text": what})
    group_buy.mark(REQUESTS, requests)
    told = f"团{group_buy.number}已截单，您的要求已转给团长，有答复我告诉您"
    if isinstance(turn, Chat) and not privately:
        turn.reply(told, mention=True)
    else:
        turn.say_to(person_id, told)
    turn.say_to_leaders(
        group_buy.room_id,
        f"团{group_buy.number} {name} 截单后{what}。同意请回「{name}取消」，或「重开」",
        urgency=Urgency.RESULT,
    )
