"""The end of a group buy: its deadline, 截单, 重开, 延长, 取消, and what is said of the result."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from handlers import Ask, Chat, DueTimer, Filter, Router, Turn, fine, from_leader, pending, says
from handlers._group_buys import REFUSALS, book_of, home_room
from handlers._late import REQUESTS
from handlers._lines import CALLED_AT_MOST, progress_text, tell_freed, tell_moved_up, tell_rooms
from handlers._pausing import paused_item
from handlers._publish import full_time
from handlers._results import HOLD, close, promise_again, round_of, state_of
from nlp.deadlines import parse_deadline, parse_duration, parse_time
from storage.catalogue import StockFreed
from storage.group_buys.book import Book
from storage.group_buys.find import in_room, items_changed
from storage.group_buys.refusals import NoSuchGroupBuy, NotOpen, WrongState
from storage.group_buys.tables import COLLECTING, GroupBuy, Item, State
from storage.money import yuan
from storage.outbox import Urgency

router = Router(
    "closings",
    rank=35,
    refusals=REFUSALS,
    help_for={"leader": "截单 · 重开 · 延到周六20点 · 取消团购"},
)

NUDGE_BEFORE = timedelta(hours=1)
"""One useful reminder before the deadline of a group buy that is still short (D5)."""
SURE = re.compile(r"(?:确认|确定)取消[。!！]*|确认|确定")
CALL_OFF = r"(?:取消|解散|作废)(?:这个|本)?团购?"
"""What is left of “团2 取消团购” without its number."""
SECOND_THOUGHTS = timedelta(minutes=10)
"""So long a cancelled group buy can be brought back, and nobody else is offered its stock."""
UNTIL = re.compile(r"[到至]")
"""延到 names a moment, 延 a length."""
FINAL = (State.ORDERED, State.ARRIVED, State.PICKING, State.DONE, State.REFUNDED, State.CANCELLED)


# -- by the clock --------------------------------------------------------------------------------


@router.timer("deadline", rank=0)
async def deadline_reached(turn: Turn, timer: DueTimer) -> None:
    """Its time is up: reached, or failed; the result is said once."""
    group_buy = turn.rows(GroupBuy).get(int(timer.ref))
    if group_buy is None or not group_buy.collecting:
        return
    await close(turn, group_buy, "deadline")


@router.timer("refund_start", rank=5)
async def refunds_start(turn: Turn, timer: DueTimer) -> None:
    """A failed group buy can be reached no more by late messages: its refunds begin (§9.6)."""
    group_buy = turn.rows(GroupBuy).get(int(timer.ref))
    if group_buy is None or group_buy.state != State.FAILED:
        return
    book = await book_of(turn, group_buy)
    paid = [line for line in book.lines() if line.payment in ("paid", "claimed")]
    group_buy.state = State.REFUNDING if paid else State.FAILED
    book.freed |= {item.product_id for item in book.items.values() if item.product_id and item.taken}
    tell_freed(turn, book)
    for line in paid:
        if line.buyer_id:
            turn.say_to(
                line.buyer_id,
                f"团{book.number} {group_buy.title}没成团，您付的¥{yuan(book.amount(line))}"
                "会原路退，团长在办",
                urgency=Urgency.RESULT,
            )
    if paid:
        names = "、".join(f"{line.name}¥{yuan(book.amount(line))}" for line in paid)
        turn.say_to_leaders(
            group_buy.room_id,
            f"团{book.number} 未成团，要退款 {len(paid)} 笔：{names}。退完回「{paid[0].name}已退」",
        )


# -- by the leader -------------------------------------------------------------------------------


@router.message(from_leader & fine("lock"))
async def lock(chat: Chat) -> bool | None:
    """“截单”: at once; 重开 undoes it. “B先别报了” is about one item and no lock."""
    group_buy = _meant(chat, lambda g: g.collecting)
    if paused_item(chat, await book_of(chat, group_buy)) is not None:
        return False
    await close(chat, group_buy, "leader")
    if chat.room_id != group_buy.room_id:
        chat.reply(f"团{group_buy.number} 已截单，回「重开」可恢复")
    return None


@router.message(from_leader & (fine("cancel_group_buy") | says(CALL_OFF)))
async def cancel_asked(chat: Chat) -> None:
    """“取消团购”: destroys, so it asks first."""
    group_buy = _meant(chat, lambda g: g.state not in FINAL)
    book = await book_of(chat, group_buy)
    active = book.active()
    paid = [line for line in active if line.payment != "unpaid"]
    raise Ask(
        f"将取消团{book.number} {group_buy.title}，{f'通知{len(active)}户' if active else '没有人登记'}"
        f"{f'，退款{len(paid)}笔' if paid else ''}。确定请回「确认取消」",
        "cancel_group_buy",
        number=book.number,
    )


@router.message(from_leader & pending("cancel_group_buy") & Filter(lambda c: bool(SURE.fullmatch(c.text))))
async def cancel_confirmed(chat: Chat) -> None:
    """“确认取消”: it is cancelled, everybody is told, 撤销 within ten minutes brings it back."""
    data = chat.pending("cancel_group_buy")
    assert data is not None
    chat.settle("cancel_group_buy")
    group_buy = chat.rows(GroupBuy)[data["number"]]
    book = await book_of(chat, group_buy)
    was = group_buy.state
    paid = [line for line in book.active() if line.payment in ("paid", "claimed")]
    if was not in (State.FAILED, State.REFUNDING):
        book.release()  # what failed has given it back already
        chat.timer("stock_freed", str(book.number), chat.now + SECOND_THOUGHTS)
    group_buy.state = State.REFUNDING if paid else State.CANCELLED
    group_buy.closed_at = chat.now
    group_buy.mark("ended_by", "cancel")
    chat.cancel_timer("deadline", str(book.number))
    items_changed(chat.shop, group_buy)
    minutes = SECOND_THOUGHTS.total_seconds() / 60
    chat.remember("undo_cancel", chat.room_id, chat.person_id, minutes, number=book.number, state=was)
    lines = len(book.active())
    void = f"，{lines}户的登记作废" if lines else ""
    money = f"已付的{len(paid)}位原路退款，团长会逐个处理。" if paid else ""
    buyers = list(dict.fromkeys(line.buyer_id for line in book.active() if line.buyer_id))
    tell_rooms(
        chat,
        group_buy,
        f"团{book.number} {group_buy.title} 已取消{void}。{money}",
        mention=buyers if len(buyers) <= CALLED_AT_MOST else (),
    )


@router.timer("stock_freed", rank=55)
async def given_back(turn: Turn, timer: DueTimer) -> None:
    """It stays cancelled: what it had promised is there for others who wait."""
    found = await turn.shop.find(GroupBuy, number=int(timer.ref))
    if found and found[0].state in (State.CANCELLED, State.REFUNDING, State.REFUNDED):
        items = await turn.load(Item, found[0].number)
        products = {item.product_id for item in items if item.product_id and item.taken}
        turn.emit(StockFreed(tuple(sorted(products))))


@router.message(from_leader & pending("cancel_group_buy") & says("算了|不取消了?|不用了?|不了|先不取消"))
async def cancel_dropped(chat: Chat) -> None:
    """“算了”: it goes on."""
    chat.settle("cancel_group_buy")
    chat.reply("好，不取消")


@router.message(
    from_leader & (fine("undo") | says("撤销.{0,4}|恢复")) & Filter(lambda chat: _cancelled(chat) is not None)
)
async def cancel_undone(chat: Chat) -> None:
    """“撤销” within ten minutes: the cancelled group buy is back."""
    data = _cancelled(chat)
    assert data is not None
    chat.forget("undo_cancel", chat.room_id, chat.person_id)
    found = chat.rows(GroupBuy).get(data["number"])
    group_buy = found or (await chat.shop.find(GroupBuy, number=data["number"]))[0]
    if found is None:
        chat.rows(GroupBuy).adopt([group_buy])
    await _reopen(chat, group_buy)
    tell_rooms(chat, group_buy, f"团{group_buy.number} {group_buy.title} 恢复了，登记都在")


def _cancelled(chat: Chat) -> dict[str, object] | None:
    return chat.recall_flow("undo_cancel", chat.room_id, chat.person_id)


@router.message(from_leader & fine("reopen", "extend"))
async def reopen(chat: Chat) -> None:
    """“重开”, “延一天”, “截止改到周六20点”: sign-ups count again, who waits moves up in order."""
    now = chat.shop.settings.local(chat.now)
    said = chat.message.raw_text
    length = None if UNTIL.search(said) else parse_duration(said)
    moment = parse_deadline(said, now) or parse_time(said, now)
    more_time = length is not None or moment is not None
    group_buy = _meant(chat, lambda g: _may_reopen(g, more_time=more_time))
    refunding, was = group_buy.state == State.REFUNDING, group_buy.deadline
    if length is not None:
        base = group_buy.deadline if group_buy.deadline and group_buy.deadline > chat.now else chat.now
        group_buy.deadline = base + length
    elif moment is not None:
        group_buy.deadline = moment.at
    elif group_buy.deadline is not None and group_buy.deadline <= chat.now:
        group_buy.deadline = None
    was_open, later = group_buy.collecting, _is_later(was, group_buy.deadline)
    book = await _reopen(chat, group_buy)
    until = (
        f"，{full_time(chat, group_buy.deadline)}截止"
        if group_buy.deadline
        else "，截止时间请再说一次，或随时「截单」"
    )
    word = "重开" if not was_open else "延期" if later else "提前"
    tell_rooms(chat, group_buy, f"团{book.number} {group_buy.title} {word}了{until}。{progress_text(book)}")
    tell_moved_up(chat, book, "重开了")
    if refunding:
        _keep_the_money(chat, book)


def _may_reopen(group_buy: GroupBuy, *, more_time: bool) -> bool:
    """While the refunds of a missed target are due, only with the time that was offered: 延一天 (B11)."""
    missed = group_buy.state == State.REFUNDING and group_buy.marks.get("ended_by") == "deadline"
    return (missed and more_time) or group_buy.state in (*COLLECTING, State.LOCKED, State.FAILED)


def _keep_the_money(chat: Chat, book: Book) -> None:
    """Refunds were due, and are not now: who has paid is told, who has his money back owes it again."""
    kept = [line for line in book.active() if line.payment in ("paid", "claimed")]
    for line in book.active():
        if line.payment == "refunded":
            line.payment = "unpaid"
    for line in kept:
        if line.buyer_id:
            text = f"团{book.number} 延期再凑，您付的¥{yuan(book.amount(line))}先留着，不成团再退"
            chat.say_to(line.buyer_id, f"{text}；不想等回「不要了」", urgency=Urgency.RESULT)
    if kept:
        names = "、".join(f"{line.name}¥{yuan(book.amount(line))}" for line in kept)
        chat.whisper(f"团{book.number} 重开了，这{len(kept)}笔先别退：{names}")


def _is_later(was: datetime | None, now: datetime | None) -> bool:
    return was is None or now is None or now >= was


async def _reopen(chat: Chat, group_buy: GroupBuy) -> Book:
    book = await book_of(chat, group_buy)
    if group_buy.state in (State.FAILED, State.CANCELLED, State.REFUNDING):
        promise_again(book)
    group_buy.state = State.OPEN
    group_buy.closed_at = None
    group_buy.mark("ended_by", None)
    group_buy.mark("reopened", round_of(group_buy) + 1)
    chat.cancel_timer("refund_start", str(group_buy.number))
    chat.cancel_timer(HOLD, str(group_buy.number))
    if group_buy.deadline is not None:
        chat.timer("deadline", str(group_buy.number), group_buy.deadline)
    items_changed(chat.shop, group_buy)
    book.fill(book.items)
    book.settle_state()
    _lapse_requests(chat, group_buy)
    return book


def _lapse_requests(chat: Chat, group_buy: GroupBuy) -> None:
    """Open requests lapse on reopening; the buyer is told to say it again (contract §9.6)."""
    requests: Sequence[dict[str, str]] = group_buy.marks.get(REQUESTS, [])
    group_buy.mark(REQUESTS, None)
    for person in dict.fromkeys(request["person"] for request in requests):
        chat.say_to(person, f"团{group_buy.number} 重开了，之前的改动请再说一次")


def _meant(chat: Chat, fits: Callable[[GroupBuy], bool]) -> GroupBuy:
    """The leader's group buy that a command is about: by number, the only one, the last one."""
    room_id = home_room(chat)
    here = in_room(chat.shop, room_id) if room_id else []
    number = chat.meaning.group_buy
    if number is not None:
        here = [g for g in here if g.number == number]
    fitting = [g for g in here if fits(g)]
    if not fitting and here:
        raise WrongState(number=here[-1].number, state=state_of(here[-1]))
    if not fitting and number is not None:
        raise NoSuchGroupBuy(number=number)
    if not fitting:
        raise NotOpen()
    if len(fitting) > 1 and chat.meaning.fine in ("lock", "cancel_group_buy"):
        listed = "，".join(f"团{g.number} {g.title}" for g in fitting)
        raise Ask(
            f"哪个团？{listed}。请带团号说，比如「团{fitting[0].number} {chat.text}」", "which_to_close"
        )
    return fitting[-1]
