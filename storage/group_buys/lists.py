"""A re-posted native list against the ledger: a three-way merge per line (laws.md U1, B3, B28, B29).

Every re-post is a version. What a list says about a line counts as a change only when no earlier
version said the same: an old base that somebody went on from brings nothing back and takes nothing away.
New lines count for anybody; changed or vanished ones only from their owner or a leader (contract §9.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from storage.group_buys.book import Book
from storage.group_buys.tables import LedgerEntry, ListSeen, SignUp
from storage.group_buys.wishes import Origin, Owner, Wish

GONE = ""
"""What a version says of a line that it does not have."""
REMEMBERED = 12
"""Versions of a line that are kept; an older base than that is older than any list lives."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a posted list, its items already found. `cancelled`: it says so itself."""

    index: int
    owner: Owner
    items: Mapping[str, Decimal]
    remark: str | None = None
    household: str | None = None
    cancelled: bool = False
    paid: bool = False

    @property
    def value(self) -> str:
        """The line in one spelling, to compare versions."""
        items = " ".join(f"{code}:{self.items[code].normalize():f}" for code in sorted(self.items))
        state = "x" if self.cancelled else items
        return f"{state}|{self.remark or ''}|{self.household or ''}"


@dataclass(slots=True)
class Merge:
    """What a version changed. Lines in list order; refused ones with what the list wanted."""

    joined: list[SignUp] = field(default_factory=list)
    changed: list[SignUp] = field(default_factory=list)
    cancelled: list[SignUp] = field(default_factory=list)
    restored: list[SignUp] = field(default_factory=list)
    refused: list[tuple[Listed, SignUp]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything came of it."""
        return bool(self.joined or self.changed or self.cancelled or self.restored or self.refused)


class ListMerge:
    """Merges one version into a book (its ListSeen rows loaded)."""

    def __init__(self, book: Book, origin: Origin, *, poster: str, leader: bool) -> None:
        self.book, self.origin, self.poster, self.leader = book, origin, poster, leader
        rows = book.shop.rows(ListSeen).by("group_buy", book.number)
        self.seen = {row.line: row for row in rows}
        self.version = int(book.group_buy.marks.get("list_version", 0)) + 1
        self.result = Merge()

    def show(self, lines: Sequence[Listed]) -> None:
        """The bot's own list is a version, too: who goes on from it has read what it says."""
        for listed in lines:
            row = self.seen.get(listed.owner.line)
            if row is None or row.said[-1:] != [listed.value]:
                self._note(listed, present=row is not None and row.present)
        for key, row in self.seen.items():
            line = self.book.line(key)
            if row.said[-1:] != [GONE] and not (line is not None and (line.items or line.waiting)):
                row.said = [*row.said, GONE][-REMEMBERED:]

    def take(self, lines: Sequence[Listed], *, whole: bool = True) -> Merge:
        """Merge the version; what came of it. Not `whole`: one page of a longer list."""
        before = {key for key, row in self.seen.items() if row.present}
        posted: dict[str, Listed] = {}
        for listed in lines:
            posted[listed.owner.line] = listed
        for listed in posted.values():
            self._one(listed)
        missing = [key for key in before if key not in posted] if whole else []
        added = any(key not in before for key in posted)
        self._vanished(missing, added)
        if self.result.any or not before:
            self.book.group_buy.mark("list_version", self.version)
        return self.result

    # -- lines that are there --------------------------------------------------------------------

    def _one(self, listed: Listed) -> None:
        key = listed.owner.line
        row = self.seen.get(key)
        known = self._known(listed, row)
        line = self.book.line(key)
        alive = line is not None and bool(line.items or line.waiting)
        if alive and line is not None and self._same(listed, line) and self._own(listed):
            self._restate(listed, line)
        elif known:
            self._restore(row, line, alive)
            return
        if alive and line is not None and self._same(listed, line):
            self._note(listed)
            line.source, line.listed_at = "list", self.origin.now
            self._remark(listed, line)
            return
        if not alive and row is None:
            if listed.items and not listed.cancelled:
                self._book(listed, joined=True)
            self._note(listed)
            return
        if not self._may(listed.owner.buyer_id):
            if alive and line is not None:
                self.result.refused.append((listed, line))
                self._note(listed, refused=True)
            return
        self._note(listed)
        if listed.cancelled or not listed.items:
            if alive and line is not None:
                self.book.cancel(line, self.origin, kind="list")
                self.result.cancelled.append(line)
        else:
            self._book(listed, joined=not alive)

    def _known(self, listed: Listed, row: ListSeen | None) -> bool:
        """An earlier version said the same; of his own line only the last one counts."""
        if row is None or not row.said:
            return False
        return listed.value == row.said[-1] if self._own(listed) else listed.value in row.said

    def _own(self, listed: Listed) -> bool:
        return listed.owner.buyer_id is not None and listed.owner.buyer_id == self.poster

    def _restate(self, listed: Listed, line: SignUp) -> None:
        """The owner says again what stands: it holds, also when his earlier message is recalled."""
        wishes = [
            Wish(code, "set", line.quantity(code) + line.awaited(code)) for code in sorted(listed.items)
        ]
        self.book.sign_up(listed.owner, wishes, self.origin, kind="list")

    def _restore(self, row: ListSeen | None, line: SignUp | None, alive: bool) -> None:
        if row is not None and not row.present and alive:
            row.present = True

    def _same(self, listed: Listed, line: SignUp) -> bool:
        if listed.cancelled:
            return False
        wanted = {code: q for code, q in listed.items.items() if q > 0}
        codes = {*line.items, *line.waiting}
        has = {code: line.quantity(code) + line.awaited(code) for code in codes}
        return wanted == has

    def _remark(self, listed: Listed, line: SignUp) -> None:
        if not self._may(line.buyer_id):
            return
        if listed.remark and listed.remark != line.remark:
            line.remark = listed.remark
        if listed.household and "*" not in listed.household and listed.household != line.household:
            line.household = listed.household

    def _book(self, listed: Listed, *, joined: bool) -> None:
        line = self.book.line(listed.owner.line)
        codes = set(listed.items)
        if line is not None:  # it says all of the line, also that there is no more of what was taken back
            codes |= set(self.book.items)
        wishes = [Wish(code, "set", listed.items.get(code, Decimal(0))) for code in sorted(codes)]
        home = listed.household if listed.household and "*" not in listed.household else None
        self.book.sign_up(
            listed.owner, wishes, self.origin, household=home, remark=listed.remark, kind="list"
        )
        line = self.book.line(listed.owner.line)
        assert line is not None
        line.source, line.listed_at = "list", self.origin.now
        if listed.paid and line.payment == "unpaid":
            line.payment = "claimed"
        (self.result.joined if joined else self.result.changed).append(line)

    # -- lines that are gone ---------------------------------------------------------------------

    def _vanished(self, missing: Sequence[str], added: bool) -> None:
        fork = added and self._forked(missing)
        for key in missing:
            line = self.book.line(key)
            row = self.seen[key]
            if line is None or not (line.items or line.waiting):
                row.present = False
                continue
            own = line.buyer_id is not None and line.buyer_id == self.poster
            if own or (self.leader and not fork):
                self.book.cancel(line, self.origin, kind="list")
                row.present = False
                self.result.cancelled.append(line)
            else:
                row.present = False  # said once; the next list without it brings no new notice
                self.result.restored.append(line)

    def _forked(self, missing: Sequence[str]) -> bool:
        """The poster went on from an older version: everything that is missing is newer than it."""
        if not missing:
            return False
        oldest = min(self.seen[key].since for key in missing)
        return oldest > 1 or self.version == 2

    # -- book-keeping ----------------------------------------------------------------------------

    def _may(self, owner: str | None) -> bool:
        return self.leader or (owner is not None and owner == self.poster)

    def _note(self, listed: Listed, *, refused: bool = False, present: bool = True) -> None:
        key = listed.owner.line
        row = self.seen.get(key)
        if row is None:
            row = self.book.shop.rows(ListSeen).add(
                ListSeen(
                    tenant_id=self.book.shop.tenant,
                    group_buy=self.book.number,
                    line=key,
                    said=[],
                    since=self.version,
                )
            )
            self.seen[key] = row
        said = [text for text in row.said if text != listed.value]
        if refused and said:  # a foreign edit is known from now on, but the last word stays the last
            row.said = [*said[:-1], listed.value, said[-1]][-REMEMBERED:]
        else:
            row.said = [*said, listed.value][-REMEMBERED:]
        row.present = present


def forget_said(seen: ListSeen, entry: LedgerEntry) -> None:
    """A list was recalled: what it said of this line is no version any more."""
    wants = sorted((code, Decimal(q)) for code, _, q in entry.after["wishes"] if Decimal(q) > 0)
    items = " ".join(f"{code}:{quantity.normalize():f}" for code, quantity in wants)
    seen.said = [said for said in seen.said if said.partition("|")[0] != items] or [GONE]
