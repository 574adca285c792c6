"""Backups of a SQLite store: a consistent copy while it is written to, and the way back."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from storage.errors import StorageError
from storage.locks import StoreLock
from storage.migrate import head


def backup(url: str, file: Path) -> None:
    """Copy the store; a copy that fails leaves no file. Raises StorageError."""
    source = _path(url, "backup", "use pg_basebackup for PostgreSQL")
    if not source.is_file():
        raise StorageError(f"backup: there is no store at {source} yet")
    if file.exists():
        raise StorageError(f"backup: {file} exists already")
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _copy(source, part)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"backup: {file}: {error}") from None


def restore(url: str, file: Path) -> Path | None:
    """Put a backup in place of the store; where what stood there is kept. Raises StorageError."""
    target = _path(url, "restore", "use PostgreSQL's own tools")
    _check(file)
    lock = StoreLock(url)
    lock.acquire()
    try:
        kept = _kept(target)
        part = target.with_name(f".{target.name}.part")
        part.unlink(missing_ok=True)
        _copy(file, part)
        for suffix in ("-wal", "-shm"):  # of the old store; over the new one they would be read as its own
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"restore: {target}: {error}") from None
    finally:
        lock.release()
    return kept


def _path(url: str, verb: str, instead: str) -> Path:
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        raise StorageError(f"{verb}: only for SQLite files; {instead}")
    return Path(parsed.database)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def _kept(target: Path) -> Path | None:
    """A copy of the present store, with what its write-ahead log holds, under a name not yet used."""
    if not target.exists():
        return None
    count = 1
    while (kept := target.with_name(f"{target.name}.before-restore-{count}")).exists():
        count += 1
    _copy(target, kept)
    return kept


def _check(file: Path) -> None:
    if not file.is_file():
        raise StorageError(f"restore: {file} is no file")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchone()
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise StorageError(f"restore: {file} is no backup of 小团: {error}") from None
    if whole != ("ok",) or version is None:
        raise StorageError(f"restore: {file} is damaged")
    if version[0] > head():
        raise StorageError(f"restore: {file} is of a newer version ({version[0]}): update 小团")
