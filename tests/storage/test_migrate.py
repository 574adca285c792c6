"""Migrations: they make what the table classes say, forwards and backwards, on both databases."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from storage.database import Database
from storage.errors import StorageError
from storage.migrate import check_current, current, head, move, upgrade
from storage.migrations import new
from storage.shop import all_models

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_address(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a database without tables can be opened."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture
async def empty(empty_address: str) -> AsyncIterator[Database]:
    """A database without tables."""
    database = Database(empty_address)
    yield database
    await database.close()


def differences(connection: Connection) -> list[Any]:
    all_models()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, SQLModel.metadata)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def test_migrations_make_what_the_classes_say(empty: Database) -> None:
    assert await current(empty) is None
    await upgrade(empty)
    assert await current(empty) == head()
    assert await empty.run(differences) == []
    assert await empty.run(tables) == set(SQLModel.metadata.tables)
    await upgrade(empty)
    await check_current(empty)


async def test_they_can_be_taken_back(empty: Database) -> None:
    await upgrade(empty)
    await empty.run(lambda connection: move(connection, "base"))
    assert await empty.run(tables) == set()
    await upgrade(empty)
    assert await empty.run(differences) == []


async def test_processes_may_upgrade_at_the_same_time(
    empty: Database, empty_address: str, tmp_path: Path
) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(f'database: "{empty_address}"\n', "utf-8")
    command = [sys.executable, "-m", "bot", "db", "upgrade", "--config", str(config)]
    started = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
        for _ in range(3)
    ]
    said = [(await process.communicate())[1] for process in started]
    assert [(process.returncode, text) for process, text in zip(started, said, strict=True)] == [(0, b"")] * 3
    assert await current(empty) == head()


async def test_a_store_of_a_newer_version_is_left_alone(empty: Database) -> None:
    await upgrade(empty)
    await empty.run(
        lambda connection: connection.execute(text("UPDATE alembic_version SET version_num='9999'"))
    )
    for look in (upgrade, check_current):
        with pytest.raises(StorageError, match=r"newer version \(9999\): update"):
            await look(empty)


async def test_who_only_looks_migrates_nothing(empty: Database) -> None:
    with pytest.raises(StorageError, match="older version: run `xiaotuan db upgrade`"):
        await check_current(empty)
    assert await empty.run(tables) == set()


async def test_a_store_that_cannot_be_opened_is_told_with_its_address(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database" * 1000)
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with pytest.raises(StorageError, match=r"a\.db: file is not a database"):
        await upgrade(database)
    await database.close()


def test_the_next_migration_is_numbered_and_empty_when_nothing_changed(tmp_path: Path) -> None:
    written = new.write("Nothing, really.", tmp_path)
    assert written.stem == f"{int(head()) + 1:04d}_nothing_really"
    text = written.read_text("utf-8")
    assert text.startswith('"""Nothing, really."""')
    assert text.count("pass") == 2
