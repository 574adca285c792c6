"""The database: one writer, whole transactions, the same code for SQLite and PostgreSQL.

Every piece of database work is a plain function of a SQLAlchemy `Connection`; `Database.run` gives it a
transaction of its own.  SQLite runs it in the one writer thread (WAL, synchronous=FULL, BEGIN IMMEDIATE),
PostgreSQL over asyncpg.
"""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import (
    URL,
    Connection,
    Delete,
    Dialect,
    Engine,
    Insert,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from storage.rows import Row

T = TypeVar("T")
R = TypeVar("R", bound=Row)
LOCK_WAIT_SECONDS = 30
"""How long a writer waits for another process's lock before the batch is tried again."""


class Database:
    """One store. `url` as in config: sqlite:///path, sqlite:// (memory) or postgresql://…"""

    def __init__(self, url: str, *, synchronous: str = "FULL", lock_wait: float = LOCK_WAIT_SECONDS) -> None:
        self.url = make_url(url)
        self.in_memory = self.url.drivername == "sqlite" and not self.url.database
        self._thread: ThreadPoolExecutor | None = None
        self._engine: Engine | None = None
        self._async: AsyncEngine | None = None
        if self.url.drivername.startswith("sqlite"):
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="storage")
            self._engine = _sqlite_engine(self.url.database, synchronous, lock_wait)
        else:
            self._async = create_async_engine(
                self.url.set(drivername="postgresql+asyncpg"),
                json_serializer=_json,
                json_deserializer=from_json,
            )

    @staticmethod
    def missing_file(url: str) -> Path | None:
        """The file of a SQLite store that has not been made yet; None when there is one to open."""
        parsed = make_url(url)
        file = Path(parsed.database or "")
        on_file = parsed.drivername.startswith("sqlite") and bool(parsed.database)
        return file if on_file and not file.exists() else None

    @property
    def shown(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return "sqlite" if self._engine is not None else "postgresql"

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do the work in one transaction; commits when it returns, rolls back when it raises."""
        if self._async is not None:
            async with self._async.begin() as connection:
                return await connection.run_sync(work)
        assert self._thread is not None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._sync, work)

    def _sync(self, work: Callable[[Connection], T]) -> T:
        assert self._engine is not None
        with self._engine.begin() as connection:
            return work(connection)

    async def create(self) -> None:
        """Make all tables at once (a fresh in-memory store; files go through migrations)."""
        await self.run(lambda connection: SQLModel.metadata.create_all(connection))

    async def close(self) -> None:
        """Give the file, the thread and the connections back."""
        if self._async is not None:
            await self._async.dispose()
        if self._engine is not None and self._thread is not None:
            engine = self._engine
            await asyncio.get_running_loop().run_in_executor(self._thread, engine.dispose)
            self._thread.shutdown()


def _sqlite_engine(path: str | None, synchronous: str, lock_wait: float) -> Engine:
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        URL.create("sqlite", database=path),
        connect_args={"check_same_thread": False, "timeout": lock_wait},
        poolclass=StaticPool,
        json_serializer=_json,
        json_deserializer=from_json,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin on its own
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


_IN_A_MOMENT = re.compile(r"locked|busy|disk|unable to open|readonly|interrupted")
"""SQLite calls every error operational; these are the ones that pass."""
_PASSING_STATES = ("08", "40", "53", "55", "57", "58")
"""SQLSTATE classes of PostgreSQL: connection, serialization, resources, locks, shutdown, system."""


def is_busy(error: BaseException) -> bool:
    """Whether the same work may succeed in a moment (lock held, disk full, connection lost)."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError)
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    if state is not None:
        return str(state).startswith(_PASSING_STATES)
    if isinstance(error.orig, sqlite3.Error):
        return bool(_IN_A_MOMENT.search(str(error.orig)))
    return isinstance(error, OperationalError | InterfaceError)


def _json(value: Any) -> str:
    """A JSON column's text; half of the time of a write went into the standard library's."""
    return to_json(value).decode()


class _Write:
    """One way to write the rows of a table, compiled once: the SQL, and a row as the driver takes it."""

    def __init__(self, statement: Insert | Delete, model: type[Row], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        names = compiled.positiontup or ()
        columns = model.table().columns
        processors = [columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
        self._sql = str(compiled)
        self._given = itemgetter(*names)
        self._processors = [(at, each) for at, each in enumerate(processors) if each is not None]

    def __call__(self, connection: Connection, rows: Iterable[Row]) -> None:
        packed = [self._pack(row.__dict__) for row in rows]
        if packed:
            connection.exec_driver_sql(self._sql, packed)

    def _pack(self, values: dict[str, Any]) -> tuple[Any, ...]:
        given = [*self._given(values)]
        for at, process in self._processors:
            given[at] = process(given[at])
        return tuple(given)


_writes: dict[tuple[str, Callable[..., Any], type[Row]], _Write] = {}


def _write(
    connection: Connection, statement: "Callable[[str, Table], Insert | Delete]", model: type[Row]
) -> _Write:
    dialect = connection.dialect
    found = _writes.get((dialect.name, statement, model))
    if found is None:
        made = _Write(statement(dialect.name, model.table()), model, dialect)
        found = _writes[dialect.name, statement, model] = made
    return found


def upsert(connection: Connection, model: type[Row], rows: Iterable[Row]) -> None:
    """Write whole rows, new or changed, set-based."""
    _write(connection, _upsert_statement, model)(connection, rows)


def insert(connection: Connection, model: type[Row], rows: Iterable[Row]) -> None:
    """Write new rows, set-based. Raises IntegrityError when one of a key is there already."""
    _write(connection, _insert_statement, model)(connection, rows)


def remove(connection: Connection, model: type[Row], rows: Iterable[Row]) -> None:
    """Delete rows by key."""
    _write(connection, _delete_statement, model)(connection, rows)


def _insert_statement(dialect: str, table: Table) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def _upsert_statement(dialect: str, table: Table) -> Any:
    statement = _insert_statement(dialect, table)
    keys = [column.name for column in table.primary_key.columns]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    if not others:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def _delete_statement(_dialect: str, table: Table) -> Any:
    return delete(table).where(*(column == bindparam(column.name) for column in table.primary_key.columns))


def insert_new(connection: Connection, model: type[Row], row: Row) -> bool:
    """Write a row unless one of its key is there already; whether it was written."""
    table = model.table()
    keys = list(table.primary_key.columns)
    new = _insert_statement(connection.dialect.name, table).values(row.values())
    statement = new.on_conflict_do_nothing(index_elements=keys)
    return connection.execute(statement.returning(*keys)).first() is not None


def fetch(connection: Connection, model: type[R], *where: Any) -> list[R]:
    """The rows of a table that meet the conditions, in key order."""
    table = model.table()
    names = table.columns.keys()
    query = select(table).where(*where).order_by(*table.primary_key.columns)
    return [model.from_store(zip(names, row, strict=True)) for row in connection.execute(query)]
