"""Changing one's mind about what is booked: other amounts, another item, a remark, nothing at all."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NoReturn

from handlers import Ask, Chat, Filter, Router, fine, intent
from handlers._asking import said_whole
from handlers._group_buys import (
    REFUSALS,
    book_of,
    group_buy_meant,
    home_room,
    item_called,
    item_meant,
    names_said,
    origin_of,
)
from handlers._late import request_change
from handlers._lines import (
    keep_order,
    plain_line,
    rest_of,
    tell_change,
    tell_moved_up,
    tell_paid_line,
)
from handlers._orders import Request, kin, place, say_order
from handlers._results import in_grace
from nlp.meaning import CURRENT, SAME_AS_PREVIOUS, ItemMention, Meaning, Mode
from nlp.quantities import number
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.refusals import AlreadyClosed, ItemNotBooked, NothingBooked
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.group_buys.wishes import Owner, Wish

router = Router("changes", rank=41, refusals=REFUSALS)


@router.message(intent("change_sign_up") & fine("set", "subtract", "swap", "remark", "household"))
@said_whole
async def change(chat: Chat) -> bool | None:
    """“改成3份”, “少一份”, “A换B”, “要熟一点的”, “3-402”."""
    meaning = chat.meaning
    if chat.is_leader and (meaning.on_behalf_of or not _says_how_many(meaning)):
        return False
    try:
        group_buy = await _group_buy_of_line(chat)
    except AlreadyClosed:
        if await request_change(chat):
            return None
        raise
    book = await book_of(chat, group_buy)
    line = _line_meant(chat, book)
    if meaning.fine == "swap" and (line is not None or len(meaning.items) > 1):
        with in_grace(chat, book):
            _swap(chat, book, line, meaning.items)
        return None
    if line is None and meaning.fine in ("remark", "household") and not _meant(chat):
        return False  # “3栋门口放着的” was said of something else
    if meaning.fine in ("remark", "household"):
        _note_on(chat, book, line)
        return None
    if not _says_how_many(meaning):  # “草莓改到周日拿”: a wish about what is booked, no box more
        if line is None and not chat.message.addressed:
            return False
        _note_on(chat, book, line)
        return None
    request = Request(
        items=_of_line(meaning.items, line),
        for_name=line.for_name if line else meaning.on_behalf_of,
        number=book.number,
    )
    await place(chat, request)
    return None


def _meant(chat: Chat) -> bool:
    return chat.private or chat.message.addressed or re.search("改|换|地址|备注|登记", chat.text) is not None


def _of_line(items: Sequence[ItemMention], line: SignUp | None) -> tuple[ItemMention, ...]:
    """“婆婆那份改成2包”: what is not named is the one thing on that line."""
    if line is None or line.for_name is None or len(line.items) != 1:
        return tuple(items)
    code = next(iter(line.items))
    return tuple(
        replace(item, code=code, product=None) if item.code is None and item.product == CURRENT else item
        for item in items
    )


def _says_how_many(meaning: Meaning) -> bool:
    return meaning.fine == "swap" or any(i.quantity is not None or i.code for i in meaning.items)


async def _group_buy_of_line(chat: Chat) -> GroupBuy:
    try:
        return await group_buy_meant(chat, chat.meaning.items)
    except Ask:
        last = chat.recall_flow("last_order", chat.room_id, chat.person_id)
        found = chat.rows(GroupBuy).get(last["number"]) if last else None
        if found is None:
            raise
        return found


_MINE = re.compile(r"(?<![帮给替])我(?!们?家?.{0,3}[妈爸姐妹哥弟婆公奶爷儿女孙友])")
"""“我那个瓜不要了，老婆说家里有”: mine, whoever else is spoken of."""


def _line_meant(chat: Chat, book: Book) -> SignUp | None:
    """The line that words like 我妈那份 are about; else the sender's own."""
    lines = [line for line in book.lines_of(chat.person_id) if line.items or line.waiting]
    mine = _MINE.search(chat.text) is not None
    for line in lines:
        if line.for_name and _speaks_of(chat.text, line.for_name, mine=mine):
            return line
    name = chat.meaning.on_behalf_of
    if name and not mine:
        short = kin(name)
        for line in lines:
            if line.for_name and (short in line.for_name or line.for_name in short):
                return line
        if not _OF_KIN.search(chat.text):
            return None
    own = [line for line in lines if line.for_name is None]
    if not own and name and not mine:
        return None
    return next(iter(own or lines), None)


_OF_KIN = re.compile(r"我(?:妈妈?|爸爸?|姐|妹|哥|弟|婆婆|公公|奶奶|爷爷|外婆|外公|女儿|儿子|老公|老婆)的")
"""“我妈的不要了” without a line of hers: it was ordered as one's own."""


def _speaks_of(text: str, name: str, *, mine: bool) -> bool:
    """Whether words are about the line for this person: 婆婆那份, 妈的, or her name and no “I”."""
    short = name[0] if len(name) == 2 and name[0] == name[1] else name
    owned = re.search(f"{re.escape(short)}+(?:她|他)?(?:那|这|的)", text)
    return owned is not None or (name in text and not mine)


def _swap(chat: Chat, book: Book, line: SignUp | None, items: Sequence[ItemMention]) -> None:
    if line is None:
        raise NothingBooked()
    new = item_meant(chat, book, items[-1])
    old = item_meant(chat, book, items[-2]) if len(items) > 1 else _only_other(book, line, new)
    if old is None:
        chat.reply(f"哪一样换成{new.name}？直接说「A换{new.code}」这样", mention=True)
        return
    quantity = line.quantity(old.code)
    if not quantity:
        raise ItemNotBooked(name=old.name)
    moved = items[-1].quantity or items[0].quantity or quantity
    if not book.sells(new.code, moved):
        _ask_how_many(book, line, old, new)
    wishes = [Wish(old.code, "subtract", moved), Wish(new.code, "add", moved)]
    owner, cost = Owner(line.buyer_id, line.name, line.for_name), book.amount(line)
    changed = book.sign_up(owner, wishes, origin_of(chat), kind="swap")
    tell_paid_line(chat, book, line, cost)
    say_order(chat, book, line, changed.was, rest_of(book, changed))
    keep_order(chat, book, line)
    tell_moved_up(chat, book)


def _only_other(book: Book, line: SignUp, new: Item) -> Item | None:
    """“不是A是B”: what is exchanged is the one other thing on the line."""
    others = [code for code in line.items if code != new.code]
    return book.items[others[0]] if len(others) == 1 else None


def _ask_how_many(book: Book, line: SignUp, old: Item, new: Item) -> NoReturn:
    """Half a 斤 of one is no half 袋 of another."""
    gone = ItemMention(code=old.code, quantity=Decimal(0), mode=Mode.SET)
    request = Request(
        items=(gone, ItemMention(code=new.code)), for_name=line.for_name, number=book.number, unclear=1
    )
    question = f"{old.name}换成{new.name}，要几{new.unit}？"
    raise Ask(question, "how_many", code=new.code, mode="set", request=request.to_json())


def _note_on(chat: Chat, book: Book, line: SignUp | None) -> None:
    if line is None:
        raise NothingBooked()
    owner = Owner(line.buyer_id, line.name, line.for_name)
    book.sign_up(
        owner,
        [],
        origin_of(chat),
        household=chat.meaning.address,
        remark=chat.meaning.remark or (None if chat.meaning.fine == "household" else chat.text[:60]),
        kind="remark",
    )
    noted = "，".join(text for text in (plain_line(book, line), line.household, line.remark) if text)
    chat.whisper(f"记下了：{noted}")


@router.message(intent("complaint") & Filter(lambda chat: chat.meaning.sub == "refund"))
@said_whole
async def give_back(chat: Chat) -> bool | None:
    """“退一只鸡” while it is still collected: one fewer; “鸡退了吧”: off the list."""
    room_id = home_room(chat)
    group_buy = await _where_booked(chat, room_id) if room_id is not None else None
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    line = _line_meant(chat, book)
    product = chat.meaning.product
    if line is None or not (product or len(line.items) == 1):
        return False
    mention = ItemMention(product.mention, product.product) if product else ItemMention(product=CURRENT)
    code = item_meant(chat, book, mention).code
    said = _BACK.search(chat.text)
    amount = number(said["count"]) if said else None
    if code not in line.items:
        return False
    if amount is None or amount >= line.quantity(code):
        _cancel(chat, book, line, [code])
        return None
    fewer = ItemMention(code=code, quantity=amount, mode=Mode.SUBTRACT)
    await place(chat, Request(items=(fewer,), for_name=line.for_name, number=book.number))
    return None


_BACK = re.compile(r"退掉?(?:其中)?\s?(?P<count>[\d一二两三四五六七八九十半]{1,3})")


@router.message(intent("cancel_sign_up") & ~fine("undo"))
@said_whole
async def cancel(chat: Chat) -> bool | None:
    """“不要了”, “我妈那份不要了”: given back, who waited moves up at once."""
    meaning = chat.meaning
    if meaning.on_behalf_of and chat.is_leader:
        return False
    room_id = home_room(chat)
    if room_id is None:
        return False
    group_buy = await _where_booked(chat, room_id)
    if group_buy is None:
        return None if await request_change(chat) else False
    book = await book_of(chat, group_buy)
    line = _line_meant(chat, book)
    if line is None:
        raise NothingBooked()
    _cancel(chat, book, line, _codes_meant(chat, book, line))
    return None


def _cancel(chat: Chat, book: Book, line: SignUp, codes: list[str] | None) -> None:
    """Give these items back, or all of the line; told where it belongs."""
    cost = book.amount(line)
    with in_grace(chat, book):
        changed = book.cancel(line, origin_of(chat), codes)
        tell_paid_line(chat, book, line, cost)
        if chat.private:
            chat.reply("好，已取消。想恢复回「撤销」")
        tell_change(chat, book, line, quiet=chat.private)
        keep_order(chat, book, line)
        chat.why(f"cancelled {changed.line}")
        tell_moved_up(chat, book)


_NOT_THAT = re.compile(
    r"(?:那个?|这个?|我的?|把)*(?P<what>[^\s,，。!！]{1,6}?)(?:先|就|都|也|还是)*(?:不要|不用|取消|退掉|去掉|不拿)"
)
"""“虾不要了”: a word of the name that is no name by itself."""


def _codes_meant(chat: Chat, book: Book, line: SignUp) -> list[str] | None:
    named = [
        item
        for item in chat.meaning.items
        if item.code is not None or (item.product not in (None, CURRENT, SAME_AS_PREVIOUS))
    ]
    if not named:
        found = _NOT_THAT.match(chat.text)
        short = item_called(book, found["what"]) if found else None
        if short is None:
            return None
        if short.code not in line.items and short.code not in line.waiting:
            raise ItemNotBooked(name=short.name)
        return [short.code]
    meant = [item_meant(chat, book, item) for item in named]
    codes = [item.code for item in meant if item.code in line.items or item.code in line.waiting]
    if not codes:
        raise ItemNotBooked(name=meant[0].name)
    return codes


async def _where_booked(chat: Chat, room_id: str) -> GroupBuy | None:
    """The group buy that a bare 不要了 is about: where the person has something booked."""
    booked = []
    for group_buy in in_room(chat.shop, room_id):
        if not group_buy.takes(chat.message.at, chat.now):
            continue
        book = await book_of(chat, group_buy)
        if any(line.items or line.waiting for line in book.lines_of(chat.person_id)):
            booked.append(group_buy)
    if len(booked) <= 1:
        return booked[0] if booked else None
    last = chat.recall_flow("last_order", chat.room_id, chat.person_id)
    if last and chat.meaning.group_buy is None and not names_said(chat.meaning.items):
        return next((g for g in booked if g.number == last["number"]), booked[-1])
    return await group_buy_meant(chat, chat.meaning.items)
