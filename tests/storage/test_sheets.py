"""What a leader needs on paper: whole cases to order, and the lines of each building."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from storage.group_buys.sheets import building_of, cases, purchase_lines, sorting_lines
from storage.group_buys.tables import Item, SignUp
from storage.money import plain

SINCE = datetime(2026, 5, 21, tzinfo=UTC)


def item(taken: str, pack: str | None, unit: str = "盒") -> Item:
    return Item(
        tenant_id="t",
        group_buy=1,
        code="A",
        name="阳光玫瑰葡萄",
        unit=unit,
        pack=pack,
        taken=Decimal(taken),
        price_fen=2680,
    )


@pytest.mark.parametrize(
    ("taken", "pack", "told"),
    [
        ("7", "1箱=8盒", "=1箱(8)余1"),
        ("8", "1箱=8盒", "=1箱(8)"),
        ("9", "8盒/箱", "=2箱(8)余7"),
        ("0", "一箱=8盒", "=0箱(8)"),
        ("46", "12盒/箱", "=4箱(12)余2"),
        ("7", "2斤/盒", ""),
        ("7", None, ""),
    ],
)
def test_orders_go_up_to_whole_cases(taken: str, pack: str | None, told: str) -> None:
    [row] = purchase_lines([item(taken, pack)])
    assert cases(row) == told
    assert row.cases is None or row.cases * (row.case_size or 0) - row.spare == Decimal(taken)
    assert plain(row.quantity) == taken


def line(name: str, household: str | None, order: int) -> SignUp:
    values = {"line": name, "name": name, "household": household, "order": order}
    return SignUp(tenant_id="t", group_buy=1, since=SINCE, **values)


def test_sorting_goes_by_building_in_order_of_number() -> None:
    lines = [line("甲", "10-201", 1), line("乙", "2号楼302", 2), line("丙", None, 3), line("丁", "2-101", 4)]
    told = [(building, [row.name for row in rows]) for building, rows in sorting_lines(lines)]
    assert told == [("2号楼", ["丁", "乙"]), ("10号楼", ["甲"]), ("其他", ["丙"])]
    assert building_of("B座1203") == "B号楼"
