"""Native 接龙 lists that members re-post: merged into the ledger, nothing lost, nothing doubled."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from handlers import Ask, Chat, Filter, Router, from_leader, pending, says
from handlers._group_buys import REFUSALS, book_of, home_room, origin_of
from handlers._lines import amounts, progress_text, public_name, tell_change, tell_moved_up
from handlers._orders import kin
from handlers._publish import completed, open_group_buy, post
from nlp.jielong import DEFAULT, Entry, EntryItem, NativeList, is_list, parse_list
from nlp.opening import parse_opening
from nlp.quantities import Converted, to_order_unit
from storage.catalogue import Product
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in, mention
from storage.group_buys.lists import Listed, ListMerge, Merge
from storage.group_buys.tables import GroupBuy, Item, ListSeen, SignUp
from storage.group_buys.wishes import Owner
from storage.outbox import Urgency
from storage.people import Member, Person
from storage.privacy import mask_name

router = Router("jielong", rank=25, refusals=REFUSALS)

NAMED_AT_MOST = 12
"""With more changed lines only the totals are said, and 名单 shows the rest."""
HOME = re.compile(r"(?<!\d)(\d{1,2}(?:号楼|栋|幢|-|－)\d{2,4}(?:室)?)(?!\d)")
NUMBER = re.compile(r"团\s?(\d{1,5})(?!\d)")


def _is_native(chat: Chat) -> bool:
    return chat.message.kind == "group_note" or is_list(chat.message.raw_text)


native = Filter(_is_native)


@router.message(native)
async def list_posted(chat: Chat) -> bool | None:
    """A list was posted or re-posted: a new version of the sign-ups (N1–N20)."""
    text = chat.message.raw_text
    if not is_list(text):
        if chat.room_id is not None and collecting_in(chat.shop, chat.room_id):
            chat.reply("我看不到接龙内容，请用文字「+1」，或团长把接龙文字贴给我")
        return None
    room_id = home_room(chat)
    if room_id is None:
        return None
    posted = parse_list(text, chat.message.xml)
    group_buy = _bound(chat, room_id, posted)
    if group_buy is None:
        _offer(chat, posted, room_id)
        return None
    await _merge(chat, group_buy, posted)
    return None


def _bound(chat: Chat, room_id: str, posted: NativeList) -> GroupBuy | None:
    """The open group buy that a list is about: by number, by items, by title."""
    candidates = collecting_in(chat.shop, room_id)
    if not posted.selling or not candidates:
        return None
    head = "\n".join(posted.header_lines)
    found = NUMBER.search(head)
    if found is not None:
        return next((g for g in candidates if g.number == int(found[1])), None)
    names = {item.product for entry in posted.entries for item in entry.items}
    names |= set(posted.products)
    scored = [(_fit(chat, group_buy, names, head), -g, group_buy) for g, group_buy in enumerate(candidates)]
    score, _, best = max(scored)
    if score > 0:
        return best
    unnamed = names <= {DEFAULT} or not posted.products
    return best if len(candidates) == 1 and unnamed else None


def _fit(chat: Chat, group_buy: GroupBuy, names: set[str], head: str) -> int:
    book = Book(chat.shop, group_buy)
    hits = sum(1 for name in names if name != DEFAULT and _item(chat, book, name) is not None)
    titled = group_buy.title and (group_buy.title in head or _core(group_buy.title) in head)
    return hits * 2 + bool(titled)


def _core(title: str) -> str:
    return re.sub(r"[团购接龙\s]", "", title) or title


async def _merge(chat: Chat, group_buy: GroupBuy, posted: NativeList) -> None:
    book = await book_of(chat, group_buy)
    await chat.load(ListSeen, group_buy.number)
    mention(chat.shop, group_buy.room_id, group_buy, chat.now)
    lines, doubtful = _lines(chat, book, posted)
    merging = ListMerge(book, origin_of(chat, "list"), poster=chat.person_id, leader=chat.is_leader)
    merged = merging.take(lines)
    _tell(chat, book, merged, doubtful)


# -- whose line, which items ---------------------------------------------------------------------


def _lines(chat: Chat, book: Book, posted: NativeList) -> tuple[list[Listed], list[int]]:
    public = {public_name(line): line for line in book.lines()}
    members: dict[str, list[str]] = {}
    for member in chat.rows(Member).by("room_id", book.group_buy.room_id):
        if member.name:
            members.setdefault(member.name, []).append(member.person_id)
    lines, doubtful = [], list(posted.doubtful)
    for entry in posted.entries:
        if entry.status == "superseded":
            continue
        owner = _owner(chat, entry, public, members)
        items = _items(chat, book, entry.items)
        if items is None or not all(book.sells(code, quantity) for code, quantity in items.items()):
            doubtful.append(entry.index)
            continue
        known = book.line(owner.line)
        lines.append(
            Listed(
                entry.index,
                owner,
                items,
                remark=_remark(entry),
                household=_household(entry),
                cancelled=entry.status == "cancelled",
                paid=entry.paid_claim,
            )
        )
        if known is not None and known.household is None and _household(entry):
            known.household = _household(entry)
    return lines, sorted(set(doubtful))


def _owner(
    chat: Chat,
    entry: Entry,
    public: dict[str, SignUp],
    members: dict[str, list[str]],
) -> Owner:
    """The id in the XML, else the one member of that name, else nobody (contract §9.5)."""
    known = public.get(_shown(entry))
    if known is not None:
        return Owner(known.buyer_id, known.name, known.for_name)
    speaker = entry.by or (entry.name if entry.on_behalf is None else None)
    payer = _writer(chat, entry, speaker, members) if speaker else chat.person_id
    if entry.on_behalf is not None:
        payer = payer or chat.person_id
        return Owner(payer, entry.by or chat.name(payer, chat.room_id), kin(entry.on_behalf))
    return Owner(payer, entry.name)


def _writer(chat: Chat, entry: Entry, speaker: str, members: dict[str, list[str]]) -> str | None:
    """The id in the XML when it is one that we know, else by name, else the unknown id."""
    if entry.owner is not None and entry.owner in chat.rows(Person):
        return entry.owner
    return _member(chat, speaker, members) or entry.owner


def _shown(entry: Entry) -> str:
    if entry.on_behalf is None:
        return entry.name
    return f"{entry.by or entry.name}代{mask_name(kin(entry.on_behalf))}"


def _member(chat: Chat, name: str, members: dict[str, list[str]]) -> str | None:
    if name == chat.sender:
        return chat.person_id
    found = members.get(name, [])
    return found[0] if len(found) == 1 else None


def _items(chat: Chat, book: Book, items: Sequence[EntryItem]) -> dict[str, Decimal] | None:
    """The items by letter; None when one cannot be found or does not divide."""
    found: dict[str, Decimal] = {}
    for listed in items:
        item = _item(chat, book, listed.product)
        if item is None:
            return None
        converted = to_order_unit(listed.quantity, listed.unit, item.unit, item.pack)
        if not isinstance(converted, Converted):
            return None
        found[item.code] = found.get(item.code, Decimal(0)) + converted.quantity
    return {code: quantity for code, quantity in found.items() if quantity > 0}


def _item(chat: Chat, book: Book, name: str) -> Item | None:
    items = list(book.items.values())
    if name == DEFAULT:
        return items[0] if len(items) == 1 else None
    if name.upper() in book.items:
        return book.items[name.upper()]
    if len(items) == 1 and name in f"团{book.number} {book.group_buy.title}":
        return items[0]  # a word of the list's title, not of an article
    for fits in (
        lambda item: item.name == name,
        lambda item: name in item.name or item.name in name,
        lambda item: name in _aliases(chat, item),
    ):
        found = [item for item in items if fits(item)]
        if len(found) == 1:
            return found[0]
    return None


def _aliases(chat: Chat, item: Item) -> Sequence[str]:
    product = chat.rows(Product).get(item.product_id) if item.product_id else None
    return product.aliases if product is not None else ()


def _remark(entry: Entry) -> str | None:
    if not entry.remark or "*" in entry.remark:
        return None
    rest = HOME.sub("", entry.remark)
    if entry.on_behalf:
        rest = re.sub(rf"(?:代|帮|替|给)\s*{re.escape(entry.on_behalf)}", "", rest)
    return rest.strip(" ，,。;；（）()") or None


def _household(entry: Entry) -> str | None:
    found = HOME.search(f"{entry.name} {entry.remark or ''}")
    return found[1] if found else None


# -- what is said --------------------------------------------------------------------------------


def _tell(chat: Chat, book: Book, merged: Merge, doubtful: Sequence[int]) -> None:
    changed = [*merged.joined, *merged.changed, *merged.cancelled]
    notes = []
    if merged.restored:
        names = "、".join(public_name(line) for line in merged.restored[:6])
        notes.append(f"{names}{'等' if len(merged.restored) > 6 else ''}那行被覆盖，已补回")
    for listed, line in merged.refused[:3]:
        notes.append(f"#{listed.index} {public_name(line)} 由他人改动，未采纳，本人或团长说了才算")
    if doubtful:
        notes.append(f"看不懂：{' '.join(f'#{index}' for index in doubtful[:8])}")
    if not notes and len(changed) <= NAMED_AT_MOST:
        for line in changed:
            tell_change(chat, book, line)
    elif changed or notes:
        chat.say_in(book.group_buy.room_id, _merged_text(book, changed, notes), urgency=Urgency.ACK)
    tell_moved_up(chat, book)


def _merged_text(book: Book, changed: Sequence[SignUp], notes: Sequence[str]) -> str:
    if len(changed) > NAMED_AT_MOST:
        said = f"{len(changed)}行，回「名单」看全部"
    else:
        said = " · ".join(f"{public_name(line)} {amounts(book, line)}" for line in changed)
    head = f"已合并：{said}｜{progress_text(book)}" if changed else progress_text(book)
    return "\n".join([head, *notes])


# -- a list that no group buy is open for --------------------------------------------------------


def _offer(chat: Chat, posted: NativeList, room_id: str) -> None:
    """A selling list of the leader's: shall I count it? Everything else is met with silence (N1)."""
    if not posted.selling or not posted.entries or not chat.is_leader:
        return
    if not any(entry.items for entry in posted.entries):
        return
    raise Ask(
        "要我来统计这个接龙吗？回「好」",
        "count_list",
        text=chat.message.raw_text,
        xml=chat.message.xml,
        room=room_id,
    )


@router.message(
    from_leader & pending("count_list") & Filter(lambda c: c.text in ("好", "好的", "要", "1", "是"))
)
async def count_it(chat: Chat) -> None:
    """“好”: a group buy is opened from the list's header, and its lines count."""
    data: dict[str, Any] | None = chat.pending("count_list")
    assert data is not None
    chat.settle("count_list")
    posted = parse_list(data["text"], data["xml"])
    head = "\n".join(posted.header_lines)
    opening = completed(chat, parse_opening(head, chat.shop.settings.local(chat.now)))
    if not opening.items or any(item.price_fen is None for item in opening.items):
        chat.reply("标题里没看出价格，把团购文案发给我就能开")
        return
    group_buy = open_group_buy(chat, opening, data["room"])
    chat.say_in(data["room"], post(chat, group_buy), key=f"open:{group_buy.number}")
    await _merge(chat, group_buy, posted)


@router.message(from_leader & pending("count_list") & says("不用了?|不要了?|不了|算了|不统计"))
async def not_counted(chat: Chat) -> None:
    """“不用”: the list stays the members' own."""
    chat.settle("count_list")
