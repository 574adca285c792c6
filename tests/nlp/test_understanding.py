"""The same words in other surroundings; quotes, answers, bad input, and what never grows."""

import random
import string

import pytest

from nlp import CURRENT, SAME_AS_PREVIOUS, Context, Copy, Meaning, ProductEntry, Understander

SHOP = [
    ProductEntry("1", "烟台苹果", ("苹果",), "箱", "1箱=5斤"),
    ProductEntry("2", "赣南脐橙", ("脐橙",), "箱"),
    ProductEntry("3", "五常大米", ("大米",), "袋"),
    ProductEntry("4", "东北大米", (), "袋"),
]
TWO = ("烟台苹果", "赣南脐橙")
DASHES = "- - - - - - - - - - - - - - - -"


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander(SHOP)


def items(meaning: Meaning) -> list[tuple[str | None, int | None, str | None]]:
    return [(i.product, None if i.quantity is None else int(i.quantity), i.unit) for i in meaning.items]


# ------------------------------------------------------------------------- what is open


@pytest.mark.parametrize(
    "text", ["+1", "A2 B1", "同上", "还有吗", "多少钱", "来两箱", "接", "不要了", "-1", "送上楼吗"]
)
def test_where_nothing_is_open_the_same_words_mean_nothing(understander: Understander, text: str) -> None:
    assert understander.understand(text, Context(open=())).silent


@pytest.mark.parametrize("text", ["+1", "还有吗", "多少钱", "来两箱"])
@pytest.mark.parametrize("how", ["mentioned", "private"])
def test_unless_the_bot_was_spoken_to(understander: Understander, text: str, how: str) -> None:
    context = Context(open=(), mentioned=how == "mentioned", private=how == "private")
    assert not understander.understand(text, context).silent


def test_being_named_in_the_text_is_being_spoken_to(understander: Understander) -> None:
    meaning = understander.understand("@小团\u2005还有吗", Context(open=()))
    assert meaning.intent == "product_question"
    assert "addressed" in meaning.flags


@pytest.mark.parametrize("text", ["苹果烂了三个", "我要退款", "转人工"])
def test_help_is_heard_everywhere(understander: Understander, text: str) -> None:
    assert not understander.understand(text, Context(open=())).silent


def test_a_word_for_two_open_items_is_a_question(understander: Understander) -> None:
    (item,) = understander.understand("大米两袋", Context(open=("五常大米", "东北大米"))).items
    assert set(item.candidates) == {"五常大米", "东北大米"}


def test_a_word_for_one_open_item_is_that(understander: Understander) -> None:
    (item,) = understander.understand("大米两袋", Context(open=("东北大米",))).items
    assert (item.product, item.candidates) == ("东北大米", ())


def test_names_that_no_catalogue_holds_are_understood_from_the_opening(understander: Understander) -> None:
    meaning = understander.understand("麻花两包", Context(open=("天津大麻花", "烟台苹果")))
    assert items(meaning) == [("天津大麻花", 2, "包")]


@pytest.mark.parametrize("text", ["稍等我帮您查", "苹果坏了的已经给您补发", "明天下午送"])
def test_agents_are_not_answered(understander: Understander, text: str) -> None:
    assert understander.understand(text, Context(open=TWO, role="agent")).silent


def test_what_is_said_to_another_member_is_theirs(understander: Understander) -> None:
    assert understander.understand("@老周\u2005来两箱", Context(open=TWO)).silent


# ------------------------------------------------------------------------- quotes and copies


def test_an_amount_under_a_quote_means_the_quoted_item(understander: Understander) -> None:
    text = f"「小团：B 赣南脐橙 29.9/箱」\n{DASHES}\n2箱"
    assert items(understander.understand(text, Context(open=TWO))) == [("赣南脐橙", 2, "箱")]


def test_a_question_under_a_quote_means_the_quoted_item(understander: Understander) -> None:
    meaning = understander.understand(f"「团长：赣南脐橙到了」\n{DASHES}\n这个甜吗", Context(open=TWO))
    assert meaning.product is not None
    assert meaning.product.product == "赣南脐橙"


def test_the_same_as_a_quoted_order(understander: Understander) -> None:
    meaning = understander.understand(f"「老赵：苹果2箱 脐橙1箱」\n{DASHES}\n我也是", Context(open=TWO))
    assert items(meaning) == [("烟台苹果", 2, "箱"), ("赣南脐橙", 1, "箱")]
    assert meaning.copy is Copy.QUOTED


def test_a_quoted_list_is_a_question_not_a_list(understander: Understander) -> None:
    text = f"「李姐：#接龙\n苹果\n1. 李姐 2箱」\n{DASHES}\n这个怎么接"
    assert understander.understand(text, Context(open=TWO)).fine != "native_list"


@pytest.mark.parametrize(
    ("text", "copy"),
    [("同上", Copy.PREVIOUS), ("跟楼上一样", Copy.PREVIOUS), ("老样子", Copy.USUAL), ("照旧", Copy.USUAL)],
)
def test_whose_order_is_copied(understander: Understander, text: str, copy: Copy) -> None:
    meaning = understander.understand(text, Context(open=TWO))
    assert [i.product for i in meaning.items] == [SAME_AS_PREVIOUS]
    assert meaning.copy is copy


# ------------------------------------------------------------------------- answers


@pytest.mark.parametrize("text", ["3", "三", "来3", "就3箱吧"])
def test_how_many(understander: Understander, text: str) -> None:
    meaning = understander.understand(text, Context(open=TWO, pending="烟台苹果要几箱？"))
    assert items(meaning) == [("烟台苹果", 3, "箱")]


@pytest.mark.parametrize("text", ["B", "b吧", "选B", "第二个", "2", "后面那个", "脐橙", "要脐橙"])
def test_which_one(understander: Understander, text: str) -> None:
    context = Context(open=TWO, pending="记1箱：A 烟台苹果 还是 B 赣南脐橙？回A/B")
    assert items(understander.understand(text, context)) == [("赣南脐橙", 1, "箱")]


@pytest.mark.parametrize("text", ["对", "嗯嗯", "好的", "可以", "没错", "👌", "OK", "是的呀", "对 谢谢"])
def test_yes_books_what_was_proposed(understander: Understander, text: str) -> None:
    context = Context(open=TWO, pending="登记 烟台苹果 2箱？回『对』")
    meaning = understander.understand(text, context)
    assert meaning.intent == "join_group_buy"
    assert items(meaning) == [("烟台苹果", 2, "箱")]


@pytest.mark.parametrize("text", ["不用了", "不要", "算了", "不对", "先不"])
def test_no_books_nothing(understander: Understander, text: str) -> None:
    meaning = understander.understand(text, Context(open=TWO, pending="登记 烟台苹果 2箱？回『对』"))
    assert (meaning.intent, meaning.fine, meaning.items) == ("chitchat", "no", ())


@pytest.mark.parametrize("text", ["对", "3", "A", "确认", "👌"])
def test_an_answer_without_a_question_is_nothing(understander: Understander, text: str) -> None:
    assert understander.understand(text, Context(open=TWO)).silent


@pytest.mark.parametrize(
    ("pending", "text", "intent"),
    [
        ("取消你的烟台苹果？回『确认』", "确认", "cancel_sign_up"),
        ("把你的烟台苹果改成3箱？回『对』", "对", "change_sign_up"),
        ("脐橙坏2个，要 1 退款 还是 2 补发？回1/2", "2", "complaint"),
        ("请问送到几号楼几室？", "6-1203", "change_sign_up"),
        ("留个电话方便通知？", "13912345678", "change_sign_up"),
    ],
)
def test_an_answer_is_about_the_question(
    understander: Understander, pending: str, text: str, intent: str
) -> None:
    assert understander.understand(text, Context(open=TWO, pending=pending)).intent == intent


def test_another_matter_is_no_answer(understander: Understander) -> None:
    meaning = understander.understand("脐橙多少钱", Context(open=TWO, pending="烟台苹果要几箱？"))
    assert (meaning.intent, meaning.sub) == ("product_question", "price")


@pytest.mark.parametrize(
    ("text", "previous", "intent"),
    [
        ("-1", "苹果2箱", "change_sign_up"),
        ("-1", "苹果1箱", "cancel_sign_up"),
        ("还没来？", "苹果2箱，今早送到", "complaint"),
    ],
)
def test_what_was_said_last_decides(
    understander: Understander, text: str, previous: str, intent: str
) -> None:
    assert understander.understand(text, Context(open=TWO, previous=previous)).intent == intent


# ------------------------------------------------------------------------- lists, times, products


def test_a_native_list_of_goods_is_left_to_the_list_reader(understander: Understander) -> None:
    text = "#接龙\n烟台苹果 39.9/箱\n\n1. 老赵 2箱\n2. 小钱 1箱"
    assert understander.understand(text, Context(open=TWO)).fine == "native_list"


def test_a_native_list_of_something_else_is_chatter(understander: Understander) -> None:
    text = "#接龙\n周末爬山\n\n1. 老赵 参加\n2. 小钱 参加"
    assert understander.understand(text, Context(open=TWO)).silent


def test_a_new_product_is_understood_at_once() -> None:
    understander = Understander(SHOP)
    understander.put(ProductEntry("9", "丹东蓝莓", ("蓝莓",), "盒"))
    assert items(understander.understand("蓝莓两盒")) == [("丹东蓝莓", 2, "盒")]
    understander.remove("9")
    assert all(i.product != "丹东蓝莓" for i in understander.understand("蓝莓两盒").items)


def test_finding_products_exact_and_misspelt(understander: Understander) -> None:
    assert understander.find_products("烟台苹果怎么样")[0].product.id == "1"
    assert understander.find_products("赣南齐橙")[0].product.id == "2"
    assert understander.find_products("今天天气不错") == []


@pytest.mark.parametrize("text", ["平果两箱", "pingguo liangxiang", "🍎两箱", "蘋果兩箱"])
def test_misspelt_names_in_orders(understander: Understander, text: str) -> None:
    assert [i.product for i in understander.understand(text, Context(open=TWO)).items] == ["烟台苹果"]


def test_the_current_item_has_no_name(understander: Understander) -> None:
    assert items(understander.understand("来两箱", Context(open=TWO))) == [(CURRENT, 2, "箱")]


# ------------------------------------------------------------------------- bad input


ODD = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff两箱",
    "‮两箱",
    "1e9份",
    "-5份",
    "９９９９９９９９９９９９箱",
    "+" * 500,
    "「" * 300,
    "1" * 3_000,
    "。" * 50,
    "@@@@@",
    "#接龙\n" * 500,
    "👨‍👩‍👧‍👦两箱",
    "十" * 100,
    "半" * 100,
    "A" * 100,
    "x" * 100,
    "٣箱",
    "²³",
    "½" * 40,
]


@pytest.mark.parametrize("text", ODD)
def test_odd_text_has_a_meaning(understander: Understander, text: str) -> None:
    assert isinstance(understander.understand(text, Context(open=TWO)), Meaning)


def _fuzzed(chance: random.Random) -> str:
    pieces = [
        *"我要来加减改换退两三半箱份盒斤个了吗不没+-x*#@12305.，。「」\n",
        *string.printable,
        "苹果",
        "脐橙",
        "接龙",
        "小团",
    ]
    pieces += [
        "\ud800",
        "\x00",
        "\u202e",
        "👍🏽",
        "🍎",
        "\u2005",
        "1e9",
        "10086",
        "退款",
        "取消",
        "改成",
        "什么时候",
        "- - - - - -",
    ]
    return "".join(chance.choices(pieces, k=chance.randrange(1, 30)))


def test_no_text_raises(understander: Understander, prove: bool) -> None:
    chance = random.Random(20)
    contexts = [
        Context(),
        Context(open=TWO),
        Context(open=(), role="leader"),
        Context(open=TWO, pending="要哪个？A 烟台苹果 B 赣南脐橙", previous="苹果2箱"),
    ]
    for number in range(100_000 if prove else 4_000):
        meaning = understander.understand(_fuzzed(chance), contexts[number % 4])
        assert all(i.quantity is None or i.quantity >= 0 for i in meaning.items)


def test_a_very_long_text_is_read_in_part(understander: Understander) -> None:
    assert isinstance(understander.understand("苹果两箱 " * 20_000, Context(open=TWO)), Meaning)


# ------------------------------------------------------------------------- a part of an order


@pytest.mark.parametrize(
    ("text", "ordered", "remark"),
    [
        ("2箱苹果，一箱多放泡沫", [("烟台苹果", 2, "箱")], "一箱多放泡沫"),
        ("苹果3箱，其中一箱切块", [("烟台苹果", 3, "箱")], "一箱切块"),
        ("三箱苹果一箱要小的", [("烟台苹果", 3, "箱")], "一箱要小的"),
        ("2箱苹果，一箱送8-201，一箱我自己拿", [("烟台苹果", 2, "箱")], "一箱送8-201，一箱我自己拿"),
        (
            "2箱苹果 1箱脐橙 自提，另1箱脐橙送5-301",
            [("烟台苹果", 2, "箱"), ("赣南脐橙", 1, "箱"), ("赣南脐橙", 1, "箱")],
            "1箱脐橙送5-301",
        ),
        ("要箱苹果，再来2箱脐橙", [("烟台苹果", None, None), ("赣南脐橙", 2, "箱")], None),
        ("苹果2箱脐橙1箱送3号楼", [("烟台苹果", 2, "箱"), ("赣南脐橙", 1, "箱")], None),
    ],
)
def test_what_is_said_of_a_part_is_a_remark_and_no_order_of_its_own(
    understander: Understander, text: str, ordered: object, remark: str | None
) -> None:
    meaning = understander.understand(text, Context(open=TWO))
    assert (items(meaning), meaning.remark) == (ordered, remark)


@pytest.mark.parametrize(
    "text", ["剩下的苹果我都要", "苹果剩下的全要了", "苹果剩下的我全包了", "余下的苹果都给我"]
)
def test_all_that_is_left_in_any_order_of_words(understander: Understander, text: str) -> None:
    meaning = understander.understand(text, Context(open=TWO))
    assert (meaning.intent, meaning.fine) == ("join_group_buy", "join_rest")
    assert items(meaning) == [("烟台苹果", None, None)]
