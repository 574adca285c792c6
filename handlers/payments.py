"""Who has paid, who has not, and what is paid back: said by the leader, nobody else (B22, C5)."""

import re
from collections.abc import Sequence

from handlers import Chat, Router, from_leader, says
from handlers._group_buys import (
    REFUSALS,
    book_of,
    going_on_here,
    home_room,
    line_called,
)
from handlers._late import failed_lately
from handlers._lines import public_name
from handlers._results import NOTHING_CAME, owe_back, state_of
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.short import OWED_IN_PART
from storage.group_buys.tables import GroupBuy, SignUp, State
from storage.money import yuan
from storage.outbox import Urgency

router = Router("payments", rank=38, refusals=REFUSALS)

PAID = re.compile(
    r"(?P<names>\S{1,60}?)\s*(?:已经?|都)?(?P<what>已付|付过?款?了|付好了|转过?了|已收款?|已退款?|退过?款?了)[。!！]*"
)
"""“王姐已付”, “李姐已退”: a leader's word about money."""
SAID_PAID = re.compile(r"(?:已经?|都)?(?:已付|付过?款?了|付好了|转过?了)$")
PAID_BUT = re.compile(
    r"(?:全部?|大家|都)都?(?:已付|付了|付款了|付清了|转了)?\s*[，,]?\s*除了\s*(?P<names>\S{1,60}?)(?:没付|没有)?[。!！]*"
)
PAID_ALL = re.compile(r"(?:大家|全部?)?都(?:已经?)?(?:付了|付款了|付清了|已付|转了|给了)[。!！]*")
UNPAID = re.compile(r"谁(?:还)?没(?:有)?(?:付|给|转|交)(?:钱|款)?[?？]*")
NUDGE = re.compile(r"催(?:一下|付款?|款|钱|一催)[。!！]*")


@router.message(from_leader & (says(PAID_ALL.pattern) | says(PAID_BUT.pattern) | says(PAID.pattern)))
async def paid(chat: Chat) -> bool | None:
    """“王姐已付”, “都付了除了302”, “王姐已退”: confirmed by the leader, nobody else (B22)."""
    books = [await book_of(chat, group_buy) for group_buy in _accounts(chat)]
    if not books:
        return False
    last = next((b for b in reversed(books) if b.group_buy.state not in NOTHING_CAME), books[-1])
    but, some, state = PAID_BUT.fullmatch(chat.text), PAID.fullmatch(chat.text), "paid"
    if PAID_ALL.fullmatch(chat.text):
        found = [(last, line) for line in last.active()]
    elif but is not None:
        left_out = [line_called(last, name) for name in _names(but["names"])]
        if None in left_out:
            chat.reply(f"名单里没找到「{but['names']}」，没动", mention=True)
            return None
        found = [(last, line) for line in last.active() if line not in left_out]
    else:
        assert some is not None
        state = "refunded" if "退" in some["what"] else "paid"
        meant = {name: _lines_meant(books, name, state) for name in _names(some["names"])}
        if not any(meant.values()):
            return False
        if missing := [name for name, lines in meant.items() if not lines]:
            chat.reply(f"名单里没找到「{'、'.join(missing)}」，没动", mention=True)
            return None
        found = [one for lines in meant.values() for one in lines]
    if not found:
        chat.reply("没有要记的", mention=True)
        return None
    for book, line in found:
        line.payment = "paid" if state == "refunded" and _only_in_part(book, line) else state
    touched = {book.number: book for book, _ in found}
    for book in touched.values():
        owe_back(chat, book.group_buy)
        if state == "refunded" and not _owed_back(book) and book.group_buy.state == State.REFUNDING:
            book.group_buy.state = State.REFUNDED
    names = list(dict.fromkeys(public_name(line) for _, line in found))
    shown = "、".join(names[:10]) + ("等" if len(names) > 10 else "")
    chat.reply(f"记好了：{shown} {_now_paid(list(touched.values()), state)}", mention=True)
    return None


def _accounts(chat: Chat) -> list[GroupBuy]:
    """The group buys here about whose money there may be talk: also what failed lately."""
    going_on, room_id = going_on_here(chat), home_room(chat)
    failed = [
        g
        for g in (in_room(chat.shop, room_id) if room_id else [])
        if g.state == State.FAILED and failed_lately(chat, g)
    ]
    number = chat.meaning.group_buy
    found = [*going_on, *(g for g in failed if number is None or g.number == number)]
    return sorted(found, key=lambda g: g.number)


def _to_give_back(books: Sequence[Book]) -> str:
    owed = [line for book in books for line in book.lines() if line.payment in ("paid", "claimed")]
    return f"还有{len(owed)}笔要退，退完回「{owed[0].name}已退」" if owed else "没有要退的"


def _only_in_part(book: Book, line: SignUp) -> bool:
    """Whether what was given back was for goods that came short, and the rest stays paid for."""
    owed = list(book.group_buy.marks.get(OWED_IN_PART, []))
    if line.line not in owed or not line.items:
        return False
    book.group_buy.mark(OWED_IN_PART, [other for other in owed if other != line.line])
    return True


def _lines_meant(books: Sequence[Book], name: str, state: str) -> list[tuple[Book, SignUp]]:
    """Whose money it is: all that were said to be paid (or are to be paid back), else the latest."""
    if state == "refunded" and (gone := _taken_back(books, name)):
        return gone
    lines = [(book, line) for book in books if (line := line_called(book, name)) is not None]
    open_ones = ("claimed",) if state == "paid" else ("paid", "claimed")
    return [one for one in lines if one[1].payment in open_ones] or lines[-1:]


def _taken_back(books: Sequence[Book], name: str) -> list[tuple[Book, SignUp]]:
    """Lines of this name that were paid for and have nothing on them any more."""
    return [
        (book, line)
        for book in books
        for line in book.lines()
        if line.name.lower() == name and not line.items and line.payment in ("paid", "claimed")
    ]


def _owed_back(book: Book) -> int:
    return sum(line.payment in ("paid", "claimed") for line in book.lines())


def _now_paid(books: Sequence[Book], state: str) -> str:
    if state == "refunded":
        owed = sum(_owed_back(book) for book in books)
        ending = all(book.group_buy.state in (State.REFUNDING, State.REFUNDED) for book in books)
        left = f"还有{owed}笔没退" if owed else "都退完了"
        return f"已退款。{left}" if ending else "已退款"
    if all(book.group_buy.state in NOTHING_CAME for book in books):
        return f"已付。团{books[-1].number}没成团，{_to_give_back(books)}"
    unpaid = sum(line.payment in ("unpaid", "claimed") for book in books for line in book.active())
    return f"已付。还有{unpaid}户未付" if unpaid else "已付。都付了"


def _names(text: str) -> list[str]:
    said = (SAID_PAID.sub("", name) for name in re.split(r"[、，,和 ]+", text))
    return [name for name in said if name]


@router.message(from_leader & says(UNPAID.pattern))
async def unpaid(chat: Chat) -> bool | None:
    """“谁没付”: to the leader in private only (C5)."""
    here = _accounts(chat)
    if not here:
        return False
    book = await book_of(chat, here[-1])
    if book.group_buy.state in NOTHING_CAME:
        chat.reply(
            f"团{book.number} {state_of(book.group_buy)}，不用收款，{_to_give_back([book])}", mention=True
        )
        return None
    owing = [line for line in book.active() if line.payment in ("unpaid", "claimed")]
    names = "\n".join(
        f"{public_name(line)} ¥{yuan(book.amount(line))}{' 说已付' if line.payment == 'claimed' else ''}"
        for line in owing
    )
    if not owing:
        chat.reply(f"团{book.number} 都付了", mention=True)
        return None
    chat.whisper(f"团{book.number} 未付{len(owing)}户\n{names}")
    if not chat.private:
        chat.reply("未付名单已私发您", mention=True)
    return None


@router.message(from_leader & says(NUDGE.pattern))
async def nudge(chat: Chat) -> bool | None:
    """“催一下”: each unpaid buyer in private, never in the group (C5)."""
    here = _accounts(chat)
    if not here:
        return False
    book = await book_of(chat, here[-1])
    owing: Sequence[SignUp] = [x for x in book.active() if x.payment == "unpaid" and x.buyer_id]
    if book.group_buy.state in NOTHING_CAME:
        owing = []
    totals: dict[str, int] = {}
    for line in owing:
        assert line.buyer_id is not None
        totals[line.buyer_id] = totals.get(line.buyer_id, 0) + book.amount(line)
    asked = [person for person in totals if chat.may_call(person, Urgency.NUDGE)]
    for person in asked:
        chat.say_to(
            person,
            f"团{book.number} {book.group_buy.title} 您还有¥{yuan(totals[person])}未付，付好回「已付」就行",
            urgency=Urgency.NUDGE,
        )
    silent = f"，{len(totals) - len(asked)}位退订了提醒" if len(asked) < len(totals) else ""
    chat.reply(f"已私下提醒{len(asked)}位{silent}" if totals else "没有要提醒的", mention=True)
    return None
