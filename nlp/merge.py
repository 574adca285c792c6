"""Re-posted lists against what was: three-way, by whose line it is, nothing lost (U1, B3, B28, B29)."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.jielong import ACTIVE, CANCELLED, Entry, EntryItem, NativeList

JOIN, CHANGE, CANCEL, REMOVE, REMARK, TITLE = "join", "change", "cancel", "remove", "remark", "title"
NOT_OWNER, NOT_LEADER, OVERWRITTEN, FORK = "not_owner", "not_leader", "overwritten", "fork"

_Sign = tuple[str, tuple[tuple[str, Any, str], ...], bool, str]
OwnerOf = Callable[[Entry], str | None] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `accepted` or refused for a `reason`.

    `remove` is a line of somebody else that vanished, `cancel` one's own or one that says so.
    `reason`: `not_owner`, `overwritten` (a new line stands in its place), `fork` (the poster's list is
    older than the line), `not_leader` (the title).
    """

    op: str
    name: str | None = None
    items: tuple[EntryItem, ...] | None = None
    accepted: bool = True
    reason: str | None = None
    before: tuple[EntryItem, ...] | None = None
    remark: str | None = None
    on_behalf_by: str | None = None
    entry: Entry | None = None
    """The line as it now stands in the list, or stood when it is gone."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a re-post changes and what is booked afterwards, in list order."""

    changes: tuple[Change, ...]
    active: tuple[Entry, ...]

    @property
    def restored(self) -> tuple[Change, ...]:
        """Lines of others that the re-post dropped and that stay."""
        return tuple(c for c in self.changes if c.op == REMOVE and not c.accepted)

    @property
    def refused(self) -> tuple[Change, ...]:
        """Changes to lines of others that wait for their owner or a leader."""
        return tuple(c for c in self.changes if c.op in {CHANGE, CANCEL, REMARK} and not c.accepted)


def line_name(entry: Entry) -> str:
    """Who a line is for: 阿柯代502 is 502's."""
    return entry.on_behalf or entry.name


def merge(
    before: NativeList,
    after: NativeList,
    *,
    poster: str,
    leaders: Collection[str],
    base: NativeList | None = None,
    owner_of: OwnerOf | None = None,
) -> Merged:
    """What the list `after` of `poster` changes in `before`, judged line by line.

    New lines count whoever wrote them; a line is changed or taken away by its owner or a leader only.
    `base` is the older version that the poster edited, if known. `owner_of` gives a line's owner in
    the same terms as `poster` and `leaders` (ids, say); without it the names decide.
    """
    judge = _Judge(poster, leaders, base, owner_of)
    old, new = _lines(before), _lines(after)
    pairs = _paired(old, new)
    replaced = _replaced(before, after, [now for was, now in pairs if was is None])
    changes: list[Change] = list(judge.title(before, after))
    active: list[Entry] = []
    for was, now in pairs:
        change = judge.compare(was, now, replaced=id(was) in replaced)
        if change:
            changes.append(change)
        kept = _kept(was, now, change)
        if kept is not None and _orders(kept):
            active.append(kept)
    return Merged(tuple(changes), tuple(active))


def base_of(versions: Sequence[NativeList], after: NativeList) -> NativeList | None:
    """The older version that `after` continues, if it is not the latest (versions oldest first).

    That is the newest one whose every line stands unchanged in `after`, while the latest has lines
    that `after` lacks or has otherwise.
    """
    kept = {(_key(e), str(_amounts(e.items))) for e in _lines(after)}
    for steps, version in enumerate(reversed(versions)):
        if all((_key(e), str(_amounts(e.items))) in kept for e in _lines(version)):
            return version if steps else None
    return None


def _kept(was: Entry | None, now: Entry | None, change: Change | None) -> Entry | None:
    if change is None or not change.accepted:
        return was
    return None if change.op in {CANCEL, REMOVE} else now


def _orders(entry: Entry) -> bool:
    return any(i.quantity for i in entry.items) if entry.items else not entry.withdraws


def _lines(listed: NativeList) -> list[Entry]:
    """The lines that say what stands: active ones, and cancelled ones that no line replaces."""
    alive = {_key(e) for e in listed.entries if e.status == ACTIVE and not _void(e)}
    shown: list[Entry] = []
    gone: set[str] = set()
    for entry in listed.entries:
        if entry.status == ACTIVE and not _void(entry):
            shown.append(entry)
        elif (
            (entry.status == CANCELLED or _void(entry))
            and _key(entry) not in alive
            and _key(entry) not in gone
        ):
            gone.add(_key(entry))
            shown.append(entry)
    return shown


def _key(entry: Entry) -> str:
    return folded(line_name(entry))


def folded(name: str) -> str:
    """A name without spaces and case, for telling whether two lines are one person's."""
    return "".join(name.split()).casefold()


def _paired(old: list[Entry], new: list[Entry]) -> list[tuple[Entry | None, Entry | None]]:
    """Each old line with its new form, then the new lines; equal lines of one person meet first."""
    equal: dict[_Sign, deque[Entry]] = {}
    for entry in new:
        equal.setdefault(_sign(entry), deque()).append(entry)
    partner: dict[int, Entry] = {}
    for at, entry in enumerate(old):
        if same := equal.get(_sign(entry)):
            partner[at] = same.popleft()
    met = {id(entry) for entry in partner.values()}
    left: dict[str, deque[Entry]] = {}
    for entry in new:
        if id(entry) not in met:
            left.setdefault(_key(entry), deque()).append(entry)
    for at, entry in enumerate(old):
        if at not in partner and (mine := left.get(_key(entry))):
            partner[at] = mine.popleft()
    rest = {id(entry) for mine in left.values() for entry in mine}
    pairs: list[tuple[Entry | None, Entry | None]] = [(e, partner.get(at)) for at, e in enumerate(old)]
    return pairs + [(None, entry) for entry in new if id(entry) in rest]


def _sign(entry: Entry) -> _Sign:
    """All that makes two lines mean the same."""
    amounts = tuple(_amounts(entry.items))
    return _key(entry), amounts, entry.status == CANCELLED, folded(entry.remark or "")


def _same(one: Entry, other: Entry) -> bool:
    return _sign(one) == _sign(other)


def _amounts(items: Iterable[EntryItem]) -> list[tuple[str, Any, str]]:
    return sorted((folded(i.product), i.quantity, folded(i.unit or "")) for i in items)


def _replaced(before: NativeList, after: NativeList, joined: Iterable[Entry | None]) -> set[int]:
    """The old lines, by identity, in whose place a new one stands."""
    new = {id(entry) for entry in joined}
    places = zip(before.entries, after.entries, strict=False)
    return {id(old) for old, entry in places if id(entry) in new}


class _Judge:
    """Whose line may be changed by the poster, and why not."""

    def __init__(
        self,
        poster: str,
        leaders: Collection[str],
        base: NativeList | None,
        owner_of: OwnerOf | None,
    ) -> None:
        self._poster = folded(poster)
        self._leads = self._poster in {folded(name) for name in leaders}
        self._base_list = base
        self._base = {_key(e): e for e in _lines(base)} if base else None
        self._owner_of = owner_of

    def title(self, before: NativeList, after: NativeList) -> Iterable[Change]:
        """The change of the title, if its words changed."""
        old, new = _title(before), _title(after)
        if old == new or not new:
            return
        stale = self._base_list is not None and _title(self._base_list) == new
        if self._leads and not stale:
            yield Change(TITLE)
        else:
            yield Change(TITLE, accepted=False, reason=FORK if stale else NOT_LEADER)

    def compare(self, was: Entry | None, now: Entry | None, *, replaced: bool) -> Change | None:
        """The change from one state of a line to the other; None when it means the same."""
        if was is None or was.status == CANCELLED:
            return self._new(now) if now is not None and not _void(now) else None
        if now is None:
            return self._vanished(was, replaced)
        if now.status == CANCELLED or _void(now):
            return self._ruled(CANCEL, was, None, now)
        if _amounts(was.items) != _amounts(now.items):
            return self._ruled(CHANGE, was, now.items, now)
        if folded(was.remark or "") != folded(now.remark or ""):
            return self._ruled(REMARK, was, now.items, now)
        return None

    def _new(self, now: Entry) -> Change:
        return Change(
            JOIN,
            line_name(now),
            now.items,
            remark=now.remark,
            on_behalf_by=now.by,
            entry=now,
        )

    def _vanished(self, was: Entry, replaced: bool) -> Change:
        name = line_name(was)
        forked = self._base is not None and _key(was) not in self._base
        if forked and not self._leads:
            return Change(REMOVE, name, accepted=False, reason=FORK, before=was.items, entry=was)
        if self._owns(was):
            return Change(CANCEL, name, before=was.items, entry=was)
        if self._leads and not forked:
            return Change(REMOVE, name, before=was.items, entry=was)
        reason = FORK if forked else OVERWRITTEN if replaced else NOT_OWNER
        return Change(REMOVE, name, accepted=False, reason=reason, before=was.items, entry=was)

    def _ruled(self, op: str, was: Entry, items: tuple[EntryItem, ...] | None, now: Entry) -> Change:
        stale = self._base.get(_key(now)) if self._base is not None else None
        forked = stale is not None and _same(stale, now)
        may = (self._owns(was) or self._leads) and not forked
        reason = None if may else FORK if forked else NOT_OWNER
        return Change(
            op,
            line_name(was),
            items,
            accepted=may,
            reason=reason,
            before=was.items,
            remark=now.remark,
            on_behalf_by=now.by,
            entry=now,
        )

    def _owns(self, entry: Entry) -> bool:
        if self._owner_of is None:
            # “代502” names no writer: it belongs to whoever posts it.
            unsigned = entry.on_behalf is not None and entry.by is None
            return unsigned or folded(entry.by or entry.name) == self._poster
        if isinstance(self._owner_of, Mapping):
            owner = self._owner_of.get(line_name(entry))
        else:
            owner = self._owner_of(entry)
        return owner is not None and folded(owner) == self._poster


def _void(entry: Entry) -> bool:
    return entry.withdraws and not entry.items


def _title(listed: NativeList) -> str:
    return folded("".join(listed.header_lines))
