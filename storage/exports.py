"""Tables that leave the house: sheets to XLSX, CSV and text, which nobody can make calculate.

Names, notes and addresses are typed by anybody, and a spreadsheet would run `=cmd|…` as a formula.
Workbooks get plain strings; CSV, which has no types, gets an apostrophe before whatever Excel, WPS
and LibreOffice take for a formula, full-width signs of Chinese input included.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | Decimal | None

_FORMULA = re.compile(r"\s*[=+\-@\u2212＝＋－＠]|[\t\r\n]")
_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\0-\x1f]|^'+|'+$")
_LONGEST_CELL, _LONGEST_NAME, _LARGEST_NUMBER = 32_767, 31, 10**15
"""Excel's limits: characters of a cell and of a sheet's name, digits it keeps."""
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Written into every workbook, so that the same sheets give the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name. Amounts are Decimal yuan; None is an empty cell."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def to_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """One workbook with a sheet each, in the given order."""
    # Heavy, and only needed by who exports.
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _MADE})
        bold = book.add_format({"bold": True, "bottom": 1})
        taken: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.name, taken))
            page.freeze_panes(1, 0)
            for column, width in enumerate(_widths(sheet)):
                page.set_column(column, column, width)
            for column, title in enumerate(sheet.header):
                page.write_string(0, column, _harmless(title), bold)
            for line, row in enumerate(sheet.rows, 1):
                _write_row(page, line, row)
    return target.getvalue()


def to_csv(sheets: Sequence[Sheet]) -> str:
    """The sheets one below the other, each under its name when there are several.

    Begins with a byte-order mark: without it Excel reads UTF-8 as GBK.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for number, sheet in enumerate(sheets):
        if number:
            writer.writerow([])
        if len(sheets) > 1:
            writer.writerow([_guarded(sheet.name)])
        writer.writerow([_guarded(title) for title in sheet.header])
        writer.writerows([_guarded(cell) for cell in row] for row in sheet.rows)
    return "\ufeff" + target.getvalue()


def to_text(sheets: Iterable[Sheet]) -> str:
    """The sheets as sections to read or to paste into a chat."""
    return "\n\n".join("\n".join(_lines(sheet)) for sheet in sheets) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"【{_one_line(sheet.name)}】"
    for row in (sheet.header, *sheet.rows):
        yield " | ".join(_one_line(_shown(cell)) for cell in row).rstrip(" |")


def _one_line(text: str) -> str:
    return " ".join(_harmless(text).split())


def _write_row(page: Any, line: int, row: Sequence[Cell]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, int | Decimal) and -_LARGEST_NUMBER < cell < _LARGEST_NUMBER:
            page.write_number(line, column, cell)
        elif cell is not None:
            page.write_string(line, column, _harmless(_shown(cell)))


def _guarded(cell: Cell) -> str:
    text = _shown(cell)
    if isinstance(cell, str):
        text = _harmless(text)
        return f"'{text}" if _FORMULA.match(text) else text
    return text


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _harmless(text: str) -> str:
    """Without what no file may hold: control characters and halves of characters."""
    return _CONTROL.sub("", text)[:_LONGEST_CELL]


def _sheet_name(name: str, taken: set[str]) -> str:
    plain = _NO_SHEET_NAME.sub("", _CONTROL.sub("", name)).strip()[:_LONGEST_NAME] or "表"
    free, number = plain, 1
    # "History" is a name that Excel keeps for itself.
    while free.casefold() in taken or free.casefold() == "history":
        number += 1
        free = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(free.casefold())
    return free


def _widths(sheet: Sheet) -> list[int]:
    """As wide as the longest of the first cells, between 6 and 40 letters."""
    rows = [sheet.header, *sheet.rows[:200]]
    count = max(len(row) for row in rows)
    cells = [[_shown(row[n]) for row in rows if n < len(row)] for n in range(count)]
    return [min(40, max(6, *(2 + _breadth(cell) for cell in column))) for column in cells]


def _breadth(text: str) -> int:
    return sum(2 if character > "\u2e7f" else 1 for character in text[:40])
