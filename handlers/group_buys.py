"""Group buys in the room: signing up, changing one's mind, and what the list says back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import Any

from handlers import Ask, Chat, Filter, Router, Turn, fine, intent, pending, says
from handlers._asking import said_whole
from handlers._group_buys import (
    FRESH,
    REFUSALS,
    SIGN_UP,
    book_of,
    conversion,
    entries_of,
    group_buy_meant,
    home_room,
    item_meant,
    keep_order,
    names_said,
    origin_of,
    plain_line,
    rest_of,
    tell_change,
    tell_low,
    tell_moved_up,
    tell_paid_line,
    wish_for,
)
from handlers._late import join_late, request_change
from handlers._results import in_grace
from handlers._talk import joins_something_else
from nlp.meaning import CURRENT, SAME_AS_PREVIOUS, Copy, ItemMention, Meaning, Mode
from storage.acks import Ack
from storage.catalogue import CatalogueChanged
from storage.flows import EVERYONE
from storage.group_buys.book import Book
from storage.group_buys.find import in_room, live
from storage.group_buys.refusals import AlreadyClosed, BadQuantity, ItemNotBooked, NothingBooked
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.group_buys.wishes import Origin, Owner, Wish
from storage.money import plain, yuan
from storage.outbox import Urgency

router = Router(
    "group_buys",
    rank=40,
    refusals=REFUSALS,
    help_for={"buyer": "买：+1、要2份、A2 B1；改：改成3份；不要了；撤销"},
)

CHOICE = re.compile(r"(?:选|要|就)?\s*([a-z])\s*(?:吧|那个|的)?", re.IGNORECASE)
NUMBER = re.compile(r"团?\s*(\d{1,4})\s*(?:个|份|号|团|盒|箱|斤|板|袋|包|瓶)?\s*(?:吧)?")
SAME_WORDS = 10
"""Seconds within which a list line and a +1 are one sign-up (contract §9.5)."""
HOME = re.compile(r"^\d{1,3}(?:号楼|栋|幢|-)\d{1,4}(?:-\d{2,4})?(?:室|的)?\s*")
KIN = "妈爸爷奶哥姐弟妹姑舅叔伯姨"
NO = r"不用了?|不是的?|不了|不追加|算了|不对|先不"
YES = re.compile(r"好的?|对的?|是的?|嗯+|行|可以|要的?|追加|确认|ok|👌|👍|1", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """An order as it was understood, so that a question can be answered later."""

    items: tuple[ItemMention, ...]
    for_name: str | None = None
    household: str | None = None
    remark: str | None = None
    number: int | None = None
    unclear: int = 0
    """Which item the question was about."""
    key: str | None = None
    """The message that said it: recalled, it takes back what its answer booked."""
    then: tuple["Request", ...] = ()
    """What the same message wants for others; the answer holds for them, too."""

    def to_json(self) -> dict[str, Any]:
        """For the flow that waits."""
        items = [
            [
                i.mention,
                i.product,
                None if i.quantity is None else f"{i.quantity:f}",
                i.unit,
                i.mode.value,
                i.code,
                list(i.candidates),
            ]
            for i in self.items
        ]
        return {
            "items": items,
            "for_name": self.for_name,
            "household": self.household,
            "remark": self.remark,
            "number": self.number,
            "unclear": self.unclear,
            "key": self.key,
            "then": [other.to_json() for other in self.then],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Request":
        """As it was."""
        items = tuple(
            ItemMention(m, p, None if q is None else Decimal(q), u, Mode(mode), code, None, tuple(c))
            for m, p, q, u, mode, code, c in data["items"]
        )
        then = tuple(cls.from_json(other) for other in data.get("then", ()))
        return cls(**{**data, "items": items, "then": then})


# -- answers to questions ------------------------------------------------------------------------


@router.message(pending("which_item", "how_many", "which_group_buy"))
async def answered(chat: Chat) -> bool:
    """“A” after “A草莓 还是 B蓝莓？”, “3” after “几盒？”, “2” after “哪个团？”."""
    for kind in ("which_item", "how_many", "which_group_buy"):
        data = chat.pending(kind)
        if data is None:
            continue
        request = _completed(chat, kind, data)
        if request is None:
            return False
        chat.settle(kind)
        if request.key is not None:
            said = {"answer": chat.message.key, "first": request.key}
            chat.remember("answered", chat.room_id, chat.person_id, 24 * 60, **said)
        await place(chat, request)
        return True
    return False


def _completed(chat: Chat, kind: str, data: dict[str, Any]) -> Request | None:
    request = Request.from_json(data["request"])
    items = list(request.items)
    item = items[request.unclear]
    if kind == "which_group_buy":
        found = NUMBER.fullmatch(chat.text)
        return replace(request, number=int(found.group(1))) if found else None
    if kind == "which_item":
        if chat.meaning.intent.endswith("_question"):  # “草莓能放几天”: asked before choosing
            return None
        code = _code_said(chat, data["codes"])
        if code is None:
            return None
        said = next((i.quantity for i in chat.meaning.items if i.quantity is not None), None)
        quantity = said or Decimal(data["quantity"])
        items[request.unclear] = replace(_chosen(item, code), quantity=quantity)
        request = replace(request, then=tuple(_chosen_too(other, code) for other in request.then))
    else:
        amount = _amount_said(chat)
        if amount is None:
            return None
        items[request.unclear] = replace(
            item, quantity=amount, unit=None, at_most=None, code=data["code"], product=None
        )
    return replace(request, items=tuple(items))


def _chosen(item: ItemMention, code: str) -> ItemMention:
    return replace(item, mention=None, code=code, product=None, candidates=())


def _chosen_too(request: Request, code: str) -> Request:
    """“来两个，帮我妈也来一个” — “A”: both are A."""
    items = tuple(
        _chosen(item, code) if item.code is None and item.product in (None, CURRENT) else item
        for item in request.items
    )
    return replace(request, items=items)


def _code_said(chat: Chat, codes: Sequence[str]) -> str | None:
    for mentioned in chat.meaning.items:
        if mentioned.code in codes:
            return mentioned.code
    found = CHOICE.fullmatch(chat.text)
    if found and found.group(1).upper() in codes:
        return found.group(1).upper()
    product = chat.meaning.product
    names = {i.product for i in chat.meaning.items} | {product.product if product else None}
    for row in chat.rows(GroupBuy):
        for item in Book(chat.shop, row).items.values():
            if item.code in codes and (item.name in names or chat.text in item.name):
                return item.code
    return None


def _amount_said(chat: Chat) -> Decimal | None:
    """A bare number is the amount itself, never the second of the choices."""
    found = NUMBER.fullmatch(chat.text)
    if found:
        return Decimal(found.group(1))
    said = (mentioned.quantity for mentioned in chat.meaning.items)
    return next((quantity for quantity in said if quantity is not None), None)


@router.message(pending("double", "usual", "rest", "all") & Filter(lambda c: bool(YES.fullmatch(c.text))))
async def confirmed(chat: Chat) -> None:
    """“追加”, “好”: the order that was only proposed counts."""
    for kind in ("double", "usual", "rest", "all"):
        data = chat.pending(kind)
        if data is not None:
            request = Request.from_json(data["request"])
            await place(chat, request)
            chat.settle(kind)
            return


@router.message(pending("double", "usual", "rest", "all") & says(NO))
async def declined(chat: Chat) -> None:
    """“不用”: what was proposed is dropped, in silence."""
    for kind in ("double", "usual", "rest", "all"):
        if chat.pending(kind) is not None:
            chat.settle(kind)


# -- signing up ----------------------------------------------------------------------------------


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
    if meaning.fine == "join_all":
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


async def place(chat: Chat, request: Request) -> None:
    """Book a request; what is unclear is asked once and goes on from there."""
    try:
        group_buy = await _group_buy(chat, request)
    except AlreadyClosed:
        if await _late(chat, request):
            return
        if chat.message.addressed:
            raise
        chat.why("closed long ago: nobody meant it")
        return
    except Ask as ask:
        raise Ask(ask.question, ask.kind, request=request.to_json(), **ask.data) from None
    book = await book_of(chat, group_buy)
    wishes: list[Wish] = []
    for index, item in enumerate(request.items):
        try:
            wishes.append(wish_for(chat, book, item))
        except Ask as ask:
            known = replace(request, number=book.number, unclear=index)
            raise Ask(ask.question, ask.kind, request=known.to_json(), **ask.data) from None
    if _listed_elsewhere(chat, book, request, wishes):
        line = book.lines_of(chat.person_id)[0]
        same = all(line.quantity(wish.code) == wish.quantity for wish in wishes)
        listed = line.listed_at
        if same and listed is not None and (chat.now - listed).total_seconds() <= SAME_WORDS:
            chat.why("the same words within 10 s are one")
            return
        raise Ask(
            "您在接龙里已经有了，这次是追加吗？追加请回「追加」",
            "double",
            request=replace(request, number=book.number).to_json(),
        )
    note = "、".join(filter(None, map(conversion, repeat(book), request.items, wishes)))
    with in_grace(chat, book):
        book_wishes(chat, book, wishes, request, note)
    for other in request.then:
        await place(chat, replace(other, number=other.number or book.number, key=request.key))


async def _late(chat: Chat, request: Request) -> bool:
    for_name = kin(request.for_name) if request.for_name is not None else None
    try:
        return await join_late(chat, request.items, for_name)
    except Ask as ask:
        raise Ask(ask.question, ask.kind, request=request.to_json(), **ask.data) from None


async def _group_buy(chat: Chat, request: Request) -> GroupBuy:
    if request.number is not None and chat.meaning.group_buy is None:
        found = chat.rows(GroupBuy).get(request.number)
        if found is not None:
            if not found.takes(chat.message.at, chat.now):
                raise AlreadyClosed(number=found.number, title=found.title)
            return found
    return await group_buy_meant(chat, request.items)


def book_wishes(chat: Chat, book: Book, wishes: Sequence[Wish], request: Request, note: str = "") -> None:
    """Write the wishes into the book and tell what came of them; `note`: how a quantity was read."""
    owner = _owner(chat, request)
    known = book.line(owner.line)
    if all(wish.quantity == 0 for wish in wishes) and (known is None or not (known.items or known.waiting)):
        raise BadQuantity(quantity=0)
    cost = book.amount(known) if known is not None else 0
    changed = book.sign_up(
        owner,
        wishes,
        _origin(chat, request),
        household=request.household or None,
        remark=request.remark,
    )
    line = book.line(owner.line)
    assert line is not None
    tell_paid_line(chat, book, line, cost)
    _say_order(chat, book, line, changed.was, rest_of(book, changed), note)
    tell_low(chat, book)
    for change in changed.changes:
        if change.refused > 0:
            more = {"code": change.code, "quantity": f"{change.refused:f}"}
            chat.remember("offered", chat.room_id, chat.person_id, 60, number=book.number, **more)
    keep_order(chat, book, line)
    only = wishes[0].code if len(wishes) == 1 else None
    if only is not None and chat.room_id is not None:
        chat.remember("mentioned_item", chat.room_id, chat.person_id, 10, code=only, number=book.number)
    tell_moved_up(chat, book)


def _origin(chat: Chat, request: Request) -> Origin:
    origin = origin_of(chat)
    return origin if request.key is None else replace(origin, key=request.key)


def _owner(chat: Chat, request: Request) -> Owner:
    who = kin(request.for_name) if request.for_name is not None else None
    if who is None or (len(who) > 1 and who == chat.sender) or _called(chat, who):
        return Owner(chat.person_id, chat.sender)  # 外婆 herself: 小美，帮外婆记一下
    return Owner(chat.person_id, chat.sender, who)


def _called(chat: Chat, who: str) -> bool:
    """Whether words before a comma call the leader (小美，草莓要一盒) and do not name whom it is for."""
    if chat.room_id is None or re.search(f"[帮给替代]\\s?{re.escape(who)}", chat.text):
        return False
    leaders = (chat.shop.name_of(leader, chat.room_id) for leader in chat.shop.leaders_of(chat.room_id))
    return any(who in (name, name.removeprefix("团长")) for name in leaders)


def kin(name: str) -> str:
    """For whom, as a name: 我妈 → 妈妈, 我妹 → 妹妹, 5-301王阿姨 → 王阿姨."""
    short = re.sub(r"^(?:我们?的?|咱们?家?|俺)(?=.)", "", name.strip())
    short = HOME.sub("", short).strip() or short
    return short * 2 if len(short) == 1 and short in KIN else short


def _say_order(chat: Chat, book: Book, line: SignUp, was: str, rest: Sequence[str], how: str = "") -> None:
    fresh = False
    if book.group_buy.fresh and was == "" and not chat.person(chat.person_id).marks.get("fresh"):
        chat.person(chat.person_id).mark("fresh", True)
        fresh = True
    note = f"（{FRESH}）" if fresh else ""
    if chat.private:
        what = plain_line(book, line) + (f"（{how}）" if how else "")
        chat.reply(f"记好了：{what}，合计¥{yuan(book.amount(line))}{note}。不对回「撤销」")
        tell_change(chat, book, line, quiet=True)
    elif rest:
        chat.reply("；".join(rest), mention=True, urgency=Urgency.ACK)
        tell_change(chat, book, line, quiet=True, fresh=fresh)
    else:
        tell_change(chat, book, line, fresh=fresh, how=how)


def _listed_elsewhere(chat: Chat, book: Book, request: Request, wishes: Sequence[Wish]) -> bool:
    """A bare +1 of somebody whose line came from the native list (contract §9.5)."""
    line = book.line(chat.person_id)
    if line is None or request.for_name or line.source != "list" or not line.items:
        return False
    return all(wish.mode == Mode.PLUS.value for wish in wishes) and chat.pending("double") is None


# -- the same as somebody, everything ------------------------------------------------------------


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


async def _order_pointed_at(chat: Chat) -> SignUp | None:
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
        item, quantity = book.item(offered["code"]), Decimal(offered["quantity"])
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
        _say_order(chat, book, line, line.state, [])
        keep_order(chat, book, line)
        return
    place_in_line = [other.line for other in book.queue(item.code)].index(line.line) + 1
    waits = plain(line.awaited(item.code))
    chat.reply(f"{item.name}候补{waits}{item.unit}，您是第{place_in_line}位", mention=True)


# -- changing one's mind -------------------------------------------------------------------------


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
    if meaning.fine == "swap" and len(meaning.items) >= 2:
        with in_grace(chat, book):
            _swap(chat, book, line, meaning.items)
        return None
    if meaning.fine in ("remark", "household"):
        _note_on(chat, book, line)
        return None
    if not _says_how_many(meaning):  # “草莓改到周日拿”: a wish about what is booked, no box more
        if line is None and not chat.message.addressed:
            return False
        _note_on(chat, book, line)
        return None
    request = Request(
        items=meaning.items,
        for_name=line.for_name if line else meaning.on_behalf_of,
        number=book.number,
    )
    await place(chat, request)
    return None


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


_OF_KIN = re.compile(
    r"(?P<who>我(?:妈妈?|爸爸?|姐|妹|哥|弟|婆婆|公公|奶奶|爷爷|外婆|外公|女儿|儿子|老公|老婆))的"
)


def _line_meant(chat: Chat, book: Book) -> SignUp | None:
    """The line that words like 我妈那份 are about; else the sender's own."""
    of_kin = _OF_KIN.search(chat.text)
    name = chat.meaning.on_behalf_of or (of_kin["who"] if of_kin else None)
    lines = [line for line in book.lines_of(chat.person_id) if line.items or line.waiting]
    if name:
        short = kin(name)
        for line in lines:
            if line.for_name and (short in line.for_name or line.for_name in short):
                return line
        if not (of_kin or _MINE.search(chat.text)):
            return None
    return next((line for line in lines if line.for_name is None), lines[0] if lines else None)


def _swap(chat: Chat, book: Book, line: SignUp | None, items: Sequence[ItemMention]) -> None:
    if line is None:
        raise NothingBooked()
    old, new = item_meant(chat, book, items[0]), item_meant(chat, book, items[1])
    quantity = line.quantity(old.code)
    if not quantity:
        raise ItemNotBooked(name=old.name)
    moved = items[1].quantity or items[0].quantity or quantity
    wishes = [Wish(old.code, "subtract", moved), Wish(new.code, "add", moved)]
    owner, cost = Owner(line.buyer_id, line.name, line.for_name), book.amount(line)
    changed = book.sign_up(owner, wishes, origin_of(chat), kind="swap")
    tell_paid_line(chat, book, line, cost)
    _say_order(chat, book, line, changed.was, rest_of(book, changed))
    keep_order(chat, book, line)
    tell_moved_up(chat, book)


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
    cost = book.amount(line)
    with in_grace(chat, book):
        changed = book.cancel(line, origin_of(chat), _codes_meant(chat, book, line))
        tell_paid_line(chat, book, line, cost)
        if chat.private:
            chat.reply("好，已取消。想恢复回「撤销」")
        tell_change(chat, book, line, quiet=chat.private)
        keep_order(chat, book, line)
        chat.why(f"cancelled {changed.line}")
        tell_moved_up(chat, book)
    return None


def _codes_meant(chat: Chat, book: Book, line: SignUp) -> list[str] | None:
    named = [
        item
        for item in chat.meaning.items
        if item.code is not None or (item.product not in (None, CURRENT, SAME_AS_PREVIOUS))
    ]
    if not named:
        return None
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


# -- words ---------------------------------------------------------------------------------------


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
