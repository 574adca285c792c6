"""A shop as it lives in memory: its rows, loaded lazily, and how a batch of changes is kept.

Rows are the truth; this memory may be lost at any moment. A version beside the rows tells whether
somebody else wrote in between (`StaleShop`).
"""

import heapq
import importlib
import pkgutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import JSON, Connection, Executable, bindparam, select, update
from sqlalchemy.orm import configure_mappers
from sqlmodel import Field, SQLModel

import storage
from storage.database import Database, fetch, insert, insert_new, remove, upsert
from storage.errors import StaleShop
from storage.ids import Ids
from storage.inbox import Handled
from storage.people import AGENT, CO_LEADER, LEADER, Member, Person, Role, Room
from storage.rows import Journal, Row, Rows, UtcDateTime
from storage.settings import Settings
from storage.timers import Timer

if TYPE_CHECKING:
    from storage.secrets import Vault

R = TypeVar("R", bound=Row)


class ShopVersion(Row, table=True):
    """Counts the batches of a shop; the optimistic lock of its writers."""

    tenant_id: str = Field(primary_key=True)
    version: int = 0


class ShopRow(Row, table=True):
    """The shop's own counters. Human numbers are counted per shop, never by a sequence."""

    tenant_id: str = Field(primary_key=True)
    name: str = ""
    counters: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    marks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Pace(Row, table=True):
    """When the account may send next: pacing survives a restart."""

    tenant_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)


def all_models() -> list[type[Row]]:
    """Every table class there is, found without a list to keep."""
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    found: list[type[Row]] = []
    todo = list(Row.__subclasses__())
    while todo:
        model = todo.pop(0)
        todo.extend(model.__subclasses__())
        if hasattr(model, "__table__"):
            model.lighten()
            found.append(model)
    configure_mappers()  # else an attribute cannot be read before the first row was made
    return found


class Shop:
    """The live state of one shop. Only its worker touches it."""

    def __init__(self, tenant: str, settings: Settings, database: Database, ids: Ids) -> None:
        self.tenant, self.settings, self.database, self.ids = tenant, settings, database, ids
        self.version = 0
        self.default_account = ""
        self.vault: Vault | None = None
        """What seals personal data; without one none is kept."""
        self.tables: dict[type[Row], Rows[Any]] = {model: Rows(model) for model in all_models()}
        self._loaded: set[tuple[type[Row], str, Any]] = set()
        self._heap: list[tuple[datetime, int, str, str]] = []
        self.timer_ranks: dict[str, int] = {}
        self.cache: dict[Any, Any] = {}
        """What capabilities derive from rows for speed; dropped with every rollback."""

    # -- reading ---------------------------------------------------------------------------------

    async def open(self) -> None:
        """Load what is live: no finished group buy, closed ticket or sent message."""
        await self.database.run(self._read_live)
        self.rebuild_timers()

    def _read_live(self, connection: Connection) -> None:
        for model, rows in self.tables.items():
            where = model.where_live
            if where == "none":
                continue
            table = model.table()
            conditions = [table.c.tenant_id == self.tenant]
            if where != "all":
                conditions.append(where(table))
            rows.adopt(fetch(connection, model, *conditions))
        version = self.rows(ShopVersion).get(())
        self.version = version.version if version else 0

    def rows(self, model: type[R]) -> Rows[R]:
        """The loaded rows of a table."""
        return self.tables[model]

    def is_loaded(self, model: type[Row], value: Any, column: str | None = None) -> bool:
        """Whether `load` of the same arguments would have nothing to read."""
        return (model, column or model.partition or "", value) in self._loaded

    def mark_loaded(self, model: type[Row], value: Any, column: str | None = None) -> None:
        """A partition that has just been made: the store knows nothing more of it."""
        self._loaded.add((model, column or model.partition or "", value))

    async def load(self, model: type[R], value: Any, column: str | None = None) -> list[R]:
        """All rows of a partition, from memory or, the first time, from the store."""
        name = column or model.partition
        assert name is not None, f"{model.__name__} has no partition"
        rows = self.rows(model)
        if (model, name, value) not in self._loaded:
            table = model.table()
            found = await self.database.run(
                lambda connection: fetch(
                    connection, model, table.c.tenant_id == self.tenant, table.c[name] == value
                )
            )
            rows.adopt(found)
            self._loaded.add((model, name, value))
        if name in model.index_by:
            return rows.by(name, value)
        return [row for row in rows if getattr(row, name) == value]

    async def query(self, model: type[R], *where: Any) -> list[R]:
        """Rows by any condition; those known in memory are given as they stand there."""
        table = model.table()
        found = await self.database.run(
            lambda connection: fetch(connection, model, table.c.tenant_id == self.tenant, *where)
        )
        rows = self.rows(model)
        return [rows.get(row.key) or row for row in found]

    async def find(self, model: type[R], **equals: Any) -> list[R]:
        """Rows with these column values, also those that this batch made and has not written yet."""
        table = model.table()
        conditions = [table.c[name] == value for name, value in equals.items()]
        found = {row.key: row for row in await self.query(model, *conditions)}
        rows = self.rows(model)
        indexed = next((name for name in equals if name in model.index_by), None)
        known = rows.by(indexed, equals[indexed]) if indexed is not None else list(rows)
        for row in known:
            found.setdefault(row.key, row)
        fits = equals.items()
        found = {k: r for k, r in found.items() if all(getattr(r, n) == v for n, v in fits)}
        return [found[key] for key in sorted(found)]

    # -- keeping ---------------------------------------------------------------------------------

    async def keep(self, journal: Journal) -> dict[type[Row], list[Row]]:
        """Write a batch in one transaction; the rows as they stand now, by table.

        Raises StaleShop when another writer was first.
        """
        changed, gone = journal.outcome()
        await self.database.run(lambda connection: self._write(connection, changed, gone))
        self.version += 1
        self._release(changed)
        return changed

    def _write(
        self,
        connection: Connection,
        changed: dict[type[Row], list[Row]],
        gone: dict[type[Row], list[Row]],
    ) -> None:
        self._claim(connection)
        for model, rows in gone.items():
            remove(connection, model, rows)
        for model in sorted(changed, key=_order().__getitem__):
            if model is Handled:  # a second delivery must fail here, not overwrite
                insert(connection, model, changed[model])
            else:
                upsert(connection, model, changed[model])

    def _claim(self, connection: Connection) -> None:
        mine = {"tenant": self.tenant, "read": self.version}
        if connection.execute(_bump(), mine).first() is not None:
            return
        first = ShopVersion(tenant_id=self.tenant, version=1)
        if self.version or not insert_new(connection, ShopVersion, first):
            raise StaleShop(self.tenant)

    async def check_version(self) -> None:
        """Raises StaleShop when another process wrote since the shop was read."""
        table = ShopVersion.table()
        query = select(table.c.version).where(table.c.tenant_id == self.tenant)
        stored = await self.database.run(lambda connection: connection.execute(query).scalar())
        if (stored or 0) != self.version:
            raise StaleShop(self.tenant)

    def _release(self, changed: dict[type[Row], list[Row]]) -> None:
        for model, rows in changed.items():
            if model.where_live == "none" and model.partition is None:
                self.rows(model).release(rows)
            elif model.over is not Row.over:
                self.rows(model).release(row for row in rows if row.over)

    def forget_loaded(self, model: type[R], value: Any) -> None:
        """Drop a partition from memory; it is read again at need."""
        key = (model, model.partition or "", value)
        if key in self._loaded:
            self._loaded.discard(key)
            rows = self.rows(model)
            rows.release(rows.by(key[1], value))

    # -- counters, timers ------------------------------------------------------------------------

    @property
    def row(self) -> ShopRow:
        """The shop's own row."""
        return self.rows(ShopRow).get(()) or self.rows(ShopRow).add(
            ShopRow(tenant_id=self.tenant, name=self.settings.name)
        )

    def next_number(self, name: str, first: int = 1) -> int:
        """The next human number of this kind, counted per shop."""
        row = self.row
        number = row.counters.get(name, first - 1) + 1
        row.counters = {**row.counters, name: number}
        return number

    def set_timer(self, kind: str, ref: str, due: datetime, **data: Any) -> None:
        """Have something happen once at `due`; replaces the timer of the same kind and ref."""
        timers = self.rows(Timer)
        timer = timers.get((kind, ref))
        if timer is None:
            timers.add(Timer(tenant_id=self.tenant, kind=kind, ref=ref, due=due, data=data))
        else:
            timer.due, timer.data = due, data
        heapq.heappush(self._heap, (due, self.timer_ranks.get(kind, 50), kind, ref))

    def cancel_timer(self, kind: str, ref: str) -> None:
        """It will not happen; unknown ones are fine."""
        timer = self.rows(Timer).get((kind, ref))
        if timer is not None:
            self.rows(Timer).drop(timer)

    def next_timer(self) -> Timer | None:
        """The timer that falls due first; ties by rank, then kind and ref."""
        while self._heap:
            due, _, kind, ref = self._heap[0]
            timer = self.rows(Timer).get((kind, ref))
            if timer is not None and timer.due == due:
                return timer
            heapq.heappop(self._heap)
        return None

    def rebuild_timers(self) -> None:
        """Order all timers anew (after loading, or after a batch was undone)."""
        self._heap = [(t.due, self.timer_ranks.get(t.kind, 50), t.kind, t.ref) for t in self.rows(Timer)]
        heapq.heapify(self._heap)

    def pace_slot(self, account: str, now: datetime) -> datetime:
        """Reserve the next moment at which this account may send."""
        paces = self.rows(Pace)
        pace = paces.get(account)
        if pace is None:
            pace = paces.add(Pace(tenant_id=self.tenant, account=account, free_at=now))
        slot = max(now, pace.free_at)
        pace.free_at = slot + self.settings.pace
        return slot

    # -- people ----------------------------------------------------------------------------------

    def roles_in(self, room_id: str) -> dict[str, set[str]]:
        """Person → roles that hold in this room (its own and shop-wide ones)."""
        roles: dict[str, set[str]] = {}
        for role in (*self.rows(Role).by("room_id", room_id), *self.rows(Role).by("room_id", "")):
            roles.setdefault(role.person_id, set()).add(role.role)
        return roles

    def leaders_of(self, room_id: str) -> list[str]:
        """The leaders of a room, then its co-leaders."""
        rows = self.rows(Role).by("room_id", room_id)
        leaders = [r.person_id for r in rows if r.role == LEADER]
        return leaders + [r.person_id for r in rows if r.role == CO_LEADER]

    def is_leader(self, person_id: str, room_id: str | None = None) -> bool:
        """Whether the person leads this room, or any room when none is named."""
        roles: Iterable[Role] = self.rows(Role) if room_id is None else self.rows(Role).by("room_id", room_id)
        return any(r.person_id == person_id and r.role in (LEADER, CO_LEADER) for r in roles)

    def agents(self) -> list[Role]:
        """The shop's agents in the order they were named."""
        return [role for role in self.rows(Role).by("room_id", "") if role.role == AGENT]

    def agent_room(self) -> Room | None:
        """The agents' room, if there is one."""
        if "agent_room" not in self.cache:
            found = (room for room in self.rows(Room) if room.is_agent_room)
            self.cache["agent_room"] = next(found, None)
        room: Room | None = self.cache["agent_room"]
        return room

    def name_of(self, person_id: str, room_id: str | None = None) -> str:
        """The name to show for a person, in the room or anywhere; "" when unknown."""
        members = self.rows(Member)
        if room_id is not None:
            member = members.get((room_id, person_id))
            if member is not None and member.name:
                return member.name
        person = self.rows(Person).get(person_id)
        if person is not None and person.name:
            return person.name
        known: list[Role | Member] = [
            *self.rows(Role).by("person_id", person_id),
            *members.by("person_id", person_id),
        ]
        return next((row.name for row in known if row.name), "")


@cache
def _order() -> dict[type[Row], int]:
    """The tables in an order that foreign keys allow."""
    tables = SQLModel.metadata.sorted_tables
    return {model: tables.index(model.table()) for model in all_models()}


@cache
def _bump() -> Executable:
    table = ShopVersion.table()
    mine = (table.c.tenant_id == bindparam("tenant")) & (table.c.version == bindparam("read"))
    return update(table).where(mine).values(version=table.c.version + 1).returning(table.c.version)


RECENT = timedelta(minutes=10)
"""How long “what was mentioned last” holds (contract §9.4)."""
