"""A pasted paragraph becomes a draft, words correct it, and the draft check finds the typos."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.opening import (
    AMOUNT,
    PEOPLE,
    QUANTITY,
    Opening,
    OpeningItem,
    Tier,
    draft_lint,
    parse_correction,
    parse_opening,
)

NOW = datetime.fromisoformat("2026-05-20T10:00:00+08:00")
"""A Wednesday morning."""


def opened(text: str) -> Opening:
    return parse_opening(text, NOW)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"2026-{moment}:00+08:00")


FRUIT = """开团
周末水果
A 夏黑葡萄 3斤/箱 45元
B 本地鸭蛋 20枚/板 26.5元
周五21:00截止，30份成团，周六下午到，自提5号楼大厅"""


def test_lines_with_letters_make_a_whole_draft() -> None:
    draft = opened(FRUIT)
    assert draft.title == "周末水果"
    assert draft.items == (
        OpeningItem("A", "夏黑葡萄", 4500, "箱", "3斤/箱"),
        OpeningItem("B", "本地鸭蛋", 2650, "板", "20枚/板"),
    )
    assert draft.deadline == at("05-22T21:00")
    assert (draft.target, draft.target_kind) == (30, QUANTITY)
    assert (draft.pickup, draft.arrival) == ("5号楼大厅", "周六下午到")
    assert draft.problems == ()


def test_one_line_says_the_same() -> None:
    draft = opened("开团 周末水果 A夏黑葡萄3斤/箱 45 B本地鸭蛋20枚/板 26.5 30份成团 周五21点截 自提5号楼大厅")
    assert [(i.code, i.name, i.price_fen, i.unit) for i in draft.items] == [
        ("A", "夏黑葡萄", 4500, "箱"),
        ("B", "本地鸭蛋", 2650, "板"),
    ]
    assert (draft.title, draft.pickup) == ("周末水果", "5号楼大厅")


@pytest.mark.parametrize(
    ("text", "name", "fen", "unit"),
    [
        ("新团来啦 散养土鸡68一只 明早9点截单", "散养土鸡", 6800, "只"),
        ("小团 帮我开个咸鸭蛋团 30一盒 一小时后截", "咸鸭蛋", 3000, "盒"),
        ("【今日开团】东海小黄鱼2斤36｜22:00截止", "东海小黄鱼", 3600, None),
        ("上团啦黄金梨四斤28要的报数两小时后截", "黄金梨", 2800, None),
        ("三只松鼠每日坚果 原价99 团购价59.9 周日截", "三只松鼠每日坚果", 5990, None),
        ("各位邻居 卷纸又来了 39块9一提 明晚8点停", "卷纸", 3990, "提"),
        ("拼一车苏打水 ¥26/箱 周六20点截", "苏打水", 2600, "箱"),
        ("開團囉 鳳梨酥 10枚/盒 $58 明天下午三點收單", "鳳梨酥", 5800, "盒"),
        ("十二块五一个的椰子 今晚8点截", "椰子", 1250, "个"),
        ("🍑30.5一箱 今晚截", "🍑", 3050, "箱"),
    ],
)
def test_one_item_in_any_wording(text: str, name: str, fen: int, unit: str | None) -> None:
    draft = opened(text)
    assert len(draft.items) == 1
    item = draft.items[0]
    assert (item.price_fen, item.unit) == (fen, unit)
    assert item.name == name
    assert draft.deadline is not None


def test_labels_on_lines_of_their_own() -> None:
    draft = opened(
        "品名：无籽西瓜\n规格：8斤/个\n价格：25元\n限量60个\n成团数量：20个\n截止：明晚9点\n提货点：北门驿站"
    )
    assert draft.items == (OpeningItem("A", "无籽西瓜", 2500, "个", "8斤/个", limit=Decimal(60)),)
    assert (draft.target, draft.pickup, draft.deadline) == (20, "北门驿站", at("05-21T21:00"))


def test_letters_go_on_after_h_and_need_not_begin_with_a() -> None:
    many = "\n".join(f"{chr(65 + i)} 点心{'甲乙丙丁戊己庚辛壬癸子丑'[i]} {i + 5}元/盒" for i in range(12))
    draft = opened(f"开团\n{many}\n明晚8点截")
    assert [item.code for item in draft.items] == list("ABCDEFGHIJKL")
    assert [item.name for item in draft.items][-1] == "点心丑"
    draft = opened("开团\nB 酸奶 30元/箱\nC 芝士 42元/盒\n明晚8点截")
    assert [(item.code, item.name) for item in draft.items] == [("B", "酸奶"), ("C", "芝士")]


def test_numbered_lines_are_items() -> None:
    draft = opened("本周蔬菜\n1. 上海青 3.5/斤\n2. 小土豆 2斤装 6块\n3、番茄 9.9元3斤\n周四晚8点截")
    assert [(i.code, i.name, i.price_fen) for i in draft.items] == [
        ("A", "上海青", 350),
        ("B", "小土豆", 600),
        ("C", "番茄", 990),
    ]
    assert draft.title == "本周蔬菜"


@pytest.mark.parametrize(
    ("words", "target", "kind"),
    [
        ("25份成团", 25, QUANTITY),
        ("满40提发车", 40, QUANTITY),
        ("15人成团", 15, PEOPLE),
        ("30户起团", 30, PEOPLE),
        ("满800元成团", 80_000, AMOUNT),
        ("目标50份", 50, QUANTITY),
        ("10个起送", 10, QUANTITY),
    ],
)
def test_targets(words: str, target: int, kind: str) -> None:
    draft = opened(f"开团 矿泉水 24元/提 {words} 周六20点截")
    assert (draft.target, draft.target_kind) == (target, kind)
    assert draft.items[0].name == "矿泉水"


@pytest.mark.parametrize(
    ("words", "limit", "per_person", "household"),
    [
        ("限每户3提", None, 3, True),
        ("每人限购2提", None, 2, False),
        ("一户一提", None, 1, True),
        ("限5提", None, 5, False),
        ("总共80提", 80, None, False),
        ("限量100提", 100, None, False),
        ("共60提，每人最多4提", 60, 4, False),
    ],
)
def test_limits(words: str, limit: int | None, per_person: int | None, household: bool) -> None:
    item = opened(f"开团 矿泉水 24元/提 {words} 周六20点截").items[0]
    assert (item.limit, item.per_person, item.per_household) == (limit, per_person, household)


def test_a_limit_behind_a_letter_is_its_own_and_one_below_is_everybodys() -> None:
    own = opened("开团\nA 草鱼 20元/条 限2条\nB 鲫鱼 15元/条\n明晚8点截")
    assert [i.per_person for i in own.items] == [2, None]
    shared = opened("开团\nA 草鱼 20元/条\nB 鲫鱼 15元/条\n每户限3条 明晚8点截")
    assert [i.per_person for i in shared.items] == [3, 3]


@pytest.mark.parametrize("words", ["总共各20斤", "每样限量20斤", "各只有20斤", "库存各20斤"])
def test_so_much_of_each(words: str) -> None:
    draft = opened(f"开团 羊排 58/斤，羊腿 48/斤，{words}，今天下午4点截单")
    assert [item.limit for item in draft.items] == [20, 20]
    assert draft.notes == ()


def test_better_prices_for_one_and_for_all() -> None:
    person = opened("韭菜水饺40颗/包 18元(3包50)，周五20点截").items[0]
    assert person.tiers == (Tier("person", 3, 5000, each=False),)
    total = opened("猫砂 6升/袋 38 满60袋降到35.5 周六晚8点停").items[0]
    assert total.tiers == (Tier("total", 60, 3550, each=True),)


def test_two_sizes_are_two_items() -> None:
    draft = opened("开团 雪梨 4斤18 9斤36 今晚9点截")
    assert [(i.name, i.price_fen) for i in draft.items] == [("雪梨 4斤", 1800), ("雪梨 9斤", 3600)]


def test_halves_and_the_no_return_mark() -> None:
    draft = opened("开团 榴莲 128/个 可半个起 生鲜不支持7天无理由 周四20点截")
    assert draft.step == Decimal("0.5")
    assert draft.non_returnable is True
    assert draft.items[0].name == "榴莲"


def test_a_day_in_the_title_and_an_arrival_are_no_deadline() -> None:
    draft = opened("开团\n周六海鲜\nA 花甲 18元/份\n周六上午到")
    assert draft.deadline is None
    assert draft.problems == ("missing_deadline",)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("开团", ("missing_items", "missing_deadline")),
        ("开团 五常大米 明晚8点截", ("missing_price",)),
        ("开团 A苹果9.9 B香蕉 明晚8点截", ("missing_price",)),
    ],
)
def test_what_is_missing_is_said(text: str, problems: tuple[str, ...]) -> None:
    assert opened(text).problems == problems


@pytest.mark.parametrize(
    ("words", "pickup", "arrival"),
    [
        ("周六上午楼下取，微信付我", "楼下", "周六上午"),
        ("周日来我家拿", "我家", "周日"),
        ("到货后统一放丰巢柜", "丰巢柜", None),
        ("周五到 小区西门领", "小区西门", "周五到"),
    ],
)
def test_plain_words_say_where_it_is_fetched(words: str, pickup: str, arrival: str | None) -> None:
    draft = opened(f"开团\n冬笋 18元/斤\n明晚8点截\n{words}")
    assert (draft.pickup, draft.arrival) == (pickup, arrival)


def test_goods_that_are_brought_need_no_place() -> None:
    problems = draft_lint(opened("开团\n冬笋 18元/斤\n明晚8点截，满10斤成团，送货上门"), {})
    assert [problem.code for problem in problems] == []


def corrected(text: str, draft: str = FRUIT) -> Opening:
    result = parse_correction(text, opened(draft), NOW)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("截止改周日", "05-24T23:59:59"),
        ("截止时间改成周六晚8点", "05-23T20:00:00"),
        ("延到周六中午", "05-23T12:00:00"),
        ("再开一天", "05-23T21:00:00"),
        ("延长两小时", "05-22T23:00:00"),
        ("提前半小时", "05-22T20:30:00"),
    ],
)
def test_a_deadline_moves(text: str, deadline: str) -> None:
    assert corrected(text).deadline == datetime.fromisoformat(f"2026-{deadline}+08:00")


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("A改成48", [4800, 2650]),
        ("葡萄改42.8", [4280, 2650]),
        ("鸭蛋涨到28", [4500, 2800]),
        ("B降2块", [4500, 2450]),
        ("全部涨1元", [4600, 2750]),
        ("把葡萄改成49元一箱", [4900, 2650]),
    ],
)
def test_a_price_changes(text: str, prices: list[int]) -> None:
    assert [i.price_fen for i in corrected(text).items] == prices


def test_items_come_go_and_get_other_names() -> None:
    added = corrected("加一个C 蓝莓 25元/盒")
    assert added.items[2] == OpeningItem("C", "蓝莓", 2500, "盒")
    assert [i.code for i in corrected("去掉A").items] == ["B"]
    assert [i.code for i in corrected("鸭蛋不要了").items] == ["A"]
    assert corrected("A改名叫巨峰葡萄").items[0].name == "巨峰葡萄"
    assert corrected("A规格改5斤/箱").items[0].pack == "5斤/箱"


def test_terms_change() -> None:
    assert corrected("标题改成端午水果").title == "端午水果"
    assert corrected("目标改50份").target == 50
    assert corrected("20户成团").target_kind == PEOPLE
    assert corrected("自提改到东门").pickup == "东门"
    assert corrected("到货改周日上午").arrival == "周日上午"
    assert [i.per_person for i in corrected("限每人2份").items] == [2, 2]
    assert [i.per_person for i in corrected("B限每人1板").items] == [None, 1]
    assert corrected("A总共40箱").items[0].limit == 40
    assert corrected("A满50箱降到40").items[0].tiers == (Tier("total", 50, 4000, each=True),)


def test_several_corrections_in_one_message() -> None:
    result = corrected("截止改周六，目标40份，A改成48元")
    assert result.deadline == datetime.fromisoformat("2026-05-23T23:59:59+08:00")
    assert (result.target, result.items[0].price_fen) == (40, 4800)


@pytest.mark.parametrize(
    "text", ["好的", "要2份", "葡萄甜吗", "A改成3份", "A换成B", "A2", "+1", "多少钱", "A改成3", ""]
)
def test_orders_questions_and_chatter_correct_nothing(text: str) -> None:
    assert parse_correction(text, opened(FRUIT), NOW) is None


def test_the_draft_check() -> None:
    draft = opened("开团 夏黑葡萄 4.5元 原价60 明晚8点截")
    found = {w.code: w for w in draft_lint(draft, {"夏黑葡萄": 4500})}
    assert set(found) == {
        "price_far_off",
        "missing_unit",
        "missing_pickup",
        "missing_target",
        "original_price",
    }
    assert found["price_far_off"].facts["percent"] == -90
    assert draft_lint(opened(FRUIT), {"夏黑葡萄": 4200}) == []


PIECES = "开团 草莓 A B_ 39.9 元 /盒 2斤 周五 20点 截 限 每户 满 50份 成团 自提 3号楼 到 ， ( ) 降到 ¥"
WORDS = st.sampled_from([*PIECES.split(), "\n", " ", "：", "🍓", "可半箱"])


@given(st.lists(WORDS, max_size=25).map("".join))
def test_any_mixture_gives_a_draft(text: str) -> None:
    draft = opened(text)
    assert all(i.price_fen is None or i.price_fen >= 0 for i in draft.items)
    codes = [i.code for i in draft.items]
    assert len(codes) == len(set(codes))


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    assert isinstance(opened(text), Opening)
    draft = opened(FRUIT)
    assert parse_correction(text, draft, NOW) != draft
