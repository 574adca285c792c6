"""What I ordered: my lines, what I owe, where I am in the queue, and that I have paid or fetched it."""

import re
from collections.abc import Sequence

from handlers import Chat, Filter, Router, fine, intent, says
from handlers._group_buys import REFUSALS, book_of, home_room
from handlers._lines import plain_line, public_name
from handlers._results import NOTHING_CAME, state_of
from handlers._talk import elsewhere
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in, in_room
from storage.group_buys.tables import GroupBuy, SignUp, State
from storage.money import yuan
from storage.outbox import Urgency
from storage.people import HAS_ORDERS, Person

router = Router(
    "orders", rank=45, refusals=REFUSALS, help_for={"buyer": "查：我的单 · 我该付多少 · 我排第几"}
)

SHOWN = 4
PAYMENT_WORDS = {"unpaid": "未付", "claimed": "已付待核对", "paid": "已付", "refunded": "已退款"}


HOW_MUCH = re.compile(
    r"(?:我的?|我家)?(?:一共|总共|总计|合计|共|该付|要付|应付|付)+(?:是|要|得)?多少(?:钱|元|块)?[?？呀啊]*"
)


OF_ORDERS = re.compile(r"单|订|接龙|登记|名单|报|付|买|团|排|候补|记上|还差")


def _has_something(chat: Chat) -> bool:
    person = chat.rows(Person).get(chat.person_id)
    return person is not None and bool(person.marks.get(HAS_ORDERS))


@router.message(intent("query_my_orders") | (says(HOW_MUCH.pattern) & Filter(_has_something)))
async def my_orders(chat: Chat) -> bool | None:
    """“我的单”, “我该付多少”, “我排第几”: own lines and those paid for others (T20)."""
    books = await _books(chat)
    vague = not (chat.private or chat.message.addressed or OF_ORDERS.search(chat.text))
    if vague and (not books or elsewhere(chat) is not None):
        return False  # “我的我的” was about a parcel
    if not books:
        room_id = home_room(chat)
        selling = room_id is not None and bool(collecting_in(chat.shop, room_id))
        chat.reply(f"您现在没有登记{'。想要就回「+1」' if selling else '，也没有在开的团'}", mention=True)
        return None
    if chat.meaning.fine == "my_rank":
        chat.reply("；".join(_rank(book, chat.person_id) for book in books[:SHOWN]), mention=True)
        return None
    shown = len(books) if chat.private else SHOWN
    lines = [_summary(chat, book) for book in books[:shown]]
    if len(books) > shown:
        lines.append(f"还有{len(books) - shown}个团，私聊我「我的单」看全部")
    chat.reply("\n".join(lines), mention=True)
    return None


async def _books(chat: Chat) -> list[Book]:
    """The books in which the person has something, newest first; in private all rooms."""
    room_id = home_room(chat) if chat.room_id is not None else None
    rows = in_room(chat.shop, room_id) if room_id else list(chat.rows(GroupBuy))
    found = []
    for group_buy in sorted(rows, key=lambda g: -g.number):
        book = await book_of(chat, group_buy)
        if any(line.items or line.waiting for line in book.lines_of(chat.person_id)):
            found.append(book)
    return found


def _summary(chat: Chat, book: Book) -> str:
    lines = [line for line in book.lines_of(chat.person_id) if line.items or line.waiting]
    parts = []
    for line in lines:
        shown = line.for_name if chat.private else public_name(line).removeprefix(f"{line.name}代")
        parts.append((f"代{shown}：" if line.for_name else "") + full(book, line))
    head = f"团{book.number} {book.group_buy.title}：{'；'.join(parts)}"
    booked = [line for line in lines if line.items]
    if not booked:
        return head
    total = sum(book.amount(line) for line in booked)
    return f"{head}，共¥{yuan(total)}（{_paid(book, booked)}）"


def _paid(book: Book, lines: Sequence[SignUp]) -> str:
    """How the money of one's lines stands, in words."""
    states = dict.fromkeys(line.payment for line in lines)
    if book.group_buy.state in NOTHING_CAME and "refunded" not in states:
        back = "claimed" in states or "paid" in states
        return f"{state_of(book.group_buy)}，{'付了的会退' if back else '不用付'}"
    if "unpaid" in states and len(states) > 1:
        return f"还有¥{yuan(sum(book.amount(line) for line in lines if line.payment == 'unpaid'))}未付"
    return "、".join(PAYMENT_WORDS[state] for state in states)


def full(book: Book, line: SignUp) -> str:
    """A line in full words, with its remark."""
    text = plain_line(book, line)
    return f"{text}（{line.remark}）" if line.remark else text


def _rank(book: Book, person_id: str) -> str:
    active = book.active()
    places = [i for i, line in enumerate(active, 1) if line.buyer_id == person_id]
    waits = [
        f"候补第{[w.line for w in book.queue(code)].index(line.line) + 1}位"
        for line in book.lines_of(person_id)
        for code in sorted(line.waiting)
    ]
    head = f"团{book.number}您排第{places[0]}，共{len(active)}位" if places else f"团{book.number}"
    return "，".join([head, *waits])


@router.message(fine("payment_claim"))
async def payment_claimed(chat: Chat) -> bool | None:
    """“已转”: a claim, which the leader confirms (B22); nobody with an order: silence."""
    mine = await _booked(chat)
    lines = [(book, line) for book, line in mine if line.payment == "unpaid"]
    if chat.is_leader or not mine:
        return False
    if not lines:
        if not chat.message.addressed:
            return False
        claimed = any(line.payment == "claimed" for _, line in mine)
        chat.reply("记着了，等团长核对" if claimed else "团长已经核对过了", mention=True)
        return None
    for _, line in lines:
        line.payment = "claimed"
    total = sum(book.amount(line) for book, line in lines)
    numbers = "、".join(dict.fromkeys(f"团{book.number}" for book, _ in lines))
    chat.reply("收到，等团长核对", mention=True)
    chat.say_to_leaders(
        lines[0][0].group_buy.room_id,
        f"{chat.sender} 说已付 {numbers} ¥{yuan(total)}。核对后回「{chat.sender}已付」",
        urgency=Urgency.RESULT,
    )
    return None


async def _booked(chat: Chat) -> Sequence[tuple[Book, SignUp]]:
    room_id = home_room(chat)
    found = []
    for group_buy in in_room(chat.shop, room_id) if room_id else []:
        if group_buy.state in (State.FAILED, State.CANCELLED):
            continue
        book = await book_of(chat, group_buy)
        found += [(book, line) for line in book.lines_of(chat.person_id) if line.items]
    return found


@router.message(fine("pickup_done"))
async def picked_up(chat: Chat) -> bool | None:
    """“我拿了”: ticked off once the goods have arrived (G7)."""
    room_id = home_room(chat)
    done = []
    for group_buy in in_room(chat.shop, room_id) if room_id else []:
        if group_buy.state not in (State.ARRIVED, State.PICKING):
            continue
        book = await book_of(chat, group_buy)
        for line in book.lines_of(chat.person_id):
            if line.items and not line.picked:
                line.picked = True
                done.append(book)
        if done and group_buy.state == State.ARRIVED:
            group_buy.state = State.PICKING
        _finish_if_all_fetched(book)
    if not done:
        return False
    chat.reply("好，已记您取货", mention=True)
    return None


def _finish_if_all_fetched(book: Book) -> None:
    if book.group_buy.state == State.PICKING and all(line.picked for line in book.active()):
        book.group_buy.state = State.DONE
        book.sell()
