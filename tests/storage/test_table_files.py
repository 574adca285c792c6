"""Table files: rows out of CSV and workbooks, however they are written."""

import io
import zipfile

import pytest
import xlsxwriter

from storage.table_files import MAX_ENTRIES, NotATable, rows_of


def cells(content: bytes) -> list[list[list[str]]]:
    return [[list(row.cells) for row in rows] for rows in rows_of(content)]


def refusal(content: bytes) -> str:
    with pytest.raises(NotATable) as caught:
        cells(content)
    return str(caught.value)


def workbook(rows: list[list[object]], name: str = "一") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def repacked(content: bytes, change) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)), 8)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_the_encodings_that_excel_and_wps_write(encoding):
    assert cells("名称,产地\r\n𠮷祥柿,㙍村\r\n".encode(encoding)) == [[["名称", "产地"], ["𠮷祥柿", "㙍村"]]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_seen_in_the_first_line(delimiter):
    text = delimiter.join(["a", "b"]) + "\n" + delimiter.join(["1", '"x\ny"'])
    assert cells(text.encode()) == [[["a", "b"], ["1", "x\ny"]]]


def test_rows_carry_the_line_they_begin_on():
    rows = list(next(iter(rows_of(b'a,b\n1,"x\ny"\n2,z\n'))))
    assert [row.line for row in rows] == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', [2]),
        ('a,b\n1,"x\n2,"y"\n3,z\n', [2]),
        ('a,b\n1,"x"y\n2,y\n', [2]),
        ('a,b\n1,"x' + "\n2,y" * 1000, [2]),
        ('a,b\n1,5" 屏\n2,y\n', []),
    ],
)
def test_a_forgotten_quote_costs_only_its_own_line(text, broken):
    rows = list(next(iter(rows_of(text.encode()))))
    assert [row.line for row in rows if row.broken] == broken
    assert len(rows) == len(text.splitlines())


def test_in_a_list_with_tabs_a_quote_belongs_to_the_title():
    assert cells('p1\t"鲜"牛奶\np2\t面包'.encode()) == [[["p1", '"鲜"牛奶'], ["p2", "面包"]]]


def test_a_workbook_gives_its_cells_as_people_see_them():
    content = workbook([["编号", "价格", "数"], [1, 13.3 * 3, 0.5], ["007", 12.0, True]])
    assert cells(content) == [[["编号", "价格", "数"], ["1", "39.9", "0.5"], ["007", "12", "True"]]]


def test_empty_rows_above_a_table_count_as_lines():
    rows = list(next(iter(rows_of(workbook([[], [], ["名称"]])))))
    assert [(row.line, list(row.cells)) for row in rows if any(row.cells)] == [(3, ["名称"])]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old or protected Excel"),
        (b"PK\x03\x04 nothing more", "damaged"),
        (b"\xff\xfe\xfd", "UTF-8 or GB18030"),
        (b"\x00\x01\x02a,b", "not a text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "text"),
    ],
)
def test_what_is_no_table_is_refused(content, expected):
    assert expected in refusal(content)


def test_other_zip_files_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert "no XLSX" in refusal(target.getvalue())


def test_a_bomb_is_refused_by_what_it_unpacks_to():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    assert "unpacks to more" in refusal(target.getvalue())


def test_a_bomb_that_lies_about_its_size_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("big", b"0" * 3_000_000)
    real, lie = (3_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little")
    assert refusal(target.getvalue().replace(real, lie))


def test_too_many_parts_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(MAX_ENTRIES + 1):
            archive.writestr(f"{number}.xml", "x")
    assert "parts" in refusal(target.getvalue())


def test_two_cells_at_far_corners_are_refused():
    def stretch(name: str, part: bytes) -> bytes:
        return part.replace(b'r="A2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')

    assert "columns and 1048576 rows" in refusal(repacked(workbook([["名称"], ["苹果"]]), stretch))


def test_a_workbook_with_broken_sheets_is_refused():
    def damage(name: str, part: bytes) -> bytes:
        return part[:40] if name.startswith("xl/worksheets") else part

    assert "damaged" in refusal(repacked(workbook([["名称"], ["苹果"]]), damage))
