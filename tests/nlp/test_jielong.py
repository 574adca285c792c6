"""Native lists: every trap of the format, whole lists read, and our own list read back exactly."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.jielong import (
    DEFAULT,
    Entry,
    EntryItem,
    NativeList,
    PublicEntry,
    is_list,
    parse_list,
    public,
    public_entries,
    render_list,
)
from nlp.jielong._header import read_header
from nlp.jielong._names import read_line
from nlp.jielong._plain import PlainLines
from nlp.jielong._segments import RawEntry

Line = tuple[str, list[tuple[str, float, str | None]]]


def lines(listed: NativeList) -> list[Line]:
    return [(e.name, [(i.product, float(i.quantity), i.unit) for i in e.items]) for e in listed.entries]


def one(line: str, header: str = "红心柚 15/个") -> Entry:
    listed = parse_list(f"#接龙\n{header}\n1. 领头羊 1个\n2. {line}")
    assert len(listed.entries) == 2
    return listed.entries[1]


def ordered(entry: Entry) -> list[tuple[str, float, str | None]]:
    return [(i.product, float(i.quantity), i.unit) for i in entry.items]


# ---------------------------------------------------------------------------- what is a list


@pytest.mark.parametrize(
    "text",
    [
        "#接龙\n红心柚\n1. 王姐 2个",
        "＃接龍\n紅心柚\n\n1. 王姐 2個",
        "#Group Note\nPomelo\n1. Wang 2",
        "@小团 周末团购 #接龙\n1. 王姐 2个",
        "接龙\n1、王姐 2个\n2、小陈",
        "#接龙\n红心柚 15/个 周五截",
    ],
)
def test_a_mark_in_the_first_line_makes_a_list(text: str) -> None:
    assert is_list(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "接龙怎么弄呀",
        "大家快来接龙",
        "这个怎么参加#\n1. 先付款",
        "「李姐：#接龙\n红心柚\n1. 王姐 2个」\n- - - - - - - - - - - - - - - -\n这个怎么接",
        "#接龙 旧的\n- - - - - - - - - - - - - - - -\n还收吗",
    ],
)
def test_talk_about_lists_and_quotes_of_lists_are_none(text: str) -> None:
    assert not is_list(text)


# ------------------------------------------------------------------------- numbers and parts


@pytest.mark.parametrize(
    "numbers",
    [
        "1. |2. |3. ",
        "1、|2、|3、",
        "1．|2．|3．",
        "1)|2)|3)",
        "（1）|（2）|（3）",
        "①|②|③",
        "1️⃣ |2️⃣ |3️⃣ ",
        "1：|2：|3：",
        "1 |2 |3 ",
        "【1】|【2】|【3】",
        "１．|２．|３．",
        "4. |5. |9. ",
        "1. |2. |2. ",
        "1. |2、|3) ",
    ],
)
def test_every_way_to_number_a_line(numbers: str) -> None:
    a, b, c = numbers.split("|")
    listed = parse_list(f"#接龙\n红心柚 15/个\n{a}王姐 2个\n{b}小陈 1个\n{c}阿明 3个")
    assert [(e.name, float(e.items[0].quantity)) for e in listed.entries] == [
        ("王姐", 2),
        ("小陈", 1),
        ("阿明", 3),
    ]


def test_header_entries_and_note() -> None:
    listed = parse_list(
        "@所有人 #接龙\n红心柚 15/个\n周五20点截\n例 张三 2-301\n1个\n放门口\n\n"
        "1. 王姐 2个\n\n2. 小陈 1个\n3.\n4. 阿明\n\n还差5个\n周六送"
    )
    assert listed.header == "@所有人"
    assert listed.header_lines == ("@所有人", "红心柚 15/个", "周五20点截")
    assert [(e.index, e.name) for e in listed.entries] == [(1, "王姐"), (2, "小陈"), (4, "阿明")]
    assert listed.trailing_note == "还差5个\n周六送"


def test_numbered_rules_in_the_header_are_no_entries() -> None:
    listed = parse_list(
        "#接龙\n红心柚 15/个\n群规：\n1. 写清楼号\n2. 周五截单\n"
        "规则：\n1、不退不换\n\n1. 王姐 2个\n2. 小陈 1个"
    )
    assert [e.name for e in listed.entries] == ["王姐", "小陈"]


def test_lines_without_the_next_number_belong_to_the_entry_above() -> None:
    listed = parse_list(
        "#接龙\n红心柚 15/个\n1. 王姐 2个\n8:20-9:30在家\n2斤以上的\n2. 小陈\n3个\n12月1日前要\n3. 阿明 1个"
    )
    assert lines(listed) == [
        ("王姐", [("红心柚", 2, "个")]),
        ("小陈", [("红心柚", 3, "个")]),
        ("阿明", [("红心柚", 1, "个")]),
    ]
    assert "8:20-9:30在家" in (listed.entries[0].remark or "")


def test_a_list_on_one_line_and_a_forgotten_line_break() -> None:
    flat = parse_list("#接龙 红心柚15/个 1. 王姐 2个 2. 小陈 1个 3. 阿明 4个 要大的")
    assert [(e.name, int(e.items[0].quantity)) for e in flat.entries] == [
        ("王姐", 2),
        ("小陈", 1),
        ("阿明", 4),
    ]
    broken = parse_list("#接龙\n红心柚 15/个\n1. 王姐 2个 2. 小陈 1个\n3. 阿明 4个")
    assert [e.index for e in broken.entries] == [1, 2, 3]


def test_a_second_round_begins_at_one_again() -> None:
    listed = parse_list("#接龙\n红心柚 15/个\n1. 王姐 2个\n2. 小陈 1个\n加场\n1. 阿明 3个\n2. 小何 1个")
    assert [(e.index, e.name) for e in listed.entries] == [
        (1, "王姐"),
        (2, "小陈"),
        (1, "阿明"),
        (2, "小何"),
    ]


# --------------------------------------------------------------------------- names and amounts


@pytest.mark.parametrize(
    ("line", "name", "quantity", "unit"),
    [
        ("刘姐2个", "刘姐", 2, "个"),
        ("李四+2", "李四", 2, None),
        ("孙*4", "孙", 4, None),
        ("赵敏 x3", "赵敏", 3, None),
        ("Lily➕1", "Lily", 1, None),
        ("王阿姨-3个", "王阿姨", 3, "个"),
        ("褚小姐：3个", "褚小姐", 3, "个"),
        ("卫小姐，1个，送门卫", "卫小姐", 1, "个"),
        ("6栋—阿毛——2个", "阿毛", 2, "个"),
        ("702 3个", "702", 3, "个"),
        ("5-2-301 一个", "5-2-301", 1, "个"),
        ("12栋李姐 1个", "12栋李姐", 1, "个"),
        ("秦小姐 2-1-502 1个", "秦小姐", 1, "个"),
        ("王姐5-301 2个", "王姐", 2, "个"),
        ("吴姐（3-402）2个", "吴姐", 2, "个"),
        ("404 Not Found 1个", "404 Not Found", 1, "个"),
        ("Mrs. Chen 陈太太 2个", "Mrs. Chen 陈太太", 2, "个"),
        ("🌙月亮🌙 2个", "🌙月亮🌙", 2, "个"),
        ("🐼 1个", "🐼", 1, "个"),
        ("一条鱼 3", "一条鱼", 3, None),
        ("七七 七个", "七七", 7, "个"),
        ("user_88 2", "user_88", 2, None),
        ("老八 两个半", "老八", 2.5, "个"),
        ("半夏 半个", "半夏", 0.5, "个"),
        ("陈晨 廿个", "陈晨", 20, "个"),
        ("朱朱 仨", "朱朱", 3, None),
        ("尤姐", "尤姐", 1, None),
        ("Wendy.K", "Wendy.K", 1, None),
        ("韩姐 来一个吧", "韩姐", 1, "个"),
        ("蒋姐 需要2个", "蒋姐", 2, "个"),
        ("孔姐 要是甜的话来2个", "孔姐", 2, "个"),
        ("钱姐 1个 9点前", "钱姐", 1, "个"),
        ("许姐 2个30元", "许姐", 2, "个"),
        ("何姐 2个 其中1个送6栋", "何姐", 2, "个"),
        ("吕姐 1个 13712345678", "吕姐", 1, "个"),
        ("施姐 10 个 公司用", "施姐", 10, "个"),
        ("小宝妈13712345678 三个", "小宝妈", 3, "个"),
    ],
)
def test_name_and_amount(line: str, name: str, quantity: float, unit: str | None) -> None:
    entry = one(line)
    assert entry.name == name
    assert ordered(entry) == [("红心柚", quantity, unit)]


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("秦小姐 2-1-502 1个 要甜的", "2-1-502 要甜的"),
        ("何姐 2个（已付）", "（已付）"),
        ("许姐 2个30元", "30元"),
        ("尤姐 2号楼1单元503 1个", "2号楼1单元503"),
        ("蒋姐 要2个谢谢", None),
        ("钱姐 1个 周六10点取", "周六10点取"),
    ],
)
def test_what_is_no_item_is_a_remark(line: str, remark: str | None) -> None:
    assert one(line).remark == remark


@pytest.mark.parametrize(
    ("line", "paid"),
    [("王姐 1个 已转", True), ("王姐 1个(微信已付)", True), ("王姐 1个 未付", False), ("王姐 1个", False)],
)
def test_claims_of_payment(line: str, paid: bool) -> None:
    assert one(line).paid_claim is paid


def test_lines_for_others() -> None:
    own = one("小静代妈妈 2个")
    assert (own.name, own.on_behalf, own.by) == ("小静", "妈妈", "小静")
    other = one("代3-201奶奶 1个")
    assert (other.name, other.on_behalf, other.by) == ("3-201奶奶", "3-201奶奶", None)
    assert one("时代少年 1个").on_behalf is None


TWO = "草鱼20/条 鲫鱼15/条"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("王姐 草鱼1条鲫鱼2条", [("草鱼", 1, "条"), ("鲫鱼", 2, "条")]),
        ("王姐 草鱼+1 鲫鱼+2", [("草鱼", 1, None), ("鲫鱼", 2, None)]),
        ("王姐 草鱼1，鲫鱼1", [("草鱼", 1, None), ("鲫鱼", 1, None)]),
        ("王姐 草鱼 1 条 鲫鱼 2 条", [("草鱼", 1, "条"), ("鲫鱼", 2, "条")]),
        ("王姐｜草鱼×1｜鲫鱼×2", [("草鱼", 1, None), ("鲫鱼", 2, None)]),
        ("王姐：鲫鱼1条、草鱼1条", [("鲫鱼", 1, "条"), ("草鱼", 1, "条")]),
        ("王姐 1条草鱼 2条鲫鱼", [("草鱼", 1, "条"), ("鲫鱼", 2, "条")]),
        ("王姐 鲫鱼一条半", [("鲫鱼", 1.5, "条")]),
        ("王姐 各一条", [("草鱼", 1, "条"), ("鲫鱼", 1, "条")]),
        ("王姐 都要", [("草鱼", 1, None), ("鲫鱼", 1, None)]),
        ("王姐 2条", [("@default", 2, "条")]),
        ("王姐 草鱼1 已付20", [("草鱼", 1, None)]),
        ("王姐 草鱼2条（切块）", [("草鱼", 2, "条")]),
    ],
)
def test_several_items_in_a_line(line: str, wanted: list[tuple[str, float, str | None]]) -> None:
    assert ordered(one(line, TWO)) == wanted


def test_letters_of_the_header() -> None:
    listed = parse_list(
        "#接龙\nA 草鱼 20/条\nB 鲫鱼 15/条\n1. 王姐 A2\n2. 小陈 A1B1\n3. 阿明 a*2 b+1\n4. 何姐 A 1 B 2"
    )
    assert lines(listed) == [
        ("王姐", [("A", 2, None)]),
        ("小陈", [("A", 1, None), ("B", 1, None)]),
        ("阿明", [("a", 2, None), ("b", 1, None)]),
        ("何姐", [("A", 1, None), ("B", 2, None)]),
    ]


def test_sizes_and_packs_are_remarks() -> None:
    shoes = "拖鞋29.9/双"
    for line, remark in [("阿丽 37码1双", "37码"), ("阿丽 L码 1双", "L码"), ("阿丽 38 1双", "38")]:
        entry = one(line, shoes)
        assert (entry.name, ordered(entry), entry.remark) == ("阿丽", [("拖鞋", 1, "双")], remark)
    assert ordered(one("阿丽 大米5公斤*2", "大米5公斤装45")) == [("大米", 2, None)]


# ----------------------------------------------------------------------------------- histories


def status(*entries: str) -> list[tuple[str, str, int]]:
    text = "\n".join(f"{n}. {line}" for n, line in enumerate(entries, 1))
    listed = parse_list(f"#接龙\n红心柚 15/个\n{text}")
    return [(e.name, e.status, len(e.items)) for e in listed.entries]


def test_later_lines_change_earlier_ones() -> None:
    assert status("王姐 1个", "小陈 1个", "王姐 改3个") == [
        ("王姐", "superseded", 1),
        ("小陈", "active", 1),
        ("王姐", "active", 1),
    ]
    assert status("王姐 1个", "王姐 取消") == [("王姐", "cancelled", 1), ("王姐", "active", 0)]
    assert status("Tina 1个", "Tina 改3个") == [("Tina", "superseded", 1), ("Tina", "active", 1)]
    assert status("王姐 1个 不要了") == [("王姐", "cancelled", 1)]
    assert status("王姐 1个", "王姐 再加1个") == [("王姐", "active", 1), ("王姐", "active", 1)]
    assert status("王姐 1个", "王姐 -1") == [("王姐", "cancelled", 1), ("王姐", "active", 1)]
    assert status("小李 1个", "小李 2个", "小李子 1个") == [
        ("小李", "active", 1),
        ("小李", "active", 1),
        ("小李子", "active", 1),
    ]


def test_the_same_as_another_line() -> None:
    listed = parse_list(
        f"#接龙\n{TWO}\n1. 王姐 草鱼2条\n2. 小陈 鲫鱼1\n3. 阿明 同上\n4. 何姐 跟1号一样\n5. 琪琪(同1号)\n6. 老吴 都要一条"
    )
    assert ordered(listed.entries[2]) == [("鲫鱼", 1, None)]
    assert ordered(listed.entries[3]) == ordered(listed.entries[4]) == [("草鱼", 2, "条")]
    assert ordered(listed.entries[5]) == [("草鱼", 1, "条"), ("鲫鱼", 1, "条")]


def test_a_roll_call_has_no_items() -> None:
    listed = parse_list("#接龙\n周六志愿者报名\n1. 3栋 王老师\n2. 阿明 8:00-9:30\n3. 小何 2人")
    assert not listed.selling
    assert [(e.name, e.items, e.remark) for e in listed.entries] == [
        ("3栋 王老师", (), None),
        ("阿明", (), "8:00-9:30"),
        ("小何", (), "2人"),
    ]


def test_a_list_without_a_product_orders_the_default() -> None:
    assert lines(parse_list("#接龙\n1. 王姐 2袋\n2. 小陈 1袋")) == [
        ("王姐", [("@default", 2, "袋")]),
        ("小陈", [("@default", 1, "袋")]),
    ]


def test_json_of_the_contract() -> None:
    listed = parse_list("#接龙\n红心柚 15/个\n1. 王姐 半个 6-101\n\n周五截")
    assert listed.to_json() == {
        "header": "红心柚 15/个",
        "entries": [
            {
                "index": 1,
                "name": "王姐",
                "items": [{"product": "红心柚", "qty": 0.5, "unit": "个"}],
                "remark": "6-101",
                "status": "active",
            }
        ],
        "trailing_note": "周五截",
    }


def test_totals_count_what_is_active() -> None:
    listed = parse_list(f"#接龙\n{TWO}\n1. 王姐 草鱼2条\n2. 小陈 草鱼1条鲫鱼1条\n3. 王姐 改草鱼1条")
    assert listed.totals() == {("草鱼", "条"): Decimal(2), ("鲫鱼", "条"): Decimal(1)}
    assert listed.total == 3


# ----------------------------------------------------------------------------- size and safety


def test_a_long_list_takes_linear_time() -> None:
    def seconds(count: int) -> float:
        body = "\n".join(f"{n}. 邻居{n} {n % 9 + 1}个" for n in range(1, count + 1))
        begin = time.perf_counter()
        listed = parse_list(f"#接龙\n红心柚 15/个\n\n{body}")
        assert len(listed.entries) == count
        assert listed.total == sum(n % 9 + 1 for n in range(1, count + 1))
        return time.perf_counter() - begin

    seconds(1_000)
    small, large = min(seconds(2_000) for _ in range(3)), min(seconds(20_000) for _ in range(2))
    assert large < small * 30


@given(
    st.text(alphabet="1234567890.、)） \n王李a+-×*个盒取消改再各同上例#接龙：:/（）已付草鱼①半", max_size=80)
)
def test_any_mixture_is_survived(text: str) -> None:
    listed = parse_list("#接龙\n" + text)
    assert all(e.name or e.items for e in listed.entries)
    assert isinstance(is_list(text), bool)


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert isinstance(parse_list(text), NativeList)


# -------------------------------------------------------------------------------- our own lists

SIGNS = (
    "1.王 2、 取消 例 代5-301 小王2个 A2 — 5-3** ： （） #接龙 共5份 @所有人 规则： ①李 小雅帮婆婆 12 同上"
)
NASTY = st.one_of(
    st.text(max_size=12), st.sampled_from([*SIGNS.split(), "- " * 20, "a\nb", " 2. x", "例 张三", ""])
)
AMOUNTS = st.one_of(st.integers(0, 9_999).map(Decimal), st.just(Decimal("0.5")))
ITEMS = st.builds(
    EntryItem, st.one_of(st.sampled_from("ABCZ"), NASTY), AMOUNTS, st.sampled_from([None, "盒", "斤", "kg"])
)
ENTRIES = st.builds(PublicEntry, NASTY, st.lists(ITEMS, max_size=3).map(tuple), st.one_of(st.none(), NASTY))


@given(NASTY, st.lists(NASTY, max_size=3), st.lists(ENTRIES, max_size=5), st.one_of(st.none(), NASTY))
def test_a_rendered_list_is_read_back(
    title: str, head: list[str], entries: list[PublicEntry], note: str | None
) -> None:
    text = render_list(title, head, entries, note)
    assert is_list(text)
    assert public_entries(parse_list(text)) == tuple(public(e) for e in entries)


def test_a_rendered_list_is_continued_by_hand() -> None:
    entries = [
        PublicEntry("张敏", (EntryItem("A", Decimal(2), "条"),), "5-3** 要活的"),
        PublicEntry("代5-3** 奶奶", (EntryItem("B", Decimal("0.5"), None),)),
    ]
    text = render_list("周六鱼市", ["A 草鱼 20/条", "B 鲫鱼 15/条"], entries, "共2.5，还差3")
    by_hand = text.replace("\n\n共", "\n3. 小陈 B1\n4. 阿明 A1 B1 3-201\n\n共")
    listed = parse_list(by_hand)
    assert listed.header == "周六鱼市"
    assert [e.name for e in listed.entries] == ["张敏", "代5-3** 奶奶", "小陈", "阿明"]
    assert ordered(listed.entries[3]) == [("A", 1, None), ("B", 1, None)]
    assert listed.trailing_note == "共2.5，还差3"


@pytest.mark.parametrize(
    "line",
    [
        "小胡哥🐱 桃子1斤",
        "何敏☀️ 26-2-1798 桃子6份、桃子4箱",
        "阿胡 牛奶4+桃子5盒 帮我留着，放门口",
        "Tom5643✨ 5栋301 桃子5盒，鸡蛋5箱 已付",
        "刘军 12-1503 牛奶2 桃子1袋 周六拿 28元已付",
        "王姐 3箱 放门口（晚上拿）",
        "赵刚 牛奶3 13800001111 已转账",
        "橙汁儿60🍀 核桃5斤 自取",
    ],
)
def test_plain_lines_are_read_as_the_grammar_reads_them(line: str) -> None:
    header = read_header(["桃子5元/斤 牛奶69元/箱 鸡蛋28元/板"])
    plain = PlainLines(header).read(RawEntry(1, line))
    read = read_line(line, (), header, selling=True)
    assert plain is not None
    assert (plain.name, plain.remark, plain.paid_claim) == (read.name, read.order.remark, read.order.paid)
    items = [(i.product, i.quantity, i.unit) for i in plain.items]
    assert items == [(product or DEFAULT, n, unit) for product, n, unit in read.order.items]


@pytest.mark.parametrize(
    "line", ["小胡哥 同上", "何敏 桃子改成2斤", "阿胡 兩箱", "刘军 荔枝半箱", "王姐 桃子2 跟1号一样"]
)
def test_lines_with_more_to_say_are_left_to_the_grammar(line: str) -> None:
    header = read_header(["桃子5元/斤 牛奶69元/箱 鸡蛋28元/板"])
    assert PlainLines(header).read(RawEntry(1, line)) is None
