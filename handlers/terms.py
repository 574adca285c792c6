"""Changing the terms of an open group buy: price, limits, deadline, target, items, pause (C7, L14, L15)."""

import re
from dataclasses import asdict
from decimal import Decimal

from handlers import Ask, Chat, Filter, Router, from_leader, pending
from handlers._group_buys import REFUSALS, book_of, home_room, item_called
from handlers._late import closed_lately
from handlers._lines import progress_text, tell_moved_up, tell_rooms
from handlers._pausing import PAUSE, what_pauses
from handlers._publish import full_time, in_full, item_of, opening_of, post, tier_text
from handlers._results import state_of
from nlp.opening import Opening, OpeningItem, parse_correction
from storage.errors import Refused
from storage.group_buys.book import Book
from storage.group_buys.find import in_room, items_changed, items_of
from storage.group_buys.tables import GroupBuy, Item
from storage.money import plain, yuan
from storage.outbox import Urgency
from storage.people import Room


class LimitTooLow(Refused):
    """More is booked than the new limit allows. Facts: name, taken, unit."""


router = Router(
    "terms",
    rank=37,
    refusals={**REFUSALS, LimitTooLow: "{name}已经登记了{taken}{unit}，总量不能少于它"},
    help_for={"leader": "改：草莓改价42 · 每人限2 · 总共50份 · 暂停B · 同步到二期群"},
)

CUES = re.compile(
    r"截止|改价|价格|[写打标报弄搞]错|涨|降|便宜|限购?|每[人户]|总共|总量|库存|目标|成团|自提|到货|规格|满\s?\d|标题|改名"
    r"|加一?[个项样款]|增加|去掉|删掉|不卖|改成?\s*\d|改到|可(?:以要)?半"
)
NO_ORDER = re.compile(r"截止|价|涨|降|限|每[人户]|总共|总量|库存|目标|成团|满\s?\d|\d\s?[元块]|可(?:以要)?半")
"""Words of terms that an order of the leader's own has not (总共10包 is a limit, 加一个水饺 an order)."""
WHICH = re.compile(r"(?:规格|包装|名字|改名)改?")
"""With several items these words must say of which."""
SLIP = re.compile(r"(?:的?价格?)?(?:写|打|标|报|弄|搞)错了?[,，\s]*(?:应该|实际)?(?:是|为)?")
"""“价格写错了，应该是46.9” is said for “改成46.9”."""
KEEP = re.compile(r"保留|按?原价|老价")
ASK_AGAIN = re.compile(r"重新确认|重新来|按新价|新价")
MIRROR = re.compile(r"同步(?:到|给)?\s*(?P<rooms>.{2,60})")


def _open_here(chat: Chat, what: str = "") -> GroupBuy | None:
    """The one of the number, else the last that has what is named (or `what`), else the last."""
    room_id = home_room(chat)
    here = [g for g in (in_room(chat.shop, room_id) if room_id else []) if g.collecting]
    number = chat.meaning.group_buy
    if number is not None:
        here = [g for g in here if g.number == number]
    named = {item.product for item in chat.meaning.items}
    named.add(chat.meaning.product.product if chat.meaning.product else None)
    having = [
        g for g in here if any(i.name in named or (what and what in i.name) for i in items_of(chat.shop, g))
    ]
    return having[-1] if having else here[-1] if here else None


@router.message(from_leader & Filter(lambda chat: PAUSE.fullmatch(chat.text) is not None))
async def pause(chat: Chat) -> bool | None:
    """“暂停B”, “恢复B”: sign-ups on it wait, or move up (contract §9.2)."""
    found = PAUSE.fullmatch(chat.text)
    assert found is not None
    what, do = what_pauses(found), found["do"] or found["does"]
    group_buy = _open_here(chat, what)
    if group_buy is None:
        return False
    book = await book_of(chat, group_buy)
    item = item_called(book, what)
    if item is None:
        return False
    pauses = do not in ("恢复", "继续卖")
    if item.paused == pauses:
        return None
    item.paused = pauses
    if not item.paused:
        book.fill([item.code])
    items_changed(chat.shop, group_buy)
    said = "暂停接单，新登记先候补" if item.paused else "恢复接单"
    tell_rooms(chat, group_buy, f"团{book.number} {item.code} {item.name} {said}")
    tell_moved_up(chat, book, "恢复接单了")
    return None


@router.message(from_leader & Filter(lambda chat: MIRROR.fullmatch(chat.text) is not None))
async def mirror(chat: Chat) -> bool | None:
    """“同步到二期群”: other rooms of this leader sign up for the same stock (C10)."""
    found = MIRROR.fullmatch(chat.text)
    group_buy = _open_here(chat)
    assert found is not None
    if group_buy is None:
        return False
    wanted = [name.strip() for name in re.split(r"[、，,和 ]+", found["rooms"]) if name.strip()]
    rooms = [
        room
        for room in chat.rows(Room)
        if any(name in room.name for name in wanted)
        and room.id != group_buy.room_id
        and chat.shop.is_leader(chat.person_id, room.id)
    ]
    if not rooms:
        chat.reply("没找到您带的这个群，请说群名", mention=True)
        return None
    fresh = [room for room in rooms if room.id not in group_buy.also_in]
    if not fresh:
        chat.reply("已经同步过了", mention=True)
        return None
    group_buy.also_in = [*group_buy.also_in, *(room.id for room in fresh)]
    items_changed(chat.shop, group_buy)
    await chat.load(Item, group_buy.number)
    for room in fresh:
        chat.say_in(room.id, post(chat, group_buy), urgency=Urgency.RESULT)
    chat.reply(f"已同步到{'、'.join(room.name for room in fresh)}，共用一份库存", mention=True)
    return None


@router.message(from_leader & pending("price_rise"))
async def rise_decided(chat: Chat) -> bool | None:
    """“保留” or “重新确认” for those who signed up at the old price (C7)."""
    data = chat.pending("price_rise")
    assert data is not None
    keep, again = KEEP.search(chat.text), ASK_AGAIN.search(chat.text)
    if not keep and not again:
        return False
    chat.settle("price_rise")
    book = await book_of(chat, chat.rows(GroupBuy)[data["number"]])
    item = book.item(data["code"])
    old, item.price_fen = item.price_fen, data["price_fen"]
    touched = [line for line in book.active() if item.code in line.items]
    if keep:
        for line in touched:
            line.prices = {**line.prices, item.code: old}
        book.group_buy.mark("kept_prices", True)
    text = f"团{book.number} {item.name} 改为{yuan(item.price_fen)}元/{item.unit}，"
    text += "已登记的按原价" if keep else "已登记的请看一下，不要了说一声"
    who = [] if keep else [line.buyer_id for line in touched if line.buyer_id]
    tell_rooms(chat, book.group_buy, text, mention=who)
    return None


@router.message(from_leader & Filter(lambda chat: CUES.search(chat.text) is not None))
async def change_terms(chat: Chat) -> bool | None:
    """“草莓改价42”, “截止改周六20点”, “每人限2”: the difference is said to all."""
    group_buy = _open_here(chat)
    orders = chat.meaning.intent == "join_group_buy"
    if chat.meaning.intent == "complaint" or (orders and NO_ORDER.search(chat.text) is None):
        return False
    if group_buy is None:
        closed = closed_lately(chat) if orders else None
        if closed is None:
            return False
        chat.reply(f"团{closed.number} {state_of(closed)}，要改先回「重开」", mention=True)
        return None
    if chat.recall_flow("draft", chat.room_id, chat.person_id) is not None:
        return False
    book = await book_of(chat, group_buy)
    before = opening_of(group_buy, list(book.items.values()))
    now = chat.shop.settings.local(chat.now)
    said = in_full(chat, SLIP.sub("改成", chat.message.raw_text), (item.name for item in before.items))
    after = parse_correction(said, before, now)
    if after is None and len(before.items) > 1 and WHICH.match(chat.text):
        chat.reply(f"改哪一样？请带上字母，比如「{before.items[0].code}{chat.text}」", mention=True)
        return None
    if after is None:
        return False
    if after == before:
        chat.reply("本来就是这样，没变", mention=True)
        return None
    told = [*_apply_terms(chat, book, before, after), *_apply_items(chat, book, before, after)]
    if told:
        items_changed(chat.shop, group_buy)
        book.settle_state()
        book.fill(book.items)
        tell_rooms(chat, group_buy, f"团{book.number} {group_buy.title}：{'；'.join(told)}")
        tell_moved_up(chat, book, "加量了")
    return None


def _apply_terms(chat: Chat, book: Book, before: Opening, after: Opening) -> list[str]:
    group_buy, told = book.group_buy, []
    if after.title != before.title:
        group_buy.title = after.title
        told.append("改了标题")
    if after.deadline != before.deadline and after.deadline is not None:
        group_buy.deadline = after.deadline
        chat.timer("deadline", str(book.number), after.deadline)
        told.append(f"截止改为{full_time(chat, after.deadline)}")
    if (after.target, after.target_kind) != (before.target, before.target_kind):
        group_buy.target = None if after.target is None else Decimal(after.target)
        group_buy.target_kind, group_buy.target_unit = after.target_kind, after.target_unit
        told.append(progress_text(book) if after.target else "不限成团数")
    if after.step != before.step:
        group_buy.halves = after.step is not None
        told.append("可以要一半" if group_buy.halves else "不拆开")
    for name, word in (("pickup", "自提改为"), ("arrival", "到货改为")):
        if getattr(after, name) != getattr(before, name):
            setattr(group_buy, name, getattr(after, name))
            told.append(f"{word}{getattr(after, name)}")
    return told


def _apply_items(chat: Chat, book: Book, before: Opening, after: Opening) -> list[str]:
    told = []
    known = {item.code: item for item in before.items}
    for item in after.items:
        if item.code not in known:
            told.append(_added(chat, book, item))
        elif item != known[item.code]:
            told += _item_changed(book, known[item.code], item)
    for code in known.keys() - {item.code for item in after.items}:
        row = book.items[code]
        row.paused = True
        told.append(f"{row.name}不再接单，已登记的照旧")
    return [text for text in told if text]


def _added(chat: Chat, book: Book, item: OpeningItem) -> str:
    row = chat.rows(Item).add(item_of(chat, book.group_buy, item))
    book.items[row.code] = row
    return f"加了 {row.code} {row.name} {yuan(row.price_fen)}元/{row.unit}"


def _item_changed(book: Book, before: OpeningItem, after: OpeningItem) -> list[str]:
    row, told = book.items[before.code], []
    if after.price_fen is not None and after.price_fen != row.price_fen:
        told.append(_new_price(book, row, after.price_fen))
    if after.limit != before.limit:
        if after.limit is not None and after.limit < row.taken:
            raise LimitTooLow(name=row.name, taken=plain(row.taken), unit=row.unit)
        row.limit = after.limit
        told.append(f"{row.name}总共{plain(after.limit)}{row.unit}" if after.limit else f"{row.name}不限量")
    if after.per_person != before.per_person:
        row.per_person = after.per_person
        most = f"每人限{plain(after.per_person)}{row.unit}" if after.per_person else "不限购"
        told.append(f"{row.name}{most}，已登记的照旧")
    if after.tiers != before.tiers:
        row.tiers = [asdict(tier) for tier in after.tiers]
        told.append(f"{row.name}{'，'.join(tier_text(tier, row.unit) for tier in after.tiers)}")
    if after.pack != before.pack:
        row.pack = after.pack
        told.append(f"{row.name}规格改为{row.pack}")
    if after.name != before.name:
        row.name = after.name
        told.append(f"{row.code}改名{row.name}")
    return told


def _new_price(book: Book, row: Item, price_fen: int) -> str:
    booked = [line for line in book.active() if row.code in line.items]
    if price_fen > row.price_fen and booked:
        raise Ask(
            f"{row.name}涨到{yuan(price_fen)}：已登记的{len(booked)}户保留{yuan(row.price_fen)}？"
            "回「保留」或「重新确认」",
            "price_rise",
            number=book.number,
            code=row.code,
            price_fen=price_fen,
        )
    row.price_fen = price_fen
    return f"{row.name}改为{yuan(price_fen)}元/{row.unit}" + ("，已登记的也按新价" if booked else "")
