"""When less arrives than was ordered: who gets how much, by the rule that was declared (B27)."""

from decimal import Decimal

from storage.group_buys.book import Book
from storage.group_buys.tables import Item, SignUp
from storage.group_buys.wishes import Origin, Owner, Wish

OWED_IN_PART = "owed_in_part"
"""The mark of a group buy with the paid lines that came short: some of their money goes back."""


def shares(book: Book, item: Item, available: Decimal) -> dict[str, Decimal]:
    """line → what it gets. `time`: first come first; `household`: one each first, then by time."""
    lines = [line for line in book.active() if item.code in line.items]
    got: dict[str, Decimal] = {line.line: Decimal(0) for line in lines}
    left = available
    if book.group_buy.allocation == "household":
        seen: set[str] = set()
        for line in lines:
            home = line.household or line.buyer_id or line.line
            if home not in seen and left > 0:
                seen.add(home)
                one = min(Decimal(1), line.quantity(item.code), left)
                got[line.line] += one
                left -= one
    for line in lines:
        more = min(line.quantity(item.code) - got[line.line], left)
        got[line.line] += more
        left -= more
    return got


def give_out(book: Book, item: Item, available: Decimal, origin: Origin) -> list[tuple[SignUp, Decimal]]:
    """Lower the lines to what there is; those that lost something, with how much."""
    cuts = []
    for line_key, share in shares(book, item, available).items():
        line = book.line(line_key)
        assert line is not None
        cut = line.quantity(item.code) - share
        if cut > 0:
            owner = Owner(line.buyer_id, line.name, line.for_name)
            book.sign_up(owner, [Wish(item.code, "set", share)], origin, kind="short")
            cuts.append((line, cut))
    return cuts
