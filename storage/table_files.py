"""Tables as people keep them: rows out of CSV, TSV and XLSX bytes, whatever their encoding."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice

MAX_BYTES = 64 * 2**20
MAX_UNPACKED = 50 * 2**20
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_COLUMNS = 500
MAX_CELLS = 20_000_000
_MAX_SPAN = 200
"""Lines that one quoted cell may fill before its quote counts as forgotten."""


class NotATable(Exception):
    """The bytes hold no table; str() says what was expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its first line (of a sheet: its number), and why it could not be read, if so."""

    line: int
    cells: Sequence[str]
    broken: str | None = None


def rows_of(content: bytes) -> Iterator[list[Row] | Iterator[Row]]:
    """The tables in a file, each as rows: one of a text, one per sheet of a workbook.

    Raises NotATable.
    """
    if len(content) > MAX_BYTES:
        raise NotATable(f"is larger than {MAX_BYTES >> 20} MB")
    if content.startswith(b"PK\x03\x04"):
        yield from _sheets(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotATable("is an old or protected Excel file: save it as XLSX or CSV without password")
    else:
        yield _text_rows(_decoded(content))


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _strictly(content, "gb18030")
    if "\0" in text:
        raise NotATable("is not a text: expected CSV, TSV or XLSX")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise NotATable("expected text in UTF-8 or GB18030, or XLSX") from None


class _Window:
    """Lines from a place on; ends early when one record swallows too many of them."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.lines, self.next, self.start = lines, at, at

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.next >= len(self.lines) or self.next - self.start >= _MAX_SPAN:
            raise StopIteration
        self.next += 1
        return self.lines[self.next - 1]


def _text_rows(text: str) -> Iterator[Row]:
    lines = list(io.StringIO(text, newline=""))
    delimiter = _delimiter(lines)
    width, at = 0, 0
    while at < len(lines):
        window = _Window(lines, at)
        reader = csv.reader(window, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                torn = window.next - at > 1 and width and len(cells) > width
                if torn:
                    break
                width = max(width, len(cells)) if width else len(cells)
                yield Row(at + 1, cells)
                at = window.start = window.next
            else:
                return
        except csv.Error:
            pass
        # Only the first line is given up: a forgotten quote must not swallow the good rows below.
        yield _torn(lines[at], at + 1, delimiter)
        at += 1


def _torn(line: str, number: int, delimiter: str) -> Row:
    if delimiter == "\t":  # lists with tabs seldom quote: the mark is part of the title
        return Row(number, line.rstrip("\r\n").split("\t"))
    return Row(number, (), "a quotation mark is not closed or stands inside a value")


def _delimiter(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max(("\t", ",", ";"), key=first.count)


def _sheets(content: bytes) -> Iterator[Iterator[Row]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise NotATable("is a damaged or protected workbook") from None
    # Heavy, and only needed by who imports workbooks.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        for name in names:
            yield _sheet_rows(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
    except CalamineError as error:
        raise NotATable(f"is a damaged workbook ({str(error)[:80]})") from None


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that would unpack to more than a catalogue can be."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES:
        raise NotATable(f"holds more than {MAX_ENTRIES} parts")
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise NotATable(f"unpacks to more than {MAX_UNPACKED >> 20} MB or {MAX_RATIO} times its size")
    if "xl/workbook.xml" not in names or "content.xml" in names:
        raise NotATable("is a ZIP file but no XLSX workbook")
    for entry in entries:
        # Reading to the end proves the declared sizes: zipfile stops there and compares the CRC.
        part = archive.read(entry)
        if b"sheetData" in part:
            _refuse_far_cells(part)


def _refuse_far_cells(sheet: bytes) -> None:
    """Two cells at opposite corners would become a grid of 17 billion."""
    columns, rows = 1, 1
    for column, row in re.findall(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""", sheet):
        rows = max(rows, int(row))
        if len(column) > 1:
            columns = max(columns, _column(column))
    if columns > MAX_COLUMNS or columns * rows > MAX_CELLS:
        raise NotATable(f"has a sheet of {columns} columns and {rows} rows")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _sheet_rows(values: Sequence[Sequence[object]]) -> Iterator[Row]:
    for line, row in enumerate(values, 1):
        yield Row(line, [_cell(value) for value in row])


def _cell(value: object) -> str:
    if isinstance(value, float):
        # Excel shows 15 digits: the 39.900000000000006 of a formula is 39.9 to whoever typed it.
        return format(value, ".15g")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def beginning(rows: Iterator[Row], count: int) -> list[Row]:
    """The first rows, for the search of a header."""
    return list(islice(rows, count))
