"""What later lines of the same person do to earlier ones: replace, take back, add, copy."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.jielong._shapes import ACTIVE, CANCELLED, SUPERSEDED, Entry, EntryItem


def settle(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with the status that the lines below them give them."""
    settled: list[Entry] = []
    mine: dict[str, tuple[int, ...]] = {}
    for entry in entries:
        key = person(entry)
        before = mine.get(key, ())
        mine[key] = (*before, len(settled))
        earlier = [n for n in before if settled[n].status == ACTIVE] if before else []
        if entry.withdraws:
            entry = _withdraw(entry, settled, earlier)
        elif entry.changes and entry.items:
            for n in earlier:
                settled[n] = replace(settled[n], status=SUPERSEDED)
        elif any(item.quantity < 0 for item in entry.items):
            _subtract(entry, settled, earlier)
        settled.append(entry)
    return tuple(settled)


def person(entry: Entry) -> str:
    """Whose line it is, by name: case and spaces do not matter, 帮… stands apart."""
    name = entry.name if entry.on_behalf is None else f"{entry.name}\n{entry.on_behalf}"
    key = "".join(name.split(" ")).casefold()
    return name if key == name else key


def _withdraw(entry: Entry, settled: list[Entry], earlier: list[int]) -> Entry:
    if entry.items:
        return replace(entry, status=CANCELLED)
    for n in earlier:
        settled[n] = replace(settled[n], status=CANCELLED)
    return entry


def _subtract(entry: Entry, settled: list[Entry], earlier: list[int]) -> None:
    """“-1” takes from what the person has; what it empties is cancelled."""
    for item in entry.items:
        left = -item.quantity
        for n in reversed(earlier):
            held = sum((i.quantity for i in settled[n].items if _same(i, item)), Decimal(0))
            if left > 0 and 0 < held <= left:
                left -= held
                settled[n] = replace(settled[n], status=CANCELLED)


def _same(one: EntryItem, other: EntryItem) -> bool:
    return one.product == other.product
