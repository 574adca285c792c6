"""The database: whole transactions, set-based writes, the same answers from both engines."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from servers import Postgres
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.catalogue import Product
from storage.database import Database, fetch, insert_new, is_busy, remove, upsert
from storage.group_buys import Item
from storage.outbox import OutboxRow, Sending, Urgency
from storage.people import Member, Person

NOW = datetime(2026, 5, 21, 2, 0, 0, 123456, tzinfo=UTC)


def people(count: int) -> list[Person]:
    return [Person(tenant_id="t", id=f"u{n:03d}", name=f"邻居{n}", marks={"n": n}) for n in range(count)]


async def test_rows_come_back_as_they_were_written(database: Database) -> None:
    row = OutboxRow(
        tenant_id="t",
        number=1,
        idem_key="k",
        account="a",
        room_id="r",
        text="“你好”\n😀\u200b",
        mentions={"u1": "小陈"},
        urgency=Urgency.RESULT,
        state=Sending.IN_DOUBT,
        next_at=NOW,
        created_at=NOW - timedelta(days=400),
    )
    product = Product(
        tenant_id="t", id="P", name="苹果", stock=Decimal("0.5"), aliases=["果"], facts={"a": "b"}
    )
    await database.run(lambda c: upsert(c, OutboxRow, [row]))
    await database.run(lambda c: upsert(c, Product, [product]))
    (back,) = await database.run(lambda c: fetch(c, OutboxRow))
    assert back.values() == row.values()
    assert back.state == Sending.IN_DOUBT
    assert back.next_at.tzinfo is not None
    (fruit,) = await database.run(lambda c: fetch(c, Product))
    assert fruit.values() == product.values()


async def test_upsert_writes_new_and_changed_rows_and_remove_deletes_them(database: Database) -> None:
    rows = people(300)
    await database.run(lambda c: upsert(c, Person, rows))
    for row in rows[:150]:
        row.name = "neu"
    await database.run(lambda c: upsert(c, Person, [*rows[:150], Person(tenant_id="t", id="x")]))
    await database.run(lambda c: remove(c, Person, rows[100:200]))
    found = await database.run(lambda c: fetch(c, Person, Person.table().c.tenant_id == "t"))
    assert [row.id for row in found] == sorted([row.id for row in (*rows[:100], *rows[200:])] + ["x"])
    assert sum(row.name == "neu" for row in found) == 100


async def test_a_table_of_keys_only_can_be_upserted_twice(database: Database) -> None:
    row = Member(tenant_id="t", room_id="r", person_id="u")
    for _ in range(2):
        await database.run(lambda c: upsert(c, Member, [row]))
    assert len(await database.run(lambda c: fetch(c, Member))) == 1
    await database.run(lambda c: upsert(c, Member, []))


async def test_a_row_is_inserted_once(database: Database) -> None:
    row = Person(tenant_id="t", id="u", name="first")
    assert await database.run(lambda c: insert_new(c, Person, row))
    again = Person(tenant_id="t", id="u", name="second")
    assert not await database.run(lambda c: insert_new(c, Person, again))
    (kept,) = await database.run(lambda c: fetch(c, Person))
    assert kept.name == "first"


async def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    def work(connection: Connection) -> None:
        upsert(connection, Person, people(3))
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(work)
    assert await database.run(lambda c: fetch(c, Person)) == []


async def test_the_database_itself_refuses_to_oversell(database: Database) -> None:
    item = Item(tenant_id="t", group_buy=1, code="A", name="草莓", limit=Decimal(2), taken=Decimal(3))
    with pytest.raises(IntegrityError):
        await database.run(lambda c: upsert(c, Item, [item]))
    item.taken = Decimal(-1)
    with pytest.raises(IntegrityError):
        await database.run(lambda c: upsert(c, Item, [item]))


async def test_many_tasks_share_one_writer(database: Database) -> None:
    async def one(row: Person) -> None:
        await database.run(lambda c: upsert(c, Person, [row]))

    await asyncio.gather(*(one(row) for row in people(40)))
    assert len(await database.run(lambda c: fetch(c, Person))) == 40


async def test_a_file_is_kept_safe(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deep/down/?strange #name.db")
    assert database.url.database is not None
    await database.create()

    def settings(connection: Connection) -> tuple[object, object]:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        return mode, connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert await database.run(settings) == ("wal", 2)
    await database.close()


async def test_two_processes_on_one_file_wait_for_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    one, two = Database(url), Database(url)
    await one.create()

    async def add(database: Database, start: int) -> None:
        for number in range(start, start + 20):
            row = Person(tenant_id="t", id=f"u{number}")
            await database.run(lambda c, row=row: upsert(c, Person, [row]))  # type: ignore[misc]

    await asyncio.gather(add(one, 0), add(two, 100))
    found = await two.run(lambda c: c.execute(select(Person.table().c.id)).all())
    assert len(found) == 40
    await one.close()
    await two.close()


async def test_a_missing_file_is_known_without_making_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    assert Database.missing_file(url) == tmp_path / "a.db"
    assert Database.missing_file("sqlite://") is None is Database.missing_file("postgresql://u@h/d")
    (tmp_path / "a.db").touch()
    assert Database.missing_file(url) is None


def test_no_password_is_shown() -> None:
    assert Database("postgresql://u:geheim@h/d").shown == "postgresql://u:***@h/d"


async def test_what_may_go_better_in_a_moment_is_told_from_mistakes(database: Database) -> None:
    with pytest.raises(DBAPIError) as failed:
        await database.run(lambda c: c.execute(text("SELECT * FROM nothing")))
    assert not is_busy(failed.value)
    assert is_busy(ConnectionResetError())
    assert not is_busy(ValueError())


async def test_a_lock_that_another_holds_passes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db")
    await database.create()
    waiting = Database(f"sqlite:///{tmp_path}/a.db", lock_wait=0.05)
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as failed:
            await waiting.run(lambda c: None)
        assert is_busy(failed.value)
    await database.close()
    await waiting.close()


async def test_a_connection_that_was_cut_is_made_anew(postgres_server: Postgres) -> None:
    database = Database(postgres_server.shared)
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    other = Database(postgres_server.shared)
    await database.run(lambda c: c.execute(text("SELECT 1")))
    await other.run(lambda c: c.execute(text(cut)))
    with pytest.raises((DBAPIError, OSError)) as failed:
        await database.run(lambda c: c.execute(text("SELECT 1")))
    assert is_busy(failed.value)
    assert await database.run(lambda c: c.execute(text("SELECT 1")).scalar()) == 1
    await database.close()
    await other.close()
