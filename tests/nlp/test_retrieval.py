"""Product search: what fits comes first."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.related import RelatedWords
from nlp.retrieval import Hit, ProductSearch, SearchEntry, found_lines, search_text, simplified

SHOP = [
    SearchEntry("1", "美的电压力锅 5升", "双胆"),
    SearchEntry("2", "苏泊尔平底不粘锅 28厘米"),
    SearchEntry("3", "云南蓝莓 125克", "现摘现发 甜"),
    SearchEntry("4", "保湿面霜 50克", "秋冬滋润"),
    SearchEntry("5", "棉柔洗脸巾 80抽"),
    SearchEntry("6", "平板拖把 一拖两布"),
    SearchEntry("7", "罗技无线鼠标 M185"),
    SearchEntry("8", "红心猕猴桃 一箱20个", "别名 奇异果"),
    SearchEntry("9", "蓝色收纳箱 大号"),
]


@pytest.fixture(scope="module")
def shop() -> ProductSearch:
    return ProductSearch(SHOP)


def first(search: ProductSearch, query: str) -> str | None:
    return next((hit.id for hit in search.search(query)), None)


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("美的压力锅", "1"),
        ("压力锅有美的这个牌子么", "1"),
        ("罗技家的鼠标有没", "7"),
        ("請問有藍莓嗎", "3"),
        ("Ｍ１８５鼠标", "7"),
        ("m185", "7"),
        ("兰梅", "3"),
        ("弥猴逃", "8"),
        ("奇异果", "8"),
        ("抹脸的", "4"),
        ("地上脏了拖一拖用的", "6"),
        ("煎蛋不粘的", "2"),
        ("冬天抹脸", "4"),
    ],
)
def test_what_people_write_finds_the_product(shop, query, id):
    assert first(shop, query) == id


def test_scores_fall_and_name_the_product(shop):
    hits = shop.search("蓝莓")
    assert hits[0] == Hit("3", "云南蓝莓 125克", hits[0].score)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len(shop.search("锅", limit=1)) == 1


@pytest.mark.parametrize("query", ["", "   ", "？！", "的", "xyzw", "🎉"])
def test_nothing_in_common_finds_nothing(shop, query):
    assert shop.search(query) == []


def test_the_name_counts_more_than_the_rest():
    search = ProductSearch([SearchEntry("a", "甘蔗汁", "配苹果"), SearchEntry("b", "苹果汁")])
    assert first(search, "苹果") == "b"


def test_a_named_product_is_not_displaced_by_related_words():
    related = RelatedWords(["洗碗\t洗碗布 洗碗机"])
    entries = [SearchEntry("a", "洗碗块"), SearchEntry("b", "洗碗机 洗碗布 洗碗")]
    search = ProductSearch(entries, related=related)
    assert first(search, "洗碗块") == "a"


def test_a_product_can_be_put_changed_and_removed_while_searching():
    search = ProductSearch(SHOP)
    search.put(SearchEntry("x", "广西沃柑"))
    assert first(search, "沃柑") == "x"
    search.put(SearchEntry("x", "手工月饼"))
    assert first(search, "沃柑") is None
    assert first(search, "月饼") == "x"
    search.remove("x")
    search.remove("x")
    assert first(search, "月饼") is None
    assert len(search) == len(SHOP)


def test_many_changes_leave_what_a_fresh_index_would_find():
    search = ProductSearch(SHOP)
    for turn in range(300):
        search.put(SearchEntry("x", f"手工月饼第{turn}版"))
    fresh = ProductSearch([*SHOP, SearchEntry("x", "手工月饼第299版")])
    assert [h.id for h in search.search("蓝莓 月饼")] == [h.id for h in fresh.search("蓝莓 月饼")]
    assert len(search) == len(SHOP) + 1


def test_a_large_catalogue_is_pruned_without_losing_the_best(monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(7)
    words = ["家用", "厨房", "新款", "包邮", "加厚", "收纳", "可爱", "保温"]
    names = ["".join(chance.sample(words, 5)) + str(n) for n in range(2_000)]
    entries = [SearchEntry(str(n), name) for n, name in enumerate(names)]
    entries.append(SearchEntry("it", "新款家用厨房挂钩"))
    full = ProductSearch(entries).search("家用厨房挂钩")
    monkeypatch.setattr("nlp.retrieval._BUDGET", 50)
    pruned = ProductSearch(entries).search("家用厨房挂钩")
    assert full[0].id == pruned[0].id == "it"


@given(st.text(max_size=300))
def test_any_text_is_a_query(text):
    hits = ProductSearch(SHOP[:3]).search(text)
    assert all(hit.score > 0 for hit in hits)


def test_lines_for_the_command_line_are_json_in_the_order_of_the_queries(shop):
    lines = list(found_lines(shop, ["蓝莓\n", "\n", "鼠标"], 3))
    answers = [json.loads(line) for line in lines]
    assert answers[0][0].keys() == {"id", "name", "score"}
    assert (answers[0][0]["id"], answers[1], answers[2][0]["id"]) == ("3", [], "7")


def test_forms_of_a_text_are_one():
    assert simplified("ＡＢ 蘋果") == "ab 苹果"


def test_aliases_and_facts_become_the_text_of_an_entry():
    text = search_text(["奇异果"], {"origin": "四川", "口味": "甜", "image": ""})
    assert text == "奇异果 四川 口味甜"
