"""Names of products in a text: exact, by what is open, by sound and spelling, and as they change."""

import pytest

from nlp.products import ProductEntry, Products

APPLE = ProductEntry("1", "烟台苹果", ("苹果", "红富士"), "箱")
ORANGE = ProductEntry("2", "赣南脐橙", ("脐橙",), "箱")
NORTH = ProductEntry("3", "东北大米", (), "袋")
RICE = ProductEntry("4", "五常大米", ("大米",), "袋")
SALMON = ProductEntry("5", "三文鱼", (), "份")
KIWI = ProductEntry("6", "奇异果", ("kiwi",), "盒")


@pytest.fixture
def products() -> Products:
    return Products([APPLE, ORANGE, NORTH, RICE, SALMON, KIWI])


def names(products: Products, text: str, open_names: tuple[str, ...] | None = None) -> list[tuple[str, ...]]:
    return [found.names for found in products.find(text, open_names)]


def test_names_and_aliases(products: Products) -> None:
    assert names(products, "烟台苹果和脐橙") == [("烟台苹果",), ("赣南脐橙",)]


def test_the_longest_name_wins(products: Products) -> None:
    assert names(products, "东北大米两袋") == [("东北大米",)]


def test_a_short_word_means_what_is_open(products: Products) -> None:
    assert names(products, "大米一袋", ("东北大米",)) == [("东北大米",)]


def test_a_word_for_two_open_items_names_both(products: Products) -> None:
    (both,) = names(products, "大米一袋", ("东北大米", "五常大米"))
    assert set(both) == {"东北大米", "五常大米"}


def test_latin_names_are_whole_words(products: Products) -> None:
    assert names(products, "kiwi一盒") == [("奇异果",)]
    assert names(products, "kiwix") == []


def test_a_name_inside_another_word_is_weak(products: Products) -> None:
    (found,) = products.find("苹果园站怎么走")
    assert found.weak


@pytest.mark.parametrize("written", ["平果", "红付士", "齐橙", "五常大迷", "烟台平果"])
def test_misspelt_names_are_found_by_sound_or_shape(products: Products, written: str) -> None:
    assert products.sounds_like(written) is not None


def test_other_words_sound_like_nothing(products: Products) -> None:
    assert products.sounds_like("今天天气真好") is None


def test_pinyin(products: Products) -> None:
    assert products.pinyin_word("qicheng") == ("赣南脐橙",)


def test_a_new_product_is_there_at_once(products: Products) -> None:
    products.put(ProductEntry("9", "丹东蓝莓", ("蓝莓",), "盒"))
    assert names(products, "蓝莓两盒") == [("丹东蓝莓",)]


def test_a_removed_product_is_gone_at_once(products: Products) -> None:
    products.remove("1")
    assert names(products, "苹果两箱") == []


def test_a_renamed_product_answers_to_its_new_name_only(products: Products) -> None:
    products.put(ProductEntry("1", "洛川苹果王", ("洛川",), "箱"))
    assert names(products, "洛川一箱") == [("洛川苹果王",)]
    assert ("烟台苹果",) not in names(products, "烟台苹果一箱")


def test_an_unchanged_name_survives_an_update(products: Products) -> None:
    products.put(ProductEntry("1", "烟台苹果", ("栖霞苹果",), "箱"))
    assert names(products, "栖霞苹果一箱") == [("烟台苹果",)]
    assert names(products, "烟台苹果一箱") == [("烟台苹果",)]


def test_thousands_of_changes_are_one_rebuild(products: Products) -> None:
    for i in range(5_000):
        products.put(ProductEntry(f"n{i}", f"新品{i}号礼包", (), "份"))
    assert names(products, "新品77号礼包") == [("新品77号礼包",)]
    assert len(products) == 5_006


def test_a_shop_without_products_finds_nothing() -> None:
    empty = Products([])
    assert names(empty, "苹果两箱") == []
    assert empty.sounds_like("苹果") is None
