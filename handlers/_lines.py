"""How the lines of a group buy read in the room, and what is told when they change."""

import re
from collections.abc import Iterable
from decimal import Decimal

from handlers._acks import acknowledge
from handlers._chat import Chat
from handlers._turn import Turn
from nlp.meaning import ItemMention
from storage.catalogue import StockFreed
from storage.flows import EVERYONE
from storage.group_buys.book import Book
from storage.group_buys.find import (
    buying_room,
    collecting_in,
    rooms_of,
)
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.group_buys.wishes import Changed, Wish
from storage.money import plain, yuan
from storage.outbox import Urgency
from storage.people import Member
from storage.privacy import mask_household, mask_name

SIGN_UP = "sign_up"
FRESH = "鲜活易腐，不支持七日无理由"


def amounts(book: Book, line: SignUp) -> str:
    """What a line has booked: "2盒" with one item, "A2 B1" with several; what waits is told."""
    single = len(book.items) == 1
    parts = []
    for code in sorted({*line.items, *line.waiting}):
        quantity, waits = line.quantity(code), line.awaited(code)
        unit = book.items[code].unit if single else ""
        head = "" if single else code
        if quantity:
            parts.append(f"{head}{plain(quantity)}{unit}")
        if waits:
            parts.append(f"{head}候补{plain(waits)}{unit}")
    return " ".join(parts) or "已取消"


def public_name(line: SignUp, fallback: str = "") -> str:
    """Whose line it is, fit for the group: proxies and rooms are masked (contract §9.10)."""
    name = line.name or fallback or "邻居"
    if line.for_name is None:
        return name
    home = f"{mask_household(line.household)} " if line.household else ""
    return f"{name}代{home}{mask_name(line.for_name)}"


def progress_text(book: Book) -> str:
    """ "共5/20盒，还差15" """
    progress = book.progress()
    count = plain(progress.count)
    if progress.target is None:
        return f"共{count}{progress.unit}"
    head = f"共{count}/{plain(progress.target)}{progress.unit}"
    if progress.reached:
        return f"{head}，已够成团"
    return f"{head}，还差{plain(progress.missing)}"


def tell_change(
    chat: Turn, book: Book, line: SignUp, *, quiet: bool = False, fresh: bool = False, how: str = ""
) -> None:
    """Have the group hear what a line is now, with its neighbours."""
    several = len(collecting_in(chat.shop, book.group_buy.room_id)) > 1
    room_id = book.group_buy.room_id
    if isinstance(chat, Chat) and chat.room_id in book.group_buy.also_in:
        room_id = chat.room_id or room_id
    acknowledge(
        chat,
        room_id,
        SIGN_UP,
        line.buyer_id or "",
        quiet=quiet,
        number=book.number,
        title=f"团{book.number} " if several else "",
        line=line.line,
        who=public_name(line),
        what=amounts(book, line),
        fresh=fresh,
        how=how,
        money=yuan(book.amount(line)) if len(line.items) > 1 else "",
        progress=progress_text(book),
    )


def tell_paid_line(chat: Chat, book: Book, line: SignUp, cost_before: int) -> None:
    """Somebody who has paid changed the order: the leader has to give back or ask for more."""
    more = book.amount(line) - cost_before
    if line.payment not in ("paid", "claimed") or more == 0:
        return
    name = public_name(line)
    what = f"要补¥{yuan(more)}" if more > 0 else f"要退¥{yuan(-more)}"
    done = "" if line.items else f"。退完回「{line.name}已退」"
    chat.say_to_leaders(
        book.group_buy.room_id, f"团{book.number} {name} 付过款，现在{amounts(book, line)}，{what}{done}"
    )


def plain_line(book: Book, line: SignUp) -> str:
    """A line in full words, for its owner: 红颜草莓2盒、土鸡蛋1板."""
    parts = [
        f"{book.items[code].name}{plain(line.quantity(code))}{book.items[code].unit}"
        for code in sorted(line.items)
    ]
    waits = [
        f"候补{book.items[code].name}{plain(line.awaited(code))}{book.items[code].unit}"
        for code in sorted(line.waiting)
    ]
    return "、".join([*parts, *waits]) or "没有登记"


PIECES = re.compile(r"\d\s*([枚只颗个瓶支粒片条头])")


def conversion(book: Book, said: ItemMention, wish: Wish) -> str:
    """How an amount in other units was read: 30枚=1板; "" when nothing was converted (B9)."""
    if said.quantity is None or said.unit is None or said.quantity == wish.quantity:
        return ""
    item = book.items[wish.code]
    piece = PIECES.search(item.pack or "") if said.unit == "个" else None
    unit = piece[1] if piece else said.unit
    return f"{plain(said.quantity)}{unit}={plain(wish.quantity)}{item.unit}"


LOW_FROM, LOW_SHARE = 10, 5
"""From so much stock on, the leader hears once when no more than a fifth of it is left."""
LOW, OUT = "low", "out"


def tell_low(turn: Turn, book: Book) -> None:
    """The leader hears once each, in private, that an item is nearly and wholly sold out (G2)."""
    for item in book.items.values():
        free = book.free(item)
        if free is None:
            continue
        level, told = _level(free, free + item.taken), dict(book.group_buy.marks.get(LOW, {}))
        if level == told.get(item.code) or (level == LOW and item.code in told):
            continue
        book.group_buy.mark(LOW, {**told, item.code: level} if level else _without(told, item.code))
        if level:
            left = f"只剩{plain(free)}{item.unit}" if free else "订完了"
            more = f"要加量回「{item.name}补货10{item.unit}」"
            told_so = f"团{book.number} {item.name}{left}（已订{plain(item.taken)}），{more}"
            turn.say_to_leaders(book.group_buy.room_id, told_so)


def _level(free: Decimal, total: Decimal) -> str | None:
    """How near to sold out: nothing left of what was more than one, little of what was much."""
    if free <= 0:
        return OUT if total > 1 else None
    return LOW if total >= LOW_FROM and free * LOW_SHARE <= total else None


def forget_low(book: Book, code: str) -> None:
    """There is more again: the next time that it runs low is told, too."""
    book.group_buy.mark(LOW, _without(book.group_buy.marks.get(LOW, {}), code))


def _without(told: dict[str, str], code: str) -> dict[str, str] | None:
    return {known: level for known, level in told.items() if known != code} or None


def rest_of(book: Book, changed: Changed) -> list[str]:
    """What a limit kept back, said with both numbers (contract §9.2)."""
    told = []
    line = book.line(changed.line)
    assert line is not None
    for change in changed.changes:
        item, waits = book.items[change.code], line.awaited(change.code)
        if change.refused > 0:
            most = plain(item.per_person or 0)
            told.append(
                f"{item.name}每人限{most}{item.unit}，已记{plain(line.quantity(change.code))}，"
                f"多的{plain(change.refused)}没记；要候补回「候补」"
            )
        elif waits > 0 and change.waiting > 0:
            told.append(_waits(book, item, line, change.before, waits))
    return told


def _waits(book: Book, item: Item, line: SignUp, before: Decimal, waits: Decimal) -> str:
    booked = line.quantity(item.code)
    if item.paused:
        return f"{item.name}暂停中，{plain(waits)}{item.unit}先候补"
    place = [other.line for other in book.queue(item.code)].index(line.line) + 1
    left = booked - before
    head = f"只剩{plain(left)}{item.unit}，已记{plain(booked)}" if left > 0 else "没有了"
    return f"{item.name}{head}，候补{plain(waits)}{item.unit}（第{place}位）"


CALLED_AT_MOST = 20
"""More people than this are not called by name."""


def tell_rooms(turn: Turn, group_buy: GroupBuy, text: str, mention: Iterable[str] = ()) -> None:
    """Say a result in every room that signs up for it; each room calls its own people."""
    members, called = turn.rows(Member), list(mention)
    for room_id in rooms_of(group_buy):
        others = [room for room in rooms_of(group_buy) if room != room_id]
        here = [
            who
            for who in called
            if (room_id, who) in members
            or (room_id == group_buy.room_id and not any((room, who) in members for room in others))
        ]
        turn.say_in(room_id, text, mention=here, urgency=Urgency.RESULT)


def tell_moved_up(turn: Turn, book: Book, why: str = "有人退了") -> None:
    """Who waited and got something is told at once, with a way out."""
    for moved in book.moved:
        item, line = book.items[moved.code], book.line(moved.line)
        text = f"{why}，候补的{item.name}{plain(moved.quantity)}{item.unit}给您记上了，不要请说「不要了」"
        who = (moved.buyer_id,) if moved.buyer_id else ()
        turn.say_in(_where_heard(turn, book.group_buy, moved.buyer_id), text, mention=who)
        if line is not None:
            tell_change(turn, book, line, quiet=True)
        if moved.buyer_id:
            turn.remember("moved_up", book.group_buy.room_id, moved.buyer_id, 60, number=book.number)
    book.moved.clear()
    tell_freed(turn, book)


def tell_freed(turn: Turn, book: Book) -> None:
    """What was given back of the shop's stock may be what others wait for."""
    if book.freed:
        turn.emit(StockFreed(tuple(sorted(book.freed))))
        book.freed.clear()


def _where_heard(turn: Turn, group_buy: GroupBuy, buyer_id: str | None) -> str:
    """The room of a group buy in which a buyer reads along: where he spoke last, else its own."""
    room_id = buying_room(turn.shop, buyer_id) if buyer_id and group_buy.also_in else None
    return room_id if room_id in group_buy.also_in else group_buy.room_id


def keep_order(chat: Chat, book: Book, line: SignUp) -> None:
    """What the room and the person ordered last, for 同上 and for "the same but…"."""
    data = {"number": book.number, "line": line.line, "text": amounts(book, line)}
    chat.remember("last_order", chat.room_id, chat.person_id, 60, **data)
    chat.remember("order_before", chat.room_id, EVERYONE, 60, **data)
