"""The lines of a native list as the ledger understands them: whose each is, and what it wants."""

import re
from collections.abc import Sequence
from decimal import Decimal

from handlers._chat import Chat
from handlers._lines import public_name
from handlers._orders import kin
from nlp.jielong import DEFAULT, Entry, EntryItem, NativeList
from nlp.quantities import Converted, to_order_unit
from storage.catalogue import Product
from storage.group_buys.book import Book
from storage.group_buys.lists import Listed
from storage.group_buys.tables import Item, SignUp
from storage.group_buys.wishes import Owner
from storage.people import Member, Person
from storage.privacy import mask_name

HOME = re.compile(r"(?<!\d)(\d{1,2}(?:号楼|栋|幢|-|－)\d{2,4}(?:室)?)(?!\d)")


def listed_lines(chat: Chat, book: Book, posted: NativeList) -> tuple[list[Listed], list[int]]:
    """The lines that are understood, and the numbers of those that are not."""
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
        item = item_listed(chat, book, listed.product)
        if item is None:
            return None
        converted = to_order_unit(listed.quantity, listed.unit, item.unit, item.pack)
        if not isinstance(converted, Converted):
            return None
        found[item.code] = found.get(item.code, Decimal(0)) + converted.quantity
    return {code: quantity for code, quantity in found.items() if quantity > 0}


def item_listed(chat: Chat, book: Book, name: str) -> Item | None:
    """The item that a list calls so: by letter, name or alias."""
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
    if entry.paid_claim:
        rest = _PAID.sub("", rest)
    return rest.strip(" ，,。;；（）()") or None


_PAID = re.compile(r"(?:已经?|都)?(?:付款?|转账?|支付)(?:了|过了?|好了?|清了?)?")


def _household(entry: Entry) -> str | None:
    found = HOME.search(f"{entry.name} {entry.remark or ''}")
    return found[1] if found else None
