"""What is reserved and not paid for does not stay reserved for ever: the leader is asked, and decides."""

from handlers import Chat, DueTimer, Router, Turn, from_leader, says
from handlers._group_buys import REFUSALS, book_of, home_room, origin_of
from handlers._lines import plain_line, public_name, tell_moved_up
from handlers._results import HOLD
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.tables import GroupBuy, SignUp, State
from storage.money import yuan
from storage.outbox import Urgency

router = Router(
    "holds",
    rank=39,
    refusals=REFUSALS,
    help_for={"leader": "放掉没付的（收单后没付款的不再留货）"},
)

HELD = (State.REACHED, State.LOCKED, State.ORDERED)
SHOWN = 6
ANSWER_MINUTES = 3 * 24 * 60


@router.timer(HOLD, rank=65)
async def still_unpaid(turn: Turn, timer: DueTimer) -> None:
    """Two days after the end: who has not paid keeps counted stock from others; shall it be let go?"""
    group_buy = turn.rows(GroupBuy).get(int(timer.ref))
    if group_buy is None or not _over(group_buy):
        return
    book = await book_of(turn, group_buy)
    unpaid = _unpaid(book)
    if not unpaid or not any(line.payment in ("paid", "claimed") for line in book.lines()):
        return  # nobody's money is kept account of here
    if not any(_counted(book, code) for line in unpaid for code in line.items):
        return
    turn.remember(HOLD, group_buy.room_id, group_buy.leader_id, ANSWER_MINUTES, number=book.number)
    told = f"团{book.number} {group_buy.title} 收单2天了，{_owing(book, unpaid)}没付，还占着库存"
    turn.say_to_leaders(
        group_buy.room_id, f"{told}。放给别人回「放掉没付的」，不回就留着", urgency=Urgency.NUDGE
    )


def _over(group_buy: GroupBuy) -> bool:
    return not group_buy.collecting and group_buy.state in HELD


def _unpaid(book: Book) -> list[SignUp]:
    return [line for line in book.active() if line.payment == "unpaid"]


def _counted(book: Book, code: str) -> bool:
    """Whether others could have what is held: it is limited by the shop's stock or the leader."""
    return code in book.items and book.free(book.items[code]) is not None


def _owing(book: Book, lines: list[SignUp]) -> str:
    names = "、".join(f"{public_name(line)}¥{yuan(book.amount(line))}" for line in lines[:SHOWN])
    return f"{len(lines)}户（{names}{'等' if len(lines) > SHOWN else ''}）"


@router.message(
    from_leader & says(r"(?:放掉|放了|释放|不留)没(?:有)?(?:付|付款|给钱)(?:的|了)?(?:人|单)?[吧了。!！]*")
)
async def let_go(chat: Chat) -> bool | None:
    """“放掉没付的”: said after the question, their goods are let go; said by itself, it is asked first."""
    room_id = home_room(chat)
    here = [g for g in (in_room(chat.shop, room_id) if room_id else []) if _over(g)]
    number = chat.meaning.group_buy
    here = [g for g in here if number is None or g.number == number]
    if not here or room_id is None:
        return False
    asked = chat.recall_flow(HOLD, room_id, chat.person_id)
    group_buy = next((g for g in here if asked and g.number == asked["number"]), here[-1])
    book = await book_of(chat, group_buy)
    unpaid = _unpaid(book)
    if not unpaid:
        chat.reply(f"团{book.number} 没有没付的", mention=True)
        return None
    if asked is None or asked["number"] != book.number:
        chat.remember(HOLD, room_id, chat.person_id, 30, number=book.number)
        chat.whisper(f"将放掉团{book.number} {_owing(book, unpaid)}的单，确定请再回一次「放掉没付的」")
        return None
    chat.forget(HOLD, room_id, chat.person_id)
    for line in unpaid:
        what = plain_line(book, line)
        book.cancel(line, origin_of(chat, "leader"), kind="lapsed")
        if line.buyer_id:
            text = f"团{book.number} 没等到付款，您的{what}没再留。还要请跟团长说"
            chat.say_to(line.buyer_id, text, urgency=Urgency.RESULT)
    chat.whisper(f"团{book.number} 放掉了{len(unpaid)}户没付的，货回到库存")
    tell_moved_up(chat, book)
    return None
