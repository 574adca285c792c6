"""An order as it was understood: booked, asked about where it is unclear, and told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import Any

from handlers import Ask, Chat
from handlers._group_buys import (
    book_of,
    group_buy_meant,
    origin_of,
    wish_for,
)
from handlers._late import failed_just_now, join_late
from handlers._lines import (
    FRESH,
    conversion,
    keep_order,
    plain_line,
    rest_of,
    tell_change,
    tell_low,
    tell_moved_up,
    tell_paid_line,
)
from handlers._results import in_grace
from nlp.meaning import ItemMention, Mode
from storage.group_buys.book import Book
from storage.group_buys.refusals import AlreadyClosed, BadQuantity, CameToNothing
from storage.group_buys.tables import GroupBuy, SignUp
from storage.group_buys.wishes import Origin, Owner, Wish
from storage.money import yuan
from storage.outbox import Urgency

SAME_WORDS = 10
"""Seconds within which a list line and a +1 are one sign-up (contract §9.5)."""
HOME = re.compile(r"^\d{1,3}(?:(?:号楼|栋|幢)(?:\d{1,4})?|-\d{1,4})(?:-\d{2,4})?(?:室|的)?\s*")
KIN = "妈爸爷奶哥姐弟妹姑舅叔伯姨"


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


async def place(chat: Chat, request: Request) -> None:
    """Book a request; what is unclear is asked once and goes on from there."""
    try:
        group_buy = await _group_buy(chat, request)
    except AlreadyClosed:
        if await _late(chat, request):
            return
        if failed := failed_just_now(chat):
            raise CameToNothing(number=failed.number, title=failed.title) from None
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
    say_order(chat, book, line, changed.was, rest_of(book, changed), note)
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
    short = re.sub(r"(?<=[^\s])(?:也|再|还|都)+$", "", short)  # 给老周也加一袋
    return short * 2 if len(short) == 1 and short in KIN else short


def say_order(chat: Chat, book: Book, line: SignUp, was: str, rest: Sequence[str], how: str = "") -> None:
    """Confirm an order where it belongs: in private in full words, in the group with its neighbours."""
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
