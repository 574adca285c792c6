"""Signing up for a group buy in the room, and what the list says back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from handlers import Ask, Chat, Router, Turn, fine, intent, pending
from handlers._asking import said_whole
from handlers._group_buys import (
    REFUSALS,
    book_of,
    entries_of,
    group_buy_meant,
    home_room,
    item_meant,
    line_named,
    origin_of,
)
from handlers._lines import (
    FRESH,
    SIGN_UP,
    keep_order,
    tell_moved_up,
)
from handlers._orders import Request, place, say_order
from handlers._talk import joins_something_else
from nlp.meaning import CURRENT, Copy, ItemMention, Meaning, Mode
from storage.acks import Ack
from storage.catalogue import CatalogueChanged
from storage.flows import EVERYONE
from storage.group_buys.book import Book
from storage.group_buys.find import in_room, live
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.group_buys.wishes import Owner
from storage.money import plain, yuan

router = Router(
    "group_buys",
    rank=40,
    refusals=REFUSALS,
    help_for={"buyer": "买：+1、要2份、A2 B1；改：改成3份；不要了；撤销"},
)


@router.message(intent("join_group_buy") & ~fine("native_list", "waitlist") & ~pending("double"))
@said_whole
async def sign_up(chat: Chat) -> None:
    """“+1”, “A2 B1”, “帮我妈也来一个”: on the list, or more of it."""
    meaning = chat.meaning
    if _accepts_move_up(chat) or joins_something_else(chat):
        return
    if meaning.copy is not None:
        await _same_as(chat, meaning.copy)
        return
    if meaning.fine == "join_rest":
        await _all_that_is_left(chat)
        return
    requests = [_request_of(part) for part in meaning.parts or (meaning,)]
    if meaning.fine == "join_all" and not any(i.mention for i in meaning.items):
        requests = [replace(requests[0], items=await _one_of_each(chat, meaning.items))]
    if "conditional" in meaning.flags:
        raise Ask("能不能成我说不准，先没记。现在就要的话回「好」", "usual", request=requests[0].to_json())
    first = replace(requests[0], key=chat.message.key, then=tuple(requests[1:]))
    await place(chat, first)
    if "for_self_too" in meaning.flags and meaning.on_behalf_of:
        await place(chat, replace(first, for_name=None, household=None))


MOVED_UP_YES = re.compile(r"(?:我?要的?|好的?|可以|行|嗯+|ok)[。!！~]*", re.IGNORECASE)


def _accepts_move_up(chat: Chat) -> bool:
    """“要” after an automatic move-up is a yes, not one more (contract §9.19)."""
    room_id = home_room(chat)
    if MOVED_UP_YES.fullmatch(chat.text) is None or chat.message.quote_id or room_id is None:
        return False
    if chat.recall_flow("moved_up", room_id, chat.person_id) is None:
        return False
    chat.forget("moved_up", room_id, chat.person_id)
    chat.why("yes to what moved up")
    return True


def _request_of(meaning: Meaning) -> Request:
    return Request(
        items=meaning.items or (ItemMention(product=CURRENT, mode=Mode.PLUS),),
        for_name=meaning.on_behalf_of,
        household=meaning.address,
        remark=meaning.remark,
        number=meaning.group_buy,
    )


async def _one_of_each(chat: Chat, said: Sequence[ItemMention]) -> tuple[ItemMention, ...]:
    """“都要”: every item of the group buy that is meant (S43)."""
    book = await book_of(chat, await group_buy_meant(chat))
    quantity = next((i.quantity for i in said if i.quantity is not None), Decimal(1))
    return tuple(ItemMention(code=code, quantity=quantity) for code in sorted(book.items))


async def _same_as(chat: Chat, copy: Copy) -> None:
    if copy is Copy.USUAL:
        await _usual(chat)
        return
    source = await _order_pointed_at(chat)
    if source is None:
        raise Ask("跟哪位一样？请引用那条，或直接说要什么", "same_as_whom")
    items = tuple(
        ItemMention(product=None, code=code, quantity=Decimal(quantity), mode=Mode.SET)
        for code, quantity in source.items.items()
    )
    await place(chat, Request(items=items, number=source.group_buy))


_LIKE = re.compile(
    r"(?:跟|和|同|照)(?P<who>[^\s,，]{1,12}?)(?:家|那份|那单|那个|的)?(?:一样|一个样|同款|相同|来)"
)
_NOBODY_BY_NAME = re.compile(
    r"楼上|楼下|上面|上边|上一|前面|刚才|刚刚|他|她|你|您|大家|我|上次|之前|这个|那个"
)


async def _order_named(chat: Chat) -> SignUp | None:
    """“跟李姐一样”: her own line in what is open here, the latest first."""
    found = _LIKE.search(chat.text)
    room_id = home_room(chat)
    if found is None or room_id is None or _NOBODY_BY_NAME.search(found["who"]):
        return None
    for group_buy in reversed(in_room(chat.shop, room_id)):
        if group_buy.collecting:
            line = line_named(await book_of(chat, group_buy), found["who"])
            if line is not None and line.items and line.buyer_id != chat.person_id:
                return line
    return None


async def _order_pointed_at(chat: Chat) -> SignUp | None:
    if (named := await _order_named(chat)) is not None:
        return named
    if chat.message.quote_id or chat.message.quote_person:
        key = f"{chat.message.account}:{chat.message.quote_id}"
        entries = await entries_of(chat, key)
        if entries:
            await chat.load(SignUp, entries[-1].group_buy)
            return chat.rows(SignUp).get((entries[-1].group_buy, entries[-1].line))
    last = chat.recall_flow("order_before", chat.room_id, EVERYONE)
    if last is None:
        return None
    await chat.load(SignUp, last["number"])
    return chat.rows(SignUp).get((last["number"], last["line"]))


async def _usual(chat: Chat) -> None:
    """老样子: what the person's last order had, as far as it is on offer now (B8)."""
    group_buy = await group_buy_meant(chat)
    book = await book_of(chat, group_buy)
    before = [s for s in await chat.shop.find(SignUp, buyer_id=chat.person_id) if s.items]
    before = [s for s in before if s.group_buy != book.number and s.for_name is None]
    wanted, missing = [], []
    if before:
        last = max(before, key=lambda sign_up: sign_up.group_buy)
        old = await chat.shop.load(Item, last.group_buy)
        names = {item.code: item.name for item in old}
        here = {item.name: item.code for item in book.items.values()}
        for code, quantity in last.items.items():
            name = names.get(code, "")
            if name in here:
                wanted.append((here[name], name, Decimal(quantity)))
            else:
                missing.append(name)
    if not wanted:
        chat.reply("没找到您上次的单，直接说要什么就行", mention=True)
        return
    listed = "、".join(f"{name}{plain(quantity)}{book.items[code].unit}" for code, name, quantity in wanted)
    gone = f"（{'、'.join(missing)}这次没有）" if missing else ""
    items = tuple(ItemMention(code=code, quantity=quantity) for code, _, quantity in wanted)
    request = Request(items=items, number=book.number)
    raise Ask(f"上次：{listed}{gone}。照这样记？回「好」", "usual", request=request.to_json())


async def _all_that_is_left(chat: Chat) -> None:
    group_buy = await group_buy_meant(chat)
    book = await book_of(chat, group_buy)
    item = item_meant(chat, book, next(iter(chat.meaning.items), ItemMention(product=CURRENT)))
    free = book.free(item)
    if free == 0:
        chat.reply(f"{item.name}没有了，要候补回「候补」", mention=True)
        return
    if free is None:
        chat.reply(f"{item.name}没有限量，您要几{item.unit}？", mention=True)
        return
    own = book.line(chat.person_id)
    booked = own.quantity(item.code) if own else Decimal(0)
    request = Request(items=(ItemMention(code=item.code, quantity=booked + free),), number=book.number)
    cost = yuan(book.price_of(item, free))
    raise Ask(
        f"剩下的 {plain(free)}{item.unit} 共¥{cost} 都记给您？回「好」",
        "rest",
        request=request.to_json(),
    )


@router.message(fine("waitlist"))
@said_whole
async def wait(chat: Chat) -> None:
    """“候补”, “排个队”: in line for what is sold out, over the limit, or locked (B20)."""
    room_id = home_room(chat)
    if joins_something_else(chat):
        return
    last = chat.recall_flow("last_order", chat.room_id, chat.person_id)
    group_buy = chat.rows(GroupBuy).get(last["number"]) if last else None
    if group_buy is None or room_id is None:
        group_buy = await group_buy_meant(chat)
    book = await book_of(chat, group_buy)
    mentioned = chat.meaning.items[0] if chat.meaning.items else ItemMention(product=CURRENT)
    offered = chat.recall_flow("offered", chat.room_id, chat.person_id)
    named = mentioned.code is not None or mentioned.product not in (None, CURRENT)
    if offered is not None and offered["number"] == book.number and not named:
        item = book.item(offered["code"])
        quantity = mentioned.quantity or Decimal(offered["quantity"])
        chat.forget("offered", chat.room_id, chat.person_id)
    else:
        item = item_meant(chat, book, mentioned)
        quantity = mentioned.quantity or Decimal(1)
    line = book.line(chat.person_id)
    if line is None or not line.awaited(item.code) or mentioned.quantity is not None or offered is not None:
        book.wait(Owner(chat.person_id, chat.sender), item.code, quantity, origin_of(chat))
    line = book.line(chat.person_id)
    assert line is not None
    if not line.awaited(item.code):  # something was free: no need to wait
        book.moved = [moved for moved in book.moved if moved.line != line.line]
        say_order(chat, book, line, line.state, [])
        keep_order(chat, book, line)
        return
    place_in_line = [other.line for other in book.queue(item.code)].index(line.line) + 1
    waits = plain(line.awaited(item.code))
    chat.reply(f"{item.name}候补{waits}{item.unit}，您是第{place_in_line}位", mention=True)


@router.acknowledgement(SIGN_UP)
def sign_ups_said(turn: Turn, acks: Sequence[Ack]) -> str | None:
    """“✅ 王姐 A1 · 小陈 A2 B1｜共12/20盒，还差8”: everybody once, with what stands now."""
    texts = []
    for title in dict.fromkeys(ack.facts["title"] for ack in acks):
        mine = [ack for ack in acks if ack.facts["title"] == title]
        latest: dict[str, Ack] = {}
        for ack in mine:
            latest.pop(ack.facts["line"], None)
            latest[ack.facts["line"]] = ack
        said = " · ".join(f"{a.facts['who']} {a.facts['what']}{_how(a)}" for a in latest.values())
        money = mine[-1].facts["money"] if len(latest) == 1 else ""
        cost = f" ¥{money}" if money else ""
        texts.append(f"✅ {title}{said}{cost}｜{mine[-1].facts['progress']}")
    if any(ack.facts.get("fresh") for ack in acks):
        texts.append(f"（{FRESH}）")
    return "\n".join(texts)


def _how(ack: Ack) -> str:
    how = ack.facts.get("how")
    return f"（{how}）" if how else ""


@router.event(CatalogueChanged)
async def restocked(turn: Turn, changed: CatalogueChanged) -> None:
    """The shop has more again: who waits moves up."""
    touched = set(changed.products)
    for group_buy in live(turn.shop):
        items = Book(turn.shop, group_buy).items.values()
        codes = [i.code for i in items if i.product_id in touched and i.waiting]
        if codes and group_buy.collecting:
            book = await book_of(turn, group_buy)
            book.fill(codes)
            tell_moved_up(turn, book, "到货补上了")
