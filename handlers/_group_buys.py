"""What the capabilities around a group buy share: which one is meant, and which items."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from handlers._chat import Ask, Chat
from handlers._questions import in_words
from handlers._turn import Turn
from nlp.meaning import CURRENT, ItemMention, Mode
from nlp.quantities import Ambiguous, Converted, to_order_unit
from storage.catalogue import OutOfStock
from storage.errors import Refused
from storage.goods import Prohibited
from storage.group_buys import refusals
from storage.group_buys.book import Book
from storage.group_buys.find import (
    buying_room,
    current,
    in_room,
    items_of,
    mention,
)
from storage.group_buys.tables import GroupBuy, Item, LedgerEntry, SignUp, State
from storage.group_buys.wishes import Origin, Wish
from storage.money import plain
from storage.privacy import guard

FEW = 3
"""“来两个” means two packs, “要30个鸡蛋” thirty eggs: up to so many 个 are the order's own unit."""

PROHIBITED = "{item} 是{why}，不能在群里团购，请去掉后重新发一次。"
REFUSALS: dict[type[Refused], str] = {
    Prohibited: PROHIBITED,
    OutOfStock: "库存只剩{left}{unit}了。",
    refusals.NotOpen: "现在没有进行中的团购。",
    refusals.NoSuchGroupBuy: "这里没有团{number}。",
    refusals.CameToNothing: "团{number} {title}没成团，已经结束了。",
    refusals.AlreadyClosed: "团{number} {title}已截单。",
    refusals.NothingBooked: "您在这个团还没有登记。",
    refusals.ItemNotBooked: "您没有登记{name}。",
    refusals.UnknownItem: "没有「{mention}」这一项，可选：{codes}",
    refusals.BadQuantity: "{quantity} 这个数量记不了，请再说一次。",
    refusals.NotDivisible: "{name}按{unit}卖，不拆开，要几{unit}？",
    refusals.WrongState: "团{number} 现在是「{state}」，不能这样做。",
    refusals.NothingToUndo: "没有可以撤销的。",
}


def origin_of(chat: Chat, source: str = "chat") -> Origin:
    """The provenance of what this message changes."""
    said = guard(" ".join(chat.message.raw_text.split()))
    return Origin(
        person_id=chat.person_id,
        key=chat.message.key,
        message=chat.message.id,
        said=said,
        now=chat.now,
        source=source,
    )


async def book_of(turn: Turn, group_buy: GroupBuy) -> Book:
    """The book of a group buy, with its lines loaded."""
    await turn.load(SignUp, group_buy.number)
    await turn.load(Item, group_buy.number)
    return Book(turn.shop, group_buy)


def home_room(chat: Chat) -> str | None:
    """The group the chat is about: its own, or in private the one where the person buys."""
    if chat.room_id is not None:
        return chat.room_id
    return buying_room(chat.shop, chat.person_id)


# -- which group buy -----------------------------------------------------------------------------


LETTER = re.compile(r"[a-z](?:款|套餐|组|项)?|[#＃]\s?\d{1,2}|\d{1,2}号|第.{1,2}[个款样种项]", re.IGNORECASE)


def by_letter(mentioned: ItemMention) -> bool:
    """Whether an item was called by its letter or number only: which one it is, the group buy says."""
    return mentioned.code is not None and LETTER.fullmatch(mentioned.mention or "a") is not None


def names_said(items: Sequence[ItemMention]) -> list[str]:
    """The products that are named in words, not by a letter."""
    return [i.product for i in items if i.product not in (None, CURRENT) and not by_letter(i)]


async def group_buy_meant(chat: Chat, items: Sequence[ItemMention] = ()) -> GroupBuy:
    """The one a message is about (contract §9.4). Raises NotOpen, AlreadyClosed, Ask."""
    room_id = home_room(chat)
    if room_id is None:
        raise refusals.NotOpen()
    candidates = [g for g in in_room(chat.shop, room_id) if g.takes(chat.message.at, chat.now)]
    found = await _pointed_at(chat, room_id, candidates)
    if found is None and (names := names_said(items)):
        found = _by_items(chat, candidates, names)
        if found is None and (gone := _closed_with(chat, room_id, candidates, names)) is not None:
            raise refusals.AlreadyClosed(number=gone.number, title=gone.title)
    found = found or (candidates[0] if len(candidates) == 1 else None)
    found = found or current(chat.shop, room_id, chat.now)
    codes = {i.code for i in items if i.code is not None and by_letter(i)}
    if codes and (found is None or not codes <= {i.code for i in items_of(chat.shop, found)}):
        having = [g for g in candidates if codes <= {i.code for i in items_of(chat.shop, g)}]
        found = having[0] if len(having) == 1 else found
    if found is None and len(candidates) > 1:
        listed = "，".join(f"团{g.number} {g.title}" for g in candidates[:5])
        raise Ask(f"哪个团？{listed}。回团号就行", "which_group_buy")
    if found is None:
        raise _closed(chat, room_id)
    mention(chat.shop, room_id, found, chat.now)
    return found


async def _pointed_at(chat: Chat, room_id: str, candidates: Sequence[GroupBuy]) -> GroupBuy | None:
    said = _number_in(chat.message.quote_text) if chat.message.quotes_bot else None
    number = chat.meaning.group_buy or said
    if number is not None:
        known = next((g for g in in_room(chat.shop, room_id) if g.number == number), None)
        if known is not None and known not in candidates:
            raise refusals.AlreadyClosed(number=known.number, title=known.title)
        return known
    if chat.message.quote_id:
        entries = await entries_of(chat, f"{chat.message.account}:{chat.message.quote_id}")
        if entries:
            meant = next((g for g in in_room(chat.shop, room_id) if g.number == entries[-1].group_buy), None)
            if meant is not None and meant not in candidates:
                raise refusals.AlreadyClosed(number=meant.number, title=meant.title)
            return meant
    return None


def _number_in(text: str | None) -> int | None:
    found = re.search(r"团\s?(\d{1,5})(?!\d)", text or "")
    return int(found.group(1)) if found else None


def _by_items(chat: Chat, candidates: Sequence[GroupBuy], names: Sequence[str]) -> GroupBuy | None:
    having = [
        group_buy
        for group_buy in candidates
        if any(item.name in names for item in Book(chat.shop, group_buy).items.values())
    ]
    return having[0] if len(having) == 1 else None


def _closed_with(
    chat: Chat, room_id: str, candidates: Sequence[GroupBuy], names: Sequence[str]
) -> GroupBuy | None:
    """The last one that sold what is named, when none that is open does."""

    def sells(group_buy: GroupBuy) -> bool:
        return any(item.name in names for item in items_of(chat.shop, group_buy))

    if any(sells(group_buy) for group_buy in candidates):
        return None
    gone = [g for g in in_room(chat.shop, room_id) if g not in candidates and sells(g)]
    return gone[-1] if gone else None


def _closed(chat: Chat, room_id: str) -> Refused:
    ended = [g for g in in_room(chat.shop, room_id) if not g.collecting]
    if ended:
        return refusals.AlreadyClosed(number=ended[-1].number, title=ended[-1].title)
    return refusals.NotOpen()


async def entries_of(turn: Turn, message_key: str) -> list[LedgerEntry]:
    """What a message changed, in order, leaving out what was undone."""
    entries = await turn.shop.find(LedgerEntry, message=message_key)
    return [entry for entry in entries if not entry.undone and entry.kind != "undo"]


# -- which line and which items -----------------------------------------------------------------


def line_named(book: Book, name: str) -> SignUp | None:
    """The one line of this display name, proxy name or household; None when several or none fit."""
    lines, said = [line for line in book.lines() if line.items or line.waiting], name.lower()
    exact = [line for line in lines if line.name.lower() == said and line.for_name is None]
    said_for = re.sub(r"^\d{1,3}(?:号楼|栋|幢)", "", said)
    named = [x for x in lines if said_for == (x.for_name or "").lower() or said == x.household]
    partly = [line for line in lines if said in line.name.lower() and line.for_name is None]
    for found in (exact, named, partly):
        if len(found) == 1:
            return found[0]
    return None


def wish_for(chat: Chat, book: Book, mentioned: ItemMention) -> Wish:
    """One item of a message as a wish. Raises Ask, UnknownItem."""
    item = item_meant(chat, book, mentioned)
    mode = mentioned.mode.value
    if mentioned.at_most is not None:
        low, high = plain(mentioned.quantity or Decimal(1)), plain(mentioned.at_most)
        raise Ask(f"{low} 还是 {high} {item.unit}？", "how_many", code=item.code, mode=mode)
    quantity = mentioned.quantity
    if quantity is None:
        return Wish(item.code, Mode.PLUS.value, Decimal(1))
    converted = to_order_unit(quantity, mentioned.unit, item.unit, item.pack)
    if isinstance(converted, Converted):
        return Wish(item.code, mode, converted.quantity)
    if isinstance(converted, Ambiguous):
        if mentioned.unit in ("个", "份") and quantity <= FEW and converted.lower == 0:
            return Wish(item.code, mode, quantity)
        raise Ask(_not_even(item, converted), "how_many", code=item.code, mode=mode)
    raise Ask(f"{item.name}按{item.unit}算，您要几{item.unit}？", "how_many", code=item.code, mode=mode)


def _not_even(item: Item, between: Ambiguous) -> str:
    low, high = plain(between.lower), plain(between.upper)
    choices = f"{high}{item.unit}={plain(between.upper_says)}{between.unit}"
    if between.lower > 0:
        choices = f"{low}{item.unit}={plain(between.lower_says)}{between.unit} 还是 {choices}"
    return f"{item.name}按{item.unit}卖：{choices}？回几{item.unit}"


def item_meant(chat: Chat, book: Book, mentioned: ItemMention) -> Item:
    """The item of a mention: by letter, by name, the only one, the one spoken of, or asked for."""
    items = list(book.items.values())
    if by_letter(mentioned):
        return book.item(mentioned.code or "")
    if mentioned.product not in (None, CURRENT):
        named = [item for item in items if item.name == mentioned.product]
        named = named or [i for i in items if mentioned.mention and mentioned.mention in i.name]
        if len(named) == 1:
            return named[0]
    elif mentioned.code is not None:
        return book.item(mentioned.code)
    if mentioned.candidates:
        fitting = [item for item in items if item.name in mentioned.candidates]
        if len(fitting) == 1:
            return fitting[0]
        items = fitting or items
    elif mentioned.product not in (None, CURRENT):
        raise refusals.UnknownItem(
            mention=mentioned.mention or mentioned.product,
            codes="、".join(f"{item.code}{item.name}" for item in items),
        )
    if len(items) == 1:
        return items[0]
    return _spoken_of(chat, book, mentioned) or _ask_item(chat, items, mentioned)


JUST_NOW = timedelta(minutes=3)


def _just_named(chat: Chat, book: Book) -> Item | None:
    """What the same person spoke of a moment ago: “这个天就有西瓜了？” — “要一个尝尝”."""
    for line in reversed(chat.recent):
        if chat.now - line.at > JUST_NOW:
            return None
        if line.person_id == chat.person_id and (names := in_words(chat, line.text, home_room(chat))):
            fits = [i for i in book.items.values() if i.name in names]
            return fits[0] if len(fits) == 1 else None
    return None


def _spoken_of(chat: Chat, book: Book, mentioned: ItemMention) -> Item | None:
    quoted = [i for i in book.items.values() if i.name in (chat.message.quote_text or "")]
    if len(quoted) == 1:
        return quoted[0]
    if chat.meaning.intent == "join_group_buy" and (just := _just_named(chat, book)):
        return just
    own = book.line(chat.person_id)
    changing = mentioned.mode is not Mode.PLUS or chat.meaning.intent == "change_sign_up"
    if own is not None and len(own.items) == 1 and changing:
        return book.items[next(iter(own.items))]
    last = chat.recall_flow("mentioned_item", chat.room_id, chat.person_id)
    if last and last.get("number") == book.number:
        return book.items.get(last["code"])
    spoken = chat.recall_flow("asked_about", chat.room_id, chat.person_id)
    named = [i for i in book.items.values() if spoken and i.name == spoken.get("product")]
    return named[0] if len(named) == 1 else None


def _ask_item(chat: Chat, items: Sequence[Item], mentioned: ItemMention) -> Item:
    shown = list(items)[:6]
    options = " 还是 ".join(f"{item.code} {item.name}" for item in shown)
    letters = "/".join(item.code for item in shown)
    quantity = mentioned.quantity
    raise Ask(
        f"{options}？回 {letters}",
        "which_item",
        mode=mentioned.mode.value if quantity is not None else Mode.PLUS.value,
        quantity=f"{quantity:f}" if quantity is not None else "1",
        unit=mentioned.unit,
        codes=[item.code for item in shown],
    )


# -- how it reads --------------------------------------------------------------------------------


def item_called(book: Book, what: str) -> Item | None:
    """The one item of this letter or part of a name (丸子 for 牛肉丸); without a name the only one."""
    said = what.strip()
    if not said:
        return next(iter(book.items.values())) if len(book.items) == 1 else None
    if said.upper() in book.items:
        return book.items[said.upper()]
    short = said[0] if len(said) == 2 and said[1] == "子" else said
    for part in (said, short):
        fits = [item for item in book.items.values() if part in item.name]
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


NOT_DONE = (State.CANCELLED, State.FAILED, State.REFUNDED)


def going_on_here(chat: Chat) -> list[GroupBuy]:
    """The group buys of this room that are neither called off nor settled; of one number, when said."""
    room_id = home_room(chat)
    here = [g for g in (in_room(chat.shop, room_id) if room_id else []) if g.state not in NOT_DONE]
    number = chat.meaning.group_buy
    return [g for g in here if number is None or g.number == number]


def line_called(book: Book, name: str) -> SignUp | None:
    """The line of this name, or of the one household that ends so."""
    return line_named(book, name) or _home(book, name)


def _home(book: Book, name: str) -> SignUp | None:
    fits = [x for x in book.active() if x.household and x.household.endswith(name)]
    return fits[0] if len(fits) == 1 else None
