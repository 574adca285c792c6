"""Money for a group buy that came to nothing: whoever says to have paid is noted, to be paid back."""

import re
from collections.abc import Callable, Sequence

from handlers import Chat, Router, fine, from_leader, says
from handlers._group_buys import REFUSALS, book_of, home_room, line_named
from handlers._late import PAID, failed_lately
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.tables import GRACE, SignUp, State
from storage.money import yuan
from storage.outbox import Urgency

router = Router("refunds", rank=46, refusals=REFUSALS)

_RECEIVED = re.compile(r"付|转|收")


@router.message(fine("payment_claim") & ~from_leader)
async def paid_for_nothing(chat: Chat) -> bool | None:
    """“付了” for what failed: nothing to pay, and what was paid comes back."""
    found = await _unpaid(chat, lambda line: line.buyer_id == chat.person_id)
    if not found:
        return False
    book, total = found[0][0], sum(book.amount(line) for book, line in found)
    _owe_back(chat, found, "claimed")
    chat.reply(f"团{book.number}没成团，不用付；已经付了的，团长核对后退您", mention=True)
    owed = f"团{book.number}（没成团）¥{yuan(total)}，核对后请退"
    told = f"{chat.sender} 说已付 {owed}。退完回「{chat.sender}已退」"
    chat.say_to_leaders(book.group_buy.room_id, told, urgency=Urgency.RESULT)
    return None


@router.message(from_leader & says(PAID.pattern))
async def received_for_nothing(chat: Chat) -> bool | None:
    """“王姐已付” from the leader after a failure: noted, with what is to be given back."""
    said = PAID.fullmatch(chat.text)
    if said is None or _RECEIVED.search(said["what"]) is None:
        return False
    name = said["names"]
    found = await _unpaid(chat, None, name)
    if not found:
        return False
    book, line = found[0]
    _owe_back(chat, found[:1], "paid")
    owed = f"团{book.number}没成团，要退¥{yuan(book.amount(line))}，退完回「{line.name}已退」"
    chat.reply(f"记好了：{line.name} 已付。{owed}", mention=True)
    return None


async def _unpaid(
    chat: Chat, whose: Callable[[SignUp], bool] | None, name: str = ""
) -> list[tuple[Book, SignUp]]:
    """Lines of the last group buy here that failed, with nothing said about money yet."""
    room_id = home_room(chat)
    for group_buy in reversed(in_room(chat.shop, room_id) if room_id else []):
        if not failed_lately(chat, group_buy):
            continue
        book = await book_of(chat, group_buy)
        named = line_named(book, name) if name else None
        lines = [x for x in book.active() if (whose(x) if whose is not None else x is named)]
        if open_ones := [(book, line) for line in lines if line.payment == "unpaid"]:
            return open_ones
    return []


def _owe_back(chat: Chat, found: Sequence[tuple[Book, SignUp]], payment: str) -> None:
    for book, line in found:
        line.payment = payment
        ended = book.group_buy.closed_at or book.group_buy.opened_at
        if chat.now >= ended + GRACE:  # before, its own timer starts the refunds (contract §9.6)
            book.group_buy.state = State.REFUNDING
