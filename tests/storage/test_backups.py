"""Backups: whole copies, kept predecessors, and words for everything that cannot be copied."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.backups import backup, restore
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade


@pytest.fixture
async def store(tmp_path: Path) -> str:
    """The address of a store with all tables and nothing in it."""
    url = f"sqlite:///{tmp_path}/shop.db"
    database = Database(url)
    await upgrade(database)
    await database.close()
    return url


def note(tmp_path: Path, text: str) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text)")
        connection.execute("DELETE FROM note")
        connection.execute("INSERT INTO note VALUES (?)", (text,))
        connection.commit()


def noted(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT text FROM note").fetchone()[0])


def test_each_restore_keeps_what_stood_there(store: str, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy.db"
    note(tmp_path, "first")
    backup(store, copy)
    for number, text in enumerate(("second", "third"), 1):
        note(tmp_path, text)
        kept = restore(store, copy)
        assert kept == tmp_path / f"shop.db.before-restore-{number}"
        assert noted(kept) == text
        assert noted(tmp_path / "shop.db") == "first"


def test_into_an_empty_place_nothing_is_kept(store: str, tmp_path: Path) -> None:
    note(tmp_path, "first")
    backup(store, tmp_path / "copy.db")
    assert restore(f"sqlite:///{tmp_path}/new.db", tmp_path / "copy.db") is None
    assert noted(tmp_path / "new.db") == "first"


def test_there_must_be_a_store_of_this_kind(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"there is no store at .* yet"):
        backup(f"sqlite:///{tmp_path}/none.db", tmp_path / "copy.db")
    with pytest.raises(StorageError, match="only for SQLite files; use pg_basebackup"):
        backup("postgresql://localhost/shop", tmp_path / "copy.db")
    with pytest.raises(StorageError, match="only for SQLite files; use PostgreSQL's own tools"):
        restore("sqlite://", tmp_path / "copy.db")


def test_a_copy_that_fails_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StorageError, match="file is not a database"):
        backup(f"sqlite:///{tmp_path}/shop.db", tmp_path / "copy.db")
    assert [file.name for file in tmp_path.iterdir()] == ["shop.db"]


def test_a_restore_that_fails_gives_the_store_back_to_others(store: str, tmp_path: Path) -> None:
    backup(store, tmp_path / "copy.db")
    (tmp_path / "shop.db").write_bytes(b"this is no database" * 100)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"restore: .*file is not a database"):
            restore(store, tmp_path / "copy.db")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM alembic_version", "is damaged"),
        ("UPDATE alembic_version SET version_num = '9999'", "of a newer version .9999.: update"),
        ("DROP TABLE alembic_version", "is no backup of 小团"),
    ],
)
def test_only_whole_backups_of_a_known_version_are_put_in_place(
    store: str, tmp_path: Path, change: str, words: str
) -> None:
    backup(store, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        connection.execute(change)
        connection.commit()
    before = (tmp_path / "shop.db").read_bytes()
    with pytest.raises(StorageError, match=words):
        restore(store, tmp_path / "copy.db")
    assert (tmp_path / "shop.db").read_bytes() == before
