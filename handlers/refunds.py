"""Who says to have paid for a group buy that came to nothing: noted, and paid back."""

from handlers import Chat, Router, fine, from_leader
from handlers._group_buys import REFUSALS, book_of, home_room
from handlers._late import failed_lately
from handlers._results import owe_back
from storage.group_buys.find import in_room
from storage.money import yuan
from storage.outbox import Urgency

router = Router("refunds", rank=46, refusals=REFUSALS)


@router.message(fine("payment_claim") & ~from_leader)
async def paid_for_nothing(chat: Chat) -> bool | None:
    """“付了” for what failed: nothing to pay, and what was paid comes back."""
    room_id = home_room(chat)
    for group_buy in reversed(in_room(chat.shop, room_id) if room_id else []):
        if not failed_lately(chat, group_buy):
            continue
        book = await book_of(chat, group_buy)
        lines = [x for x in book.lines_of(chat.person_id) if x.items and x.payment == "unpaid"]
        if not lines:
            continue
        for line in lines:
            line.payment = "claimed"
        owe_back(chat, group_buy)
        chat.reply(f"团{book.number}没成团，不用付；已经付了的，团长核对后退您", mention=True)
        total = yuan(sum(book.amount(line) for line in lines))
        told = f"{chat.sender} 说已付 团{book.number}（没成团）¥{total}，核对后请退"
        chat.say_to_leaders(group_buy.room_id, f"{told}。退完回「{chat.sender}已退」", urgency=Urgency.RESULT)
        return None
    return False
