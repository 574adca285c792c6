"""Exports: tables that no spreadsheet can be made to run."""

import csv
import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.catalogue_files import parse_catalogue
from storage.exports import Sheet, to_csv, to_text, to_xlsx
from storage.table_files import rows_of

LIST = Sheet("名单", ["序号", "姓名", "金额"], [[1, "王姐", Decimal("39.90")], [2, "阿May", None]])
ORDER = Sheet("进货单", ["商品", "件数"], [["草莓", Decimal("2.5")]])

PAYLOADS = [
    lead + body
    for lead in ("", " ", "\t", "\r", "\n", "\0", "\u3000")
    for body in ("=1+1", "+86 1", "-2+3", "@SUM(A1)", "＝cmd", "＋1", "－1", "＠A", "\u22125")
] + ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "\tx", "\rx"]


def read_back(content: bytes) -> list[list[list[str]]]:
    return [[list(row.cells) for row in rows] for rows in rows_of(content)]


def test_a_workbook_holds_the_sheets_in_order():
    content = to_xlsx([LIST, ORDER])
    assert read_back(content) == [
        [["序号", "姓名", "金额"], ["1", "王姐", "39.9"], ["2", "阿May", ""]],
        [["商品", "件数"], ["草莓", "2.5"]],
    ]
    assert content == to_xlsx([LIST, ORDER])


def test_a_text_holds_the_sheets_as_sections():
    assert to_text([LIST, ORDER]) == (
        "【名单】\n序号 | 姓名 | 金额\n1 | 王姐 | 39.90\n2 | 阿May\n\n【进货单】\n商品 | 件数\n草莓 | 2.5\n"
    )


def test_a_csv_holds_the_sheets_below_each_other():
    text = to_csv([LIST, ORDER])
    assert text.startswith("\ufeff名单\r\n序号,姓名,金额\r\n1,王姐,39.90\r\n")
    assert "\r\n\r\n进货单\r\n" in text


def test_a_csv_of_one_sheet_is_a_plain_table():
    sheet = Sheet("商品", ["名称", "价格"], [["雪梨", Decimal("6.80")]])
    (product,) = parse_catalogue(to_csv([sheet]).encode(), "back.csv").products
    assert (product.name, product.price_fen) == ("雪梨", 680)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_a_csv_starts_a_formula(payload):
    sheet = Sheet(payload, [payload], [[payload], ["王姐", payload]])
    for row in csv.reader(io.StringIO(to_csv([sheet, sheet]).removeprefix("\ufeff"), newline="")):
        assert not [cell for cell in row if re.match(r"\s*[=+\-@\u2212＝＋－＠]|[\t\r\n\0]", cell)]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_a_workbook_is_a_formula(payload):
    content = to_xlsx([Sheet("名单", [payload], [[payload, payload]])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count('t="s"') == 3


def test_our_own_negative_numbers_stay_numbers():
    assert to_csv([Sheet("a", ["差"], [[-3], [Decimal("-0.5")]])]) == "\ufeff差\r\n-3\r\n-0.5\r\n"


def test_numbers_that_excel_would_round_are_written_as_text():
    content = to_xlsx([Sheet("a", ["单号"], [[1234567890123456789]])])
    assert read_back(content) == [[["单号"], ["1234567890123456789"]]]


def test_a_cell_of_several_lines_is_one_line_of_text():
    assert to_text([Sheet("a", ["备注"], [["不要葱\n多放醋"]])]) == "【a】\n备注\n不要葱 多放醋\n"


@pytest.mark.parametrize("name", ["", "a/b:c*?[d]\\", "'引'", "很长" * 30, "History", "\0\x01"])
def test_any_name_makes_a_sheet(name):
    sheet = Sheet(name, ["列"], [["值"]])
    assert len(read_back(to_xlsx([sheet, sheet, sheet]))) == 3


@given(
    st.lists(
        st.lists(st.text() | st.integers() | st.decimals(-999, 999, places=2) | st.none()),
        max_size=4,
    )
)
def test_whatever_people_type_can_be_exported(rows):
    sheet = Sheet("名单", ["甲", "乙"], rows)
    assert len(read_back(to_xlsx([sheet]))[0]) >= 1
    to_csv([sheet]).encode()
    to_text([sheet]).encode()


def test_halves_of_characters_and_endless_cells_are_cut():
    sheet = Sheet("名单", ["\ud83d姓名"], [["\udc00王", "长" * 40_000]])
    header, row = read_back(to_xlsx([sheet]))[0]
    assert (header[0], row[0], len(row[1])) == ("姓名", "王", 32_767)
