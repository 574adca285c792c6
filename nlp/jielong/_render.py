"""Writing a list that people can copy and continue by hand, and reading it back exactly (U3)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nlp.jielong._segments import is_example, is_numbered
from nlp.jielong._shapes import Entry, EntryItem, NativeList, plain
from nlp.quantities import UNIT

NOBODY = "匿名"
NOTHING = "—"
_ITEM = re.compile(
    rf"(?:(?P<letter>[A-Z])|(?P<product>[^\s×（）]{{1,60}})×)"
    rf"(?P<n>\d{{1,7}}(?:\.\d{{1,3}})?)(?P<unit>{UNIT})?",
)
_LINE = re.compile(
    r"\s*(?P<name>[^：\n]{1,80})：(?P<items>—"
    r"|[^\s（）：][^（）：]{0,2000}?)(?:（(?P<remark>[^（）]{1,400})）)?\s*"
)
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_DASHES = re.compile(r"(?:[-—–─－][ \t]?){4,}")


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A sign-up as everybody may see it: names and households masked by whoever hands it in.

    The product of an item is its letter in the group buy, or a name where there is none.
    """

    name: str
    items: tuple[EntryItem, ...] = ()
    remark: str | None = None


def public(entry: PublicEntry) -> PublicEntry:
    """The entry as a rendered line can hold it: one line, without the line's own signs."""
    name = _one_line(entry.name).replace("：", ":")[:80].strip() or NOBODY
    remark = _one_line(entry.remark or "").translate(_BRACKETS)[:400].strip() or None
    items = tuple(EntryItem(_product(i.product), i.quantity, _unit(i.unit)) for i in entry.items)
    return PublicEntry(name, items, remark)


_BRACKETS = str.maketrans({"（": "(", "）": ")", "：": ":"})


def _one_line(text: str) -> str:
    return _DASHES.sub("—", _BREAKS.sub(" ", text)).strip()


def _product(name: str) -> str:
    if re.fullmatch(r"[A-Z]", name):
        return name
    bare = re.sub(r"[\s×（）：]+", "", _one_line(name))[:60]
    return bare if not re.fullmatch(r"[A-Z]?", bare) and bare != NOTHING else f"「{bare}」"


def _unit(unit: str | None) -> str | None:
    return unit if unit and re.fullmatch(UNIT, unit) else None


def public_line(text: str) -> str:
    """A title, header or note line that cannot be taken for an entry or an example."""
    line = _one_line(text)
    return f"·{line}" if line and (is_numbered(line) or is_example(line)) else line


def render_list(
    title: str,
    header_lines: Iterable[str],
    entries: Sequence[PublicEntry],
    note: str | None = None,
    first: int = 1,
) -> str:
    """A native-style list: mark, title, terms, numbered lines and a note below a blank line.

    `parse_list` reads it back: `public_entries(parse_list(text)) == tuple(map(public, entries))`.
    """
    head = [line for line in map(public_line, (title, *header_lines)) if line]
    lines = [f"{n}. {render_entry(entry)}" for n, entry in enumerate(entries, first)]
    below = [line for line in map(public_line, (note or "").split("\n")) if line]
    blocks = ["\n".join(["#接龙", *head]), "\n".join(lines), "\n".join(below)]
    return "\n\n".join(block for block in blocks if block)


def render_entry(entry: PublicEntry) -> str:
    """“小陈：A2盒 B1板（要熟的）”, the line without its number."""
    seen = public(entry)
    items = " ".join(_render_item(item) for item in seen.items) or NOTHING
    remark = f"（{seen.remark}）" if seen.remark else ""
    return f"{seen.name}：{items}{remark}"


def _render_item(item: EntryItem) -> str:
    sign = "" if re.fullmatch(r"[A-Z]", item.product) else "×"
    return f"{item.product}{sign}{plain(item.quantity)}{item.unit or ''}"


def read_rendered(text: str) -> PublicEntry | None:
    """The entry of a line in the rendered form, else None."""
    if "：" not in text:
        return None
    line = _LINE.fullmatch(text)
    if line is None:
        return None
    items = []
    for word in line["items"].split() if line["items"] != NOTHING else ():
        found = _ITEM.fullmatch(word)
        if found is None:
            return None
        product = found["letter"] or found["product"]
        items.append(EntryItem(product, Decimal(found["n"]), found["unit"]))
    return PublicEntry(line["name"], tuple(items), line["remark"])


def public_entries(listed: NativeList) -> tuple[PublicEntry, ...]:
    """The active entries of a parsed list in the public shape."""
    return tuple(public_entry(e) for e in listed.active)


def public_entry(entry: Entry) -> PublicEntry:
    """What a rendered line says about an entry."""
    return PublicEntry(entry.name, entry.items, entry.remark)
