"""What this machine gives at best, in the same run: raw SQLite with the same rows, JSON, jieba.

`writer` is ours: the same rows through `Shop.keep`, without anything that decides. It stands here
because it is compared with the raw loops row by row.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.subject import cpu
from bench.workload import START, Mix
from bot import collector
from storage.database import Database
from storage.group_buys.tables import LedgerEntry, SignUp
from storage.ids import Ids
from storage.inbox import Handled
from storage.outbox import OutboxRow
from storage.rows import Journal, Row, journal_of
from storage.settings import Settings
from storage.shop import Shop, all_models

TENANT = "shop"
TURNS, TURN_SECONDS = 4, 0.3
TABLES: tuple[type[Row], ...] = (Handled, SignUp, LedgerEntry, OutboxRow)
"""What one sign-up writes."""


def rows_of(count: int) -> Iterator[tuple[Row, ...]]:
    """The rows of so many sign-ups, each of another line."""
    ids = Ids(seed="limits")
    for number in range(count):
        at: datetime = START + timedelta(seconds=number)
        who, group_buy, key = f"p{number}", number % 200, f"bench:m{number}"
        items = {"A": "2"}
        yield (
            Handled(tenant_id=TENANT, message_id=key, room_id=f"room{group_buy}", person_id=who, at=at),
            SignUp(
                tenant_id=TENANT,
                group_buy=group_buy,
                line=who,
                buyer_id=who,
                items=items,
                message=key,
                since=at,
            ),
            LedgerEntry(
                tenant_id=TENANT,
                id=ids.new(at),
                group_buy=group_buy,
                line=who,
                person_id=who,
                message=key,
                said="A2",
                at=at,
                kind="join",
                after={"items": items},
            ),
            OutboxRow(
                tenant_id=TENANT,
                number=number,
                idem_key=f"k{number}",
                account="bench",
                room_id=f"room{group_buy}",
                text="✅ 这位邻居 A2｜共2份",
                cause=key,
                next_at=at,
                created_at=at,
            ),
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, datetime) else value


def raw_loop(store: Path, count: int, together: int) -> dict[str, float]:
    """The same rows by hand: one prepared statement a row, so many sign-ups a commit, synchronous=FULL."""
    asyncio.run(_create(store))
    statements = []
    for model in TABLES:
        names = list(model.columns())
        quoted, marks = ", ".join(f'"{n}"' for n in names), ", ".join("?" * len(names))
        statements.append(f"INSERT INTO {model.table().name} ({quoted}) VALUES ({marks})")
    signs = [
        [(sql, [_plain(v) for v in row.values().values()]) for sql, row in zip(statements, rows, strict=True)]
        for rows in rows_of(count)
    ]
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    spent, started = cpu(), time.perf_counter()
    for start in range(0, count, together):
        connection.execute("BEGIN IMMEDIATE")
        for sign in signs[start : start + together]:
            for sql, values in sign:
                connection.execute(sql, values)
        connection.execute("COMMIT")
    measured = _since(spent, started, count)
    connection.close()
    return measured


async def _create(store: Path) -> None:
    all_models()
    database = Database(f"sqlite:///{store}")
    await database.create()
    await database.close()


def writer(store: Path, count: int, together: int) -> dict[str, float]:
    """The product's own way from rows to a commit."""
    return asyncio.run(_writer(store, count, together))


async def _writer(store: Path, count: int, together: int) -> dict[str, float]:
    await _create(store)
    database = Database(f"sqlite:///{store}")
    shop = Shop(TENANT, Settings(), database, Ids(seed="writer"))
    await shop.open()
    signs = list(rows_of(count))
    collector.settle()
    spent, started = cpu(), time.perf_counter()
    for start in range(0, count, together):
        journal = Journal()
        with journal_of(journal):
            for rows in signs[start : start + together]:
                for model, row in zip(TABLES, rows, strict=True):
                    shop.rows(model).add(row)
        await shop.keep(journal)
    measured = _since(spent, started, count)
    await database.close()
    return measured


def _since(spent: float, started: float, count: int) -> dict[str, float]:
    return {"cpu": cpu() - spent, "wall": time.perf_counter() - started, "messages": count}


def _in_turns(works: dict[str, Callable[[], object]], count: int) -> dict[str, dict[str, float]]:
    """Each again and again, in turns of a moment, so that what else the machine does hits all alike."""
    found = {name: {"cpu": 0.0, "wall": 0.0, "messages": 0.0} for name in works}
    for _ in range(TURNS):
        for name, work in works.items():
            spent, started, done = cpu(), time.perf_counter(), 0
            while cpu() - spent < TURN_SECONDS:
                work()
                done += count
            for what, value in _since(spent, started, done).items():
                found[name][what] += value
    return found


def reading(skus: int, count: int) -> dict[str, dict[str, float]]:
    """jieba on the mix's texts, and on the same texts our look-up of names and our understanding."""
    import jieba

    from nlp.meaning import Context
    from nlp.products import ProductEntry, Products
    from nlp.understanding import Understander

    mix = Mix(count, skus=skus)
    lines = list(mix.messages())
    texts = [line["text"] for line in lines]
    wire = [json.dumps(line, ensure_ascii=False).encode() for line in lines]
    offered = [tuple(mix.offered(int(line["room"][4:]))) for line in lines]
    contexts = [Context(open=names, now=START) for names in offered]
    entries = [ProductEntry(f"S{i}", name, (), "份", None) for i, name in enumerate(mix.names)]
    products, understander = Products(entries), Understander(entries)
    jieba.initialize()
    both = list(zip(texts, contexts, strict=True))
    named = list(zip(texts, offered, strict=True))
    works: dict[str, Callable[[], object]] = {
        "json": lambda: [json.loads(raw) for raw in wire],
        "jieba.lcut": lambda: [jieba.lcut(text) for text in texts],
        "look-up": lambda: [products.find(text) for text in texts],
        "look-up in a room": lambda: [products.find(text, names) for text, names in named],
        "understand": lambda: [understander.understand(text, context) for text, context in both],
    }
    for work in works.values():
        work()  # what rooms offer is compiled once
    return _in_turns(works, count)


def main() -> None:
    """One line of JSON for each limit: `python -m bench.limits store|reading COUNT [SKUS]`."""
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "reading":
        for name, row in reading(int(sys.argv[3]), count).items():
            print(json.dumps({"subject": name, **row}))
        return
    loops: tuple[tuple[str, Callable[[Path, int, int], dict[str, float]], int], ...] = (
        ("raw sqlite3, 1 a commit", raw_loop, 1),
        ("raw sqlite3, 64 a commit", raw_loop, 64),
        ("writer, 64 a commit", writer, 64),
    )
    for name, work, together in loops:
        with tempfile.TemporaryDirectory(dir=sys.argv[3]) as folder:
            print(json.dumps({"subject": name, **work(Path(folder) / "limits.db", count, together)}))


if __name__ == "__main__":
    main()
