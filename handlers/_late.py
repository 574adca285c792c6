"""What is said after a group buy has closed: newcomers wait, changes become a request to the leader."""

from collections.abc import Sequence
from datetime import timedelta

from handlers._chat import Chat
from handlers._group_buys import book_of, home_room, origin_of, wish_for
from handlers._lines import plain_line
from handlers._results import state_of
from handlers._turn import Turn
from nlp.meaning import CURRENT, ItemMention, Mode
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.refusals import UnknownItem, WrongState
from storage.group_buys.tables import GroupBuy, SignUp, State
from storage.group_buys.wishes import Owner
from storage.money import plain
from storage.outbox import Urgency

LATE_STATES = (State.OPEN, State.REACHED, State.LOCKED)
REQUESTS = "requests"
STILL_MEANT = timedelta(hours=2)
MONEY_COMES = timedelta(days=7)
"""So long after a failure there may still be talk of its money and its goods."""


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
    """Put a late order on the wait-list and tell the leader (B20); False when nothing closed.

    Raises Ask where it is unclear what is wanted, NotDivisible.
    """
    group_buy = closed_lately(chat)
    if group_buy is None or not (_fresh(chat, group_buy) or _named(chat, items)):
        return False
    book = await book_of(chat, group_buy)
    try:
        wishes = [wish_for(chat, book, mentioned) for mentioned in items]
    except UnknownItem:
        return False
    if any(wish.mode == Mode.SUBTRACT.value for wish in wishes):
        return False
    owner, queued, wanted = Owner(chat.person_id, chat.sender, for_name), [], []
    for wish in wishes:
        book.wait(owner, wish.code, wish.quantity, origin_of(chat))
        item = book.items[wish.code]
        place = [line.line for line in book.queue(wish.code)].index(owner.line) + 1
        wanted.append(f"{item.name}{plain(wish.quantity)}{item.unit}")
        queued.append(f"{wanted[-1]}候补第{place}位")
    chat.reply(f"团{book.number}已截单，帮您排上：{'，'.join(queued)}。团长加单会告诉您", mention=True)
    who = f"{chat.sender}代{for_name}" if for_name else chat.sender
    chat.say_to_leaders(
        group_buy.room_id,
        f"团{book.number} 截单后 {who} 想加：{'、'.join(wanted)}，已排候补。要加就回「重开」",
    )
    return True


def _fresh(chat: Chat, group_buy: GroupBuy) -> bool:
    """A bare +1 is about it only shortly after the end, or when the bot is addressed."""
    closed = group_buy.closed_at or group_buy.opened_at
    return chat.message.addressed or chat.now - closed <= STILL_MEANT


def failed_just_now(chat: Chat) -> GroupBuy | None:
    """The last group buy here, when it failed so lately that an order may be meant for it."""
    room_id = home_room(chat)
    here = in_room(chat.shop, room_id) if room_id else []
    return here[-1] if here and failed_lately(chat, here[-1]) and _fresh(chat, here[-1]) else None


def _named(chat: Chat, items: Sequence[ItemMention]) -> bool:
    quoted = chat.message.quote_text is not None or chat.meaning.group_buy is not None
    return quoted or any(i.code or i.product not in (None, CURRENT) for i in items)


async def request_change(chat: Chat) -> bool:
    """不要了 or a change after the lock: a request to the leader, and the buyer is told (§9.6)."""
    group_buy = closed_lately(chat)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    if not any(line.items or line.waiting for line in book.lines_of(chat.person_id)):
        return False
    meaning, said = chat.meaning, chat.text[:40]
    sets = meaning.intent == "change_sign_up" and meaning.fine in ("set", "subtract")
    grant = said if sets else "取消"
    ask_leader(chat, group_buy, chat.person_id, f"说「{said}」", privately=False, grant=grant)
    return True


def ask_leader(
    turn: Turn, group_buy: GroupBuy, person_id: str, what: str, *, privately: bool, grant: str = "取消"
) -> None:
    """Note a request that only the leader can grant now (by name and `grant`); both are told."""
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
        f"团{group_buy.number} {name} 截单后{what}。同意请回「{name}{grant}」，或「重开」",
        urgency=Urgency.RESULT,
    )


def tell_granted(chat: Chat, book: Book, line: SignUp) -> None:
    """The leader did what was asked for after the lock: the buyer hears it, the request is settled."""
    requests = list(book.group_buy.marks.get(REQUESTS, []))
    left = [request for request in requests if request["person"] != line.buyer_id]
    if line.buyer_id is None or len(left) == len(requests):
        return
    book.group_buy.mark(REQUESTS, left or None)
    now = f"现在是：{plain_line(book, line)}" if line.items or line.waiting else "已给您取消"
    chat.say_to(line.buyer_id, f"团{book.number} 团长同意了，{now}")


def after_lock(chat: Chat, *states: State) -> GroupBuy | None:
    """The last group buy here that is closed and in one of these states."""
    room_id = home_room(chat)
    here = [g for g in (in_room(chat.shop, room_id) if room_id else []) if g.state in states]
    closed = [g for g in here if not g.collecting]
    asked = chat.meaning.group_buy
    if asked is not None:
        closed = [g for g in closed if g.number == asked]
    return closed[-1] if closed else None


def failed_lately(chat: Chat, group_buy: GroupBuy) -> bool:
    """Whether it came to nothing, and not long ago."""
    ended = group_buy.closed_at or group_buy.opened_at
    return group_buy.state in (State.FAILED, State.REFUNDING) and chat.now - ended <= MONEY_COMES


def goods_expected(chat: Chat, *states: State) -> GroupBuy | None:
    """Like `after_lock`. Raises WrongState when the last group buy here failed lately."""
    found = after_lock(chat, *states)
    if found is None:
        room_id = home_room(chat)
        here = in_room(chat.shop, room_id) if room_id else []
        if here and failed_lately(chat, here[-1]):
            raise WrongState(number=here[-1].number, state=state_of(here[-1]))
    return found
