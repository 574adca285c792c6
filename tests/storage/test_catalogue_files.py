"""Catalogue files: products out of CSV, TSV and XLSX, and what is wrong with the other rows."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from storage.catalogue_files import (
    CatalogueError,
    CatalogueFile,
    Change,
    Problem,
    ProductRecord,
    changes,
    parse_catalogue,
    read_catalogue,
)
from tests.storage.test_table_files import workbook

HEADER = "编号,名称,别名,价格,单位,规格,库存,限购,产地,保质期,储存,描述,图片,凭证"
SAMPLE = Path(__file__).parents[2] / "bot/sample/catalogue.csv"


def parsed(text: str | bytes) -> CatalogueFile:
    return parse_catalogue(text.encode() if isinstance(text, str) else text, "list.csv")


def refused(text: str | bytes) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        parsed(text)
    return caught.value


def test_every_column_of_the_contract_is_read():
    row = "p7,沙糖桔,砂糖橘; 桔子；桔子,29.90,箱,1箱=5斤,12,3,广西,15天,阴凉,甜,a.jpg,检测报告"
    assert parsed(f"{HEADER},口味\n{row},蜜甜").products == (
        ProductRecord(
            id="p7",
            name="沙糖桔",
            aliases=("砂糖橘", "桔子"),
            price_fen=2990,
            unit="箱",
            pack="1箱=5斤",
            stock=Decimal(12),
            per_person=Decimal(3),
            origin="广西",
            shelf_life="15天",
            storage="阴凉",
            description="甜",
            image="a.jpg",
            evidence="检测报告",
            facts={"口味": "蜜甜"},
        ),
    )


def test_english_headers_in_any_order_mean_the_same():
    text = "Price, per_person ,NAME,shelf_life,id,Stock,colour\n3.5,2,皮蛋,90天,e1,,青\n"
    (product,) = parsed(text).products
    assert product == ProductRecord(
        id="e1",
        name="皮蛋",
        price_fen=350,
        per_person=Decimal(2),
        shelf_life="90天",
        facts={"colour": "青"},
    )


def test_a_workbook_reads_like_its_text():
    rows: list[list[object]] = [
        ["水果 11 月"],
        [],
        ["名称", "价格（元）", "编号"],
        ["雪梨", 6.8, 12],
    ]
    (product,) = parsed(workbook(rows)).products
    assert product == ProductRecord(id="12", name="雪梨", price_fen=680)


def test_the_second_sheet_may_hold_the_products():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("说明").write(0, 0, "先看这里")
        book.add_worksheet("商品").write_column(0, 0, ["名称", "雪梨"])
    assert [p.name for p in parsed(target.getvalue()).products] == ["雪梨"]


@pytest.mark.parametrize(
    "text",
    ["pid\tname\ttitle\n77\t挂钟\t客厅静音挂钟\n", "77\t挂钟\t客厅静音挂钟\n78\t闹钟\t小闹钟\n"],
)
def test_a_list_of_another_system_is_accepted(text):
    first = parsed(text).products[0]
    assert (first.id, first.name, first.description) == ("77", "挂钟", "客厅静音挂钟")


def test_a_bare_list_of_titles_is_accepted():
    assert parsed("T1\t静音挂钟\nT2\t小闹钟").products == (
        ProductRecord(id="T1", name="静音挂钟"),
        ProductRecord(id="T2", name="小闹钟"),
    )


def test_a_list_without_ids_is_known_by_its_names():
    assert [p.id for p in parsed("名称,价格\n雪梨,1\n冬瓜,2").products] == ["雪梨", "冬瓜"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("价格", "-3", "no negative"),
        ("价格", "3.999", "two decimals"),
        ("价格", "1e3", "39.90"),
        ("价格", "NaN", "39.90"),
        ("价格", "12,5", "39.90"),
        ("价格", "面议", "39.90"),
        ("价格", "99999999", "at most"),
        ("库存", "-1", "no negative"),
        ("库存", "很多", "a number"),
        ("库存", "9999999999", "at most"),
        ("限购", "0", "more than 0"),
        ("编号", "", "is empty"),
        ("名称", "", "is empty"),
        ("名称", "长" * 201, "longer than 200"),
        ("描述", "长" * 4001, "longer than 4000"),
        ("别名", "长" * 4001, "longer than 4000"),
    ],
)
def test_a_bad_value_is_told_and_the_other_rows_stay(column, value, said):
    row = {"编号": "x", "名称": "香瓜", column: value}
    columns = [*row, "产地"]
    bad = ",".join(f'"{row.get(name, "本地")}"' for name in columns)
    good = ",".join({"编号": "y", "名称": "甜瓜"}.get(name, "") for name in columns)
    result = parsed("\n".join([",".join(columns), bad, good]))
    assert [p.name for p in result.products] == ["甜瓜"]
    (problem,) = result.problems
    assert (problem.line, problem.field) == (2, column)
    assert said in problem.message


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("39.9", 3990),
        ("0", 0),
        ("0.01", 1),
        ("¥12", 1200),
        ("￥１２．５０", 1250),
        ("8元", 800),
        ("1,299.00", 129900),
        ("", None),
        ("  ", None),
        ("1000000", 100000000),
    ],
)
def test_yuan_become_fen_exactly(value, fen):
    assert parsed(f'名称,价格\n瓜,"{value}"').products[0].price_fen == fen


@given(st.integers(0, 100_000_000))
def test_no_fen_is_lost(fen):
    text = f"名称,价格\n瓜,{fen // 100}.{fen % 100:02}"
    assert parsed(text).products[0].price_fen == fen


def test_an_empty_stock_is_not_counted_and_a_half_is_half():
    text = "名称,库存,限购\n甲,,\n乙,0.5,1.5\n丙,不限,不限"
    assert [(p.stock, p.per_person) for p in parsed(text).products] == [
        (None, None),
        (Decimal("0.5"), Decimal("1.5")),
        (None, None),
    ]


def test_every_problem_of_a_row_is_told():
    (first, second) = parsed("编号,名称,价格\n1,,-2").problems
    assert [first.field, second.field] == ["名称", "价格"]
    assert str(second) == "2: 价格: expected no negative number, got '-2'"


def test_a_second_product_of_the_same_id_is_refused():
    result = parsed("编号,名称\n1,甲\n2,乙\n1,丙")
    assert [p.name for p in result.products] == ["甲", "乙"]
    assert result.problems == (Problem(4, "编号", "1 stands there twice"),)


def test_short_rows_are_filled_and_long_ones_refused():
    result = parsed("编号,名称,产地\n1,甲\n2,乙,山东,青岛\n3,丙,云南,\n")
    assert [(p.name, p.origin) for p in result.products] == [("甲", ""), ("丙", "云南")]
    assert [p.line for p in result.problems] == [3]


def test_a_forgotten_quote_is_told_with_its_line():
    result = parsed('编号,名称\n1,"甲\n2,乙\n3,丙')
    assert [p.name for p in result.products] == ["乙", "丙"]
    assert [p.line for p in result.problems] == [2]


def test_invisible_characters_do_not_make_another_product():
    result = parsed("编号,名称\n\u200b1 ,\u202e甲\u3000\n1,甲\n")
    assert [(p.id, p.name) for p in result.products] == [("1", "甲")]
    assert len(result.problems) == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "is empty"),
        ("\n \n", 1, "is empty"),
        ("编号,价格\n1,2", 1, "no column name/名称"),
        ("你好\n", 1, "no column name/名称"),
        ("\n\n{}\n", 3, "no column name/名称"),
        ("名称,价格,价格\n甲,1,2", 1, "twice"),
        ("名称,name\n甲,乙", 1, "twice"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_line_and_field(text, line, said):
    error = refused(text)
    assert (error.file, error.line) == ("list.csv", line)
    assert error.field
    assert said in str(error)
    assert "\n" not in str(error)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(CatalogueError, match=r"none\.csv: cannot be read"):
        read_catalogue(tmp_path / "none.csv")
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_catalogue(tmp_path)
    assert "old or protected" in str(refused(b"\xd0\xcf\x11\xe0" + bytes(9)))


def test_a_header_alone_is_an_empty_catalogue():
    assert parsed(HEADER) == CatalogueFile((), ())


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "ignore")))
def test_any_bytes_give_a_catalogue_or_one_refusal(content):
    said = ""
    try:
        products = parse_catalogue(b"name,price\n" + content, "f").products
    except CatalogueError as error:
        products, said = (), str(error)
    assert all(p.name for p in products)
    assert not said or said.startswith("f")


def test_a_new_list_is_compared_field_by_field():
    old = {
        "1": ProductRecord(id="1", name="甲", price_fen=100, facts={"色": "红", "香": "浓"}),
        "2": ProductRecord(id="2", name="乙"),
        "3": ProductRecord(id="3", name="丙"),
    }
    first = ProductRecord(id="1", name="甲", price_fen=120, facts={"色": "绿", "味": "甜"})
    second, fourth = ProductRecord(id="2", name="乙"), ProductRecord(id="4", name="丁")
    result = changes(old, [first, second, fourth])
    assert result.added == (fourth,)
    assert result.same == (second,)
    assert result.changed == (Change(old["1"], first, ("price_fen", "色", "香", "味")),)


def test_the_sample_shop_has_a_catalogue_without_problems():
    result = read_catalogue(SAMPLE)
    assert result.problems == ()
    assert len(result.products) >= 40
    assert all(p.price_fen and p.unit and p.pack and p.description for p in result.products)
    assert any(p.evidence for p in result.products)
    assert any(p.stock is None for p in result.products)
