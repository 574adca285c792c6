"""Migrations and backups: bringing a store to the shape this version knows, and keeping copies of it."""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.errors import StorageError

FOLDER = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest revision there is: the last file by name."""
    names = sorted(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))
    return names[-1].partition("_")[0]


async def upgrade(database: Database) -> None:
    """Bring the store to the newest revision; quick when it is there already."""
    current = await database.run(_current)
    if current == head():
        return
    if current is not None and current > head():
        raise StorageError(
            f"the store is of a newer version ({current}): update 小团, or restore an older backup"
        )
    await database.run(_upgrade)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def backup(database: Database, file: Path) -> None:
    """A consistent copy of a SQLite store while it is being written to. Raises StorageError."""
    if database.dialect != "sqlite" or database.in_memory:
        raise StorageError("backup: only for SQLite files; use pg_basebackup for PostgreSQL")
    if file.exists():
        raise StorageError(f"backup: {file} exists already")
    file.parent.mkdir(parents=True, exist_ok=True)
    source = sqlite3.connect(str(database.url.database))
    try:
        source.execute("VACUUM INTO ?", (str(file),))
    finally:
        source.close()


def restore(database: Database, file: Path) -> None:
    """Put a backup in place of the store; the old one is kept beside it. Raises StorageError."""
    target = Path(str(database.url.database))
    if database.dialect != "sqlite" or database.in_memory:
        raise StorageError("restore: only for SQLite files")
    _check(file)
    if target.exists():
        shutil.copy2(target, target.with_suffix(".before-restore"))
        for suffix in ("-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    shutil.copy2(file, part)
    part.replace(target)


def _check(file: Path) -> None:
    if not file.is_file():
        raise StorageError(f"restore: {file} is no file")
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()
        known = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise StorageError(f"restore: {file} is no backup of 小团: {error}") from None
    finally:
        connection.close()
    if answer != ("ok",) or known is None:
        raise StorageError(f"restore: {file} is damaged")
