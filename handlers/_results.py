"""How a group buy ends: its result by what is booked, the words of it, and second thoughts in the grace."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from handlers._group_buys import book_of
from handlers._lines import public_name
from handlers._turn import Turn
from storage.group_buys.book import Book
from storage.group_buys.find import items_changed, rooms_of
from storage.group_buys.tables import GRACE, GroupBuy, State
from storage.money import plain, yuan
from storage.outbox import Urgency

STATE_WORDS = {
    State.OPEN: "收单中",
    State.REACHED: "已够成团",
    State.LOCKED: "已截单",
    State.ORDERED: "已下单",
    State.ARRIVED: "已到货",
    State.PICKING: "取货中",
    State.DONE: "已完成",
    State.FAILED: "未成团",
    State.REFUNDING: "退款中",
    State.REFUNDED: "已退款",
    State.CANCELLED: "已取消",
}


HOLD, HELD_FOR = "hold", timedelta(hours=48)
"""The timer that looks at who has not paid, so long after the end."""
LISTED = 12
"""With at most so many buyers the result names what each pays."""


NOTHING_CAME = (State.FAILED, State.REFUNDING, State.REFUNDED, State.CANCELLED)
"""Nobody pays for it any more."""


def state_of(group_buy: GroupBuy) -> str:
    """Its state in words for the leader."""
    return STATE_WORDS[State(group_buy.state)]


async def close(turn: Turn, group_buy: GroupBuy, by: str) -> None:
    """Its time is up, or the leader has locked it: what became of it is said once."""
    book = await book_of(turn, group_buy)
    group_buy.closed_at = turn.now
    group_buy.mark("ended_by", by)
    turn.cancel_timer("deadline", str(group_buy.number))
    turn.cancel_timer("nudge", str(group_buy.number))
    progress = book.progress()
    if by == "deadline" and group_buy.target is not None and not progress.reached:
        text = _fail(turn, book)
    elif by == "deadline" and group_buy.target is not None:
        group_buy.state = State.REACHED
        text = _result(turn, book, "成团")
    else:
        group_buy.state = State.LOCKED
        text = _result(turn, book, "截单")
    if group_buy.state != State.FAILED:
        turn.timer(HOLD, str(group_buy.number), turn.now + HELD_FOR)
    items_changed(turn.shop, group_buy)
    _announce(turn, book, text, f"{by}:{round_of(group_buy)}")


def _fail(turn: Turn, book: Book) -> str:
    group_buy = book.group_buy
    group_buy.state = State.FAILED
    book.release()
    ended = group_buy.deadline if book.late and group_buy.deadline is not None else turn.now
    turn.timer("refund_start", str(group_buy.number), max(ended + GRACE, turn.now))
    return _failed(book)


def _announce(turn: Turn, book: Book, text: str, what: str) -> None:
    for room_id in rooms_of(book.group_buy):
        key = f"closed:{book.number}:{what}:{room_id}"
        turn.say_in(room_id, text, urgency=Urgency.RESULT, key=key)


@contextmanager
def in_grace(turn: Turn, book: Book) -> Iterator[None]:
    """A change by words from before the deadline that arrived just after it: the result may turn (§9.6)."""
    group_buy = book.group_buy
    if group_buy.collecting:
        yield
        return
    book.late = True
    if group_buy.state == State.FAILED:
        promise_again(book)
    yield
    reached = book.progress().reached
    if group_buy.state == State.FAILED and reached:
        group_buy.state = State.REACHED
        turn.cancel_timer("refund_start", str(group_buy.number))
        _announce(turn, book, _result(turn, book, "成团"), f"late:{turn.cause}")
    elif group_buy.state == State.FAILED:
        book.release()
    elif group_buy.state == State.REACHED and not reached:
        _announce(turn, book, _fail(turn, book), f"late:{turn.cause}")


def owe_back(turn: Turn, group_buy: GroupBuy) -> None:
    """Money has come for what failed: it is to be paid back.

    Just after the end late words may still turn the result, and a timer starts the refunds (contract §9.6).
    """
    ended = group_buy.closed_at or group_buy.opened_at
    if group_buy.state == State.FAILED and turn.now >= ended + GRACE:
        group_buy.state = State.REFUNDING


def promise_again(book: Book) -> None:
    """Reserve what was given back; what the shop has sold meanwhile goes to the wait-list."""
    for line in book.active():
        for code in sorted(line.items):
            book.reserve_again(line, code)


def round_of(group_buy: GroupBuy) -> int:
    """How often it was reopened."""
    return int(group_buy.marks.get("reopened", 0))


def _result(turn: Turn, book: Book, word: str) -> str:
    progress = book.progress()
    lines = book.active()
    target = f"/{plain(progress.target)}" if progress.target is not None else ""
    head = f"✅ 团{book.number} {book.group_buy.title} {word}：{plain(progress.count)}{target}{progress.unit}"
    text = [f"{head}，{book.group_buy.heads}人，共¥{yuan(book.total())}"]
    if not lines:
        return f"团{book.number} {book.group_buy.title} 已{word}，没有人登记"
    if len(lines) <= LISTED:
        text.append(" · ".join(f"{public_name(line)} ¥{yuan(book.amount(line))}" for line in lines))
    else:
        text.append("各自该付多少：回「我的单」")
    how = _payment(turn)
    if how:
        text.append(f"付款：{how}")
    where = "，".join(
        part
        for part in (book.group_buy.arrival, book.group_buy.pickup and f"自提：{book.group_buy.pickup}")
        if part
    )
    if where:
        text.append(where)
    return "\n".join(text)


def _payment(turn: Turn) -> str:
    return next((v for k, v in turn.shop.settings.facts.items() if "付款" in k or "支付" in k), "")


def _failed(book: Book) -> str:
    progress = book.progress()
    paid = [line for line in book.lines() if line.payment in ("paid", "claimed")]
    money = f"已付的{len(paid)}位会原路退款" if paid else "没有收款，不用管"
    return (
        f"❌ 团{book.number} {book.group_buy.title} 未成团：{plain(progress.count)}/"
        f"{plain(progress.target or 0)}{progress.unit}，还差{plain(progress.missing)}。{money}。"
        "想再凑，团长回「延一天」"
    )
