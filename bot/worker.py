"""The worker of a shop: batches of what came in are understood, decided in order, kept in one commit.

One worker at a time owns a shop. Everything goes through it: messages, timers, commands of the desk.
Replies are rows of the same transaction; the outlet gets them afterwards.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.arrivals import Arrivals
from bot.channels import Echo, Event, Incoming, Joined, Left, Recalled, RoomChanged
from bot.log import get_logger
from handlers import Turn
from handlers._dispatch import Dispatch
from storage.catalogue import Product
from storage.database import is_busy
from storage.errors import Refused, StaleShop
from storage.inbox import Handled, known
from storage.outbox import OutboxRow
from storage.rows import Journal, Row, journal_of, keep
from storage.shop import Shop

BATCH = 128
"""Messages that share one commit at most (facts: 64–128 is where more gains nothing)."""
REMEMBERED = 50_000
"""Message ids kept in memory, so that most redeliveries never reach the database."""

log = get_logger("worker")


@dataclass(frozen=True, slots=True)
class Command:
    """Something the desk or the command line wants done; `done` gets the result or the refusal."""

    name: str
    data: Any
    done: "asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing was said; time passed."""


@dataclass(frozen=True, slots=True)
class Look:
    """Nothing was said; another process may have written to the shop (an import, the desk)."""


class Outlet(Protocol):
    """Where replies go: told inside the batch, and again when they are kept for good."""

    explains: bool
    """Whether anybody looks at why the bot answered or stayed silent."""

    def said(self, rows: Sequence[OutboxRow]) -> None:
        """A turn ended and said this; it may still be undone."""

    def undone(self) -> None:
        """What was said since the last commit was not."""

    def committed(self, rows: Sequence[OutboxRow]) -> None:
        """This is kept and may be sent."""

    def explained(self, account: str, message_id: str, facts: dict[str, object]) -> None:
        """Why the bot answered a message or stayed silent."""


@dataclass(slots=True)
class Entry:
    """Something for the worker. `now` is when it arrived; timers due by `upto` go first."""

    what: Event | Command | Tick | Look
    now: datetime
    upto: datetime


@dataclass(slots=True)
class _Batch:
    journal: Journal = field(default_factory=Journal)
    said: list[OutboxRow] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)
    explained: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    answers: list[tuple[Command, Any]] = field(default_factory=list)


class Worker:
    """Works off entries of one shop, in order."""

    def __init__(
        self,
        open_shop: Callable[[], Shop],
        dispatch: Dispatch,
        arrivals: Arrivals,
        outlet: Outlet,
        started: datetime,
    ) -> None:
        self._open_shop, self.dispatch, self.arrivals = open_shop, dispatch, arrivals
        self._outlet = outlet
        self.shop: Shop = open_shop()
        self._latest = started
        self._seen: OrderedDict[str, None] = OrderedDict()
        self.watchers: list[Callable[[Mapping[type[Row], Sequence[Row]]], None]] = []
        """Told which rows a commit changed (the desk shows them at once)."""
        self.trouble: str | None = None
        """What keeps the worker from writing, for readyz."""

    async def open(self) -> None:
        """Load the shop and make ready to understand its products."""
        shop = self._open_shop()
        shop.timer_ranks = self.dispatch.timer_ranks
        await shop.open()
        self.shop = shop  # who looks on (the desk) sees no half-read one
        self.arrivals.learn(shop)

    async def work(self, entries: Sequence[Entry]) -> None:
        """Handle the entries in order; returns when what they did is kept."""
        for start in range(0, len(entries), BATCH):
            await self._work(list(entries[start : start + BATCH]))

    async def _work(self, entries: list[Entry]) -> None:
        skip: set[str] = set()
        wait = 0.05
        started = self._latest
        while True:
            batch, self._latest = _Batch(), started
            try:
                await self._decide(entries, batch, skip)
                await self._keep(batch)
                self.trouble = None
                return
            except StaleShop:
                log.info("shop changed elsewhere, reading it again")
                self._outlet.undone()
                await self.open()
                continue
            except IntegrityError as error:
                self._undo(batch)
                before = len(skip)
                skip |= await self._known(list(batch.keys))
                if len(skip) > before:
                    continue
                if await self._split(entries, error):
                    return
            except (DBAPIError, OSError) as error:
                self._undo(batch)
                if not is_busy(error):
                    if await self._split(entries, error):
                        return
                    continue
                self.trouble = f"database: {type(error).__name__}"
                log.warning("database does not take the batch, trying again", error=str(error)[:200])
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)

    async def _split(self, entries: list[Entry], error: Exception) -> bool:
        """One poisoned entry must hurt nobody else: each alone, and the bad one is dropped."""
        if len(entries) == 1:
            log.error("entry cannot be kept, dropped", error=str(error)[:500])
            _fail(entries[0], error)
            return True
        for entry in entries:
            await self._work([entry])
        return True

    async def _known(self, keys: list[str]) -> set[str]:
        return await self.shop.database.run(lambda connection: known(connection, self.shop.tenant, keys))

    def _undo(self, batch: _Batch) -> None:
        batch.journal.rollback()
        self.shop.cache.clear()
        self.shop.rebuild_timers()
        self._outlet.undone()

    async def _keep(self, batch: _Batch) -> None:
        if not batch.journal.empty:
            changed = await self.shop.keep(batch.journal)
            self.arrivals.follow(row for row in changed.get(Product, ()) if isinstance(row, Product))
            for watcher in self.watchers:
                try:
                    watcher(changed)
                except Exception:  # who looks on must not undo what is kept
                    log.exception("watcher failed")
        for key in batch.keys:
            self._seen[key] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        if batch.said:
            self._outlet.committed(batch.said)
        for account, message_id, facts in batch.explained:
            self._outlet.explained(account, message_id, facts)
        for command, result in batch.answers:
            if command.done.cancelled():
                continue
            if isinstance(result, Exception):
                command.done.set_exception(result)
            else:
                command.done.set_result(result)

    async def _decide(self, entries: list[Entry], batch: _Batch, skip: set[str]) -> None:
        with journal_of(batch.journal):
            for entry in entries:
                timer = self.shop.next_timer()
                if timer is not None and timer.due <= entry.upto:
                    await self._fire(entry.upto, batch)
                if entry.now > self._latest:
                    self._latest = entry.now
                if not isinstance(entry.what, Tick):
                    await self._one(entry, batch, skip)

    async def _fire(self, upto: datetime, batch: _Batch) -> None:
        """Let timers due by `upto` happen, each at its own time; after an outage, now."""
        while (timer := self.shop.next_timer()) is not None and timer.due <= upto:
            self._latest = max(self._latest, timer.due)
            turn = Turn(self.shop, self._latest, f"timer:{timer.kind}")
            ok = await self._turn(turn, batch, partial(self.dispatch.timer, turn, timer))
            if not ok:  # a broken timer must not come back for ever
                with journal_of(batch.journal):
                    self.shop.cancel_timer(timer.kind, timer.ref)

    async def _one(self, entry: Entry, batch: _Batch, skip: set[str]) -> None:
        what, now = entry.what, self._latest
        if isinstance(what, Incoming):
            await self._message(what, now, batch, skip)
        elif isinstance(what, Look):
            await self.shop.check_version()
        elif isinstance(what, Command):
            await self._command(what, now, batch)
        elif isinstance(what, Recalled | Joined | Left | RoomChanged):
            turn = Turn(self.shop, now, getattr(what, "message", ""))
            await self._turn(turn, batch, lambda: self.arrivals.happening(self.dispatch, turn, what))
            if isinstance(what, Recalled):
                self._bury(what, now, batch, skip)
        elif isinstance(what, Echo):
            turn = Turn(self.shop, now, "")
            await self._turn(turn, batch, lambda: self.arrivals.echo(turn, what))

    async def _message(self, incoming: Incoming, now: datetime, batch: _Batch, skip: set[str]) -> None:
        key = f"{incoming.account}:{incoming.id}"
        if key in skip or key in self._seen or key in batch.keys:
            return
        try:
            chat = await self.arrivals.chat(self.shop, incoming, now)
            silent = chat is not None and not self.arrivals.worth_asking(chat)
        except (StaleShop, DBAPIError, OSError):
            raise
        except Exception:  # what cannot be read hurts no other message of the batch
            log.exception("message cannot be read, dropped", message=incoming.id[:80])
            return
        if chat is None:
            return
        if silent:
            self._explain(chat, None, incoming, batch)
            return
        changes = Journal()
        taken: list[str | None] = []

        async def handle() -> None:
            taken.append(await self.arrivals.handle(self.dispatch, chat))

        with journal_of(changes):
            ok = await self._turn(chat, batch, handle)
            if not changes.empty:
                self.shop.rows(Handled).add(self._handled(chat.message.key, incoming, now))
                batch.keys[key] = None
        keep(changes)
        self._explain(chat, taken[0] if ok and taken else None, incoming, batch)

    def _bury(self, recalled: Recalled, now: datetime, batch: _Batch, skip: set[str]) -> None:
        """A message that is recalled before it arrives never counts: its key is taken (§9.13)."""
        key = f"{recalled.account}:{recalled.message}"
        if key in skip or key in self._seen or key in batch.keys:
            return
        handled = Handled(
            tenant_id=self.shop.tenant,
            message_id=key,
            room_id=recalled.room or "",
            person_id=recalled.sender,
            at=now,
        )
        with journal_of(batch.journal):
            self.shop.rows(Handled).add(handled)
        batch.keys[key] = None

    def _handled(self, key: str, incoming: Incoming, now: datetime) -> Handled:
        return Handled(
            tenant_id=self.shop.tenant,
            message_id=key,
            room_id=incoming.room or "",
            person_id=incoming.sender,
            at=now,
        )

    def _explain(self, chat: Any, handler: str | None, incoming: Incoming, batch: _Batch) -> None:
        if not self._outlet.explains:
            return
        facts = self.arrivals.explanation(chat, handler)
        batch.explained.append((incoming.account, incoming.id, facts))

    async def _command(self, command: Command, now: datetime, batch: _Batch) -> None:
        turn = Turn(self.shop, now, f"command:{command.name}")
        result: list[Any] = []

        async def run() -> None:
            result.append(await self.dispatch.command(turn, command.name, command.data))

        try:
            await self._turn(turn, batch, run, catch=False)
            batch.answers.append((command, result[0]))
        except (StaleShop, DBAPIError, OSError):
            raise
        except Exception as error:
            if not isinstance(error, Refused):
                log.exception("command failed and was undone", command=command.name)
            batch.answers.append((command, error))

    async def _turn(self, turn: Turn, batch: _Batch, work: Callable[[], Any], *, catch: bool = True) -> bool:
        """One turn with its own journal; an exception undoes it alone."""
        journal = Journal()
        try:
            with journal_of(journal):
                await work()
        except Exception as error:
            journal.rollback()
            self.shop.cache.clear()
            self.shop.rebuild_timers()
            if isinstance(error, DBAPIError | OSError) or not catch:
                raise
            log.exception("turn failed and was undone", cause=turn.cause)
            return False
        keep(journal)
        if turn.said:
            with journal_of(batch.journal):
                self._outlet.said(turn.said)
            batch.said.extend(turn.said)
        return True


def _fail(entry: Entry, error: Exception) -> None:
    if isinstance(entry.what, Command) and not entry.what.done.done():
        entry.what.done.set_exception(error)
