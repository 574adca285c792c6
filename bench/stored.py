"""Many stored sign-ups: put into a store by hand, a tenth in open group buys, the rest in finished ones."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.workload import START
from storage.group_buys.tables import GroupBuy, LedgerEntry, SignUp
from storage.rows import Row

TENANT = "shop"
LINES = 500
"""Sign-ups of one finished group buy."""
FINISHED_FROM = 100_000
"""Numbers of group buys that nobody asks for any more."""
OLD = "old"
"""How ids of people who signed up long ago begin."""


def fill(store: Path, sign_ups: int, opened: int) -> None:
    """Add so many sign-ups with their ledger to a store that has `opened` open group buys."""
    connection = sqlite3.connect(store)
    lately = sign_ups // 10
    finished = range(FINISHED_FROM, FINISHED_FROM + (sign_ups - lately) // LINES + 1)
    _insert(connection, (_finished(number) for number in finished))
    _insert(connection, (_line(i, _place(i, lately, opened)) for i in range(sign_ups)))
    _insert(connection, (_entry(i, _place(i, lately, opened)) for i in range(sign_ups)))
    connection.execute(
        "UPDATE item SET taken = taken + 1000 * (SELECT count(*) FROM signup WHERE signup.group_buy ="
        f" item.group_buy AND line LIKE '{OLD}%') WHERE code = 'A'"
    )
    connection.execute(
        "UPDATE groupbuy SET heads = (SELECT count(*) FROM signup WHERE signup.group_buy = groupbuy.number)"
    )
    connection.commit()
    connection.close()


def _place(number: int, lately: int, opened: int) -> int:
    if number < lately:
        return 1 + number % opened
    return FINISHED_FROM + (number - lately) // LINES


def _finished(number: int) -> GroupBuy:
    return GroupBuy(
        tenant_id=TENANT,
        number=number,
        room_id=f"room{number % 200}",
        title="旧团",
        state="done",
        leader_id="lead",
        opened_at=START,
        closed_at=START,
    )


def _line(number: int, group_buy: int) -> SignUp:
    who = f"{OLD}{number}"
    return SignUp(
        tenant_id=TENANT,
        group_buy=group_buy,
        line=who,
        buyer_id=who,
        items={"A": "1"},
        since=START,
        order=number,
    )


def _entry(number: int, group_buy: int) -> LedgerEntry:
    who = f"{OLD}{number}"
    return LedgerEntry(
        tenant_id=TENANT,
        id=f"{OLD}{number:010d}",
        group_buy=group_buy,
        line=who,
        person_id=who,
        message=f"bench:{who}",
        at=START,
        kind="join",
        after={"items": {"A": "1"}, "wishes": [["A", "set", "1"]], "message": who},
    )


def _insert(connection: sqlite3.Connection, rows: Iterator[Row]) -> None:
    first = next(rows)
    model = type(first)
    names = list(model.columns())
    quoted, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    statement = f"INSERT INTO {model.table().name} ({quoted}) VALUES ({marks})"
    connection.execute(statement, _plain(first))
    connection.executemany(statement, map(_plain, rows))


def _plain(row: Row) -> list[Any]:
    return [_column(value) for value in row.values().values()]


def _column(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value
