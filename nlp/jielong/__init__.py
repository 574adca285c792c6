"""Native 接龙 lists: reading every format people post, and writing one they can continue by hand."""

from dataclasses import replace
from decimal import Decimal

from nlp.jielong._header import Header, read_header
from nlp.jielong._history import settle
from nlp.jielong._names import Reading, read_line
from nlp.jielong._plain import PlainLines, rendered
from nlp.jielong._render import (
    PublicEntry,
    public,
    public_entries,
    public_entry,
    public_line,
    render_entry,
    render_list,
)
from nlp.jielong._segments import RawEntry, is_list, split
from nlp.jielong._shapes import (
    ACTIVE,
    CANCELLED,
    DEFAULT,
    SUPERSEDED,
    Entry,
    EntryItem,
    NativeList,
)
from nlp.jielong_xml import owners, parse_solitaire

__all__ = [
    "ACTIVE",
    "CANCELLED",
    "DEFAULT",
    "SUPERSEDED",
    "Entry",
    "EntryItem",
    "NativeList",
    "PublicEntry",
    "is_list",
    "parse_list",
    "public",
    "public_entries",
    "public_entry",
    "public_line",
    "render_entry",
    "render_list",
]


def parse_list(text: str, raw: str | None = None) -> NativeList:
    """The list with its entries in their order; any text gives one, if only an empty one.

    `raw` is the XML of the message: its ids become the entries' owners where its ranges fit.
    """
    parts = split(text)
    header = read_header(parts.header)
    selling = header.trade is not False
    read = _read(parts.entries, header, selling)
    if header.trade is None and not _sells(read):
        selling = False
        read = _read(parts.entries, header, selling)
    lines = tuple(line.strip() for line in parts.header)
    entries, doubtful = _resolved(read, header, selling)
    return NativeList(
        header=lines[0] if lines else None,
        entries=settle(_owned(entries, text, raw)),
        trailing_note="\n".join(line.strip() for line in parts.note) or None,
        header_lines=lines,
        products=header.products,
        selling=selling,
        doubtful=doubtful,
    )


def _owned(entries: list[Entry], text: str, raw: str | None) -> list[Entry]:
    solitaire = parse_solitaire(raw)
    if solitaire is None:
        return entries
    found = owners([entry.raw for entry in entries], text, solitaire)
    return [replace(e, owner=owner) for e, owner in zip(entries, found, strict=True)]


_Above = dict[int, tuple[EntryItem, ...]]
"""The items of the lines read so far by number; at 0 those of the last line that has any."""
_Read = list[tuple[RawEntry, Entry | Reading]]


def _read(raw: list[RawEntry], header: Header, selling: bool) -> _Read:
    """Each entry read: a finished one for the plain “name 2盒”, else what the grammar found."""
    read: _Read = []
    plain = PlainLines(header) if selling else None
    for entry in raw:
        if made := plain.read(entry) if plain else rendered(entry):
            read.append((entry, made))
            continue
        reading = read_line(entry.text, entry.more or (), header, selling)
        if reading.name or reading.explicit:
            read.append((entry, reading))
    return read


def _only(header: Header) -> str:
    return header.products[0] if len(header.products) == 1 else DEFAULT


def _sells(read: _Read) -> bool:
    """A third of the lines name a quantity: the list orders something."""
    explicit = sum(
        any(c.isdigit() for c in raw.text) if isinstance(found, Entry) else found.explicit
        for raw, found in read
    )
    return explicit * 3 >= max(len(read), 1)


def _resolved(read: _Read, header: Header, selling: bool) -> tuple[list[Entry], tuple[int, ...]]:
    """Entries with products for “同上”, “各一” and what is not named; and the doubtful ones."""
    entries: list[Entry] = []
    doubtful: list[int] = []
    above: _Above = {}
    for raw, found in read:
        if isinstance(found, Entry):
            entries.append(found)
            above[found.index] = above[0] = found.items or above.get(0, ())
            continue
        entry = _entry(raw, found, above, header, selling)
        if selling and not entry.items and not entry.withdraws:
            doubtful.append(entry.index)
        if entry.items:
            above[entry.index] = above[0] = entry.items
        entries.append(entry)
    return entries, tuple(doubtful)


def _entry(raw: RawEntry, found: Reading, above: _Above, header: Header, selling: bool) -> Entry:
    order = found.order
    items = tuple(EntryItem(product or _only(header), amount, unit) for product, amount, unit in order.items)
    withdraws = order.cancels
    if not items and order.each is not None:
        amount, each_unit = order.each
        products = header.products or (DEFAULT,)
        items = tuple(EntryItem(p, amount, each_unit) for p in products)
    if not items and order.same is not None:
        # “同上” (0) or “跟1号一样”: what the line above, or that number, has.
        items = above.get(order.same, ())
    if not items and selling and not withdraws:
        items = (EntryItem(_only(header), Decimal(1)),)
    return Entry(
        index=raw.index,
        name=found.name,
        items=items,
        remark=order.remark,
        raw="\n".join([raw.text.strip(), *(raw.more or ())]),
        paid_claim=order.paid,
        on_behalf=found.on_behalf,
        by=found.by,
        changes=order.changes,
        adds=order.adds,
        withdraws=withdraws,
    )
