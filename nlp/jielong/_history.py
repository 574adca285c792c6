"""What later lines of the same person do to earlier ones: replace, take back, add."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.jielong._shapes import CANCELLED, SUPERSEDED, Entry


def settle(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with the status that the lines below them give them."""
    settled: list[Entry] = []
    standing: dict[str, list[int]] = {}
    for entry in entries:
        mine = standing.setdefault(person(entry), [])
        taken = any(item.quantity < 0 for item in entry.items)
        if entry.withdraws:
            entry = _withdraw(entry, settled, mine)
        elif entry.changes and entry.items:
            _mark(settled, mine, SUPERSEDED)
        elif taken:
            _subtract(entry, settled, mine)
        if not entry.withdraws and not taken:
            mine.append(len(settled))
        settled.append(entry)
    return tuple(settled)


def person(entry: Entry) -> str:
    """Whose line it is, by name: case and spaces do not matter, 帮… stands apart."""
    name = entry.name if entry.on_behalf is None else f"{entry.name}\n{entry.on_behalf}"
    key = "".join(name.split(" ")).casefold()
    return name if key == name else key


def _mark(settled: list[Entry], lines: list[int], status: str) -> None:
    for n in lines:
        settled[n] = replace(settled[n], status=status)
    lines.clear()


def _withdraw(entry: Entry, settled: list[Entry], mine: list[int]) -> Entry:
    if entry.items:
        return replace(entry, status=CANCELLED)
    _mark(settled, mine, CANCELLED)
    return entry


def _subtract(entry: Entry, settled: list[Entry], mine: list[int]) -> None:
    """“-1” takes from what the person has; the lines that it empties, latest first, are cancelled."""
    for item in entry.items:
        left = -item.quantity
        while left > 0 and mine:
            last = settled[mine[-1]]
            held = sum((i.quantity for i in last.items if i.product == item.product), Decimal(0))
            if not 0 < held <= left:
                break
            left -= held
            settled[mine.pop()] = replace(last, status=CANCELLED)
