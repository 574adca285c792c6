"""Words: jieba as the reference, rjieba as the same faster."""

from pathlib import Path

import pytest

from nlp.segment import JiebaSegmenter, RjiebaSegmenter, segmenter

SHOP = ["烟台苹果", "耙耙柑", "螺蛳粉", "羊肉卷"]
TEXTS = [
    "我要两盒耙耙柑和三份羊肉卷",
    "螺蛳粉什么时候发货呀",
    "这个烟台苹果甜不甜",
    "团长今天几点截单",
    "收到了 包装有点破",
    "hello 世界",
    "",
]


@pytest.fixture(scope="module")
def jieba_segmenter(tmp_path_factory: pytest.TempPathFactory) -> JiebaSegmenter:
    return JiebaSegmenter(SHOP, tmp_path_factory.mktemp("jieba"))


def test_words_of_the_shop_stay_whole(jieba_segmenter: JiebaSegmenter) -> None:
    assert "耙耙柑" in jieba_segmenter.cut(TEXTS[0])
    assert "羊肉卷" in jieba_segmenter.cut(TEXTS[0])


def test_words_added_later_count_from_the_next_text(jieba_segmenter: JiebaSegmenter) -> None:
    jieba_segmenter.add(["冻秋梨王"])
    assert "冻秋梨王" in jieba_segmenter.cut("来三袋冻秋梨王")


@pytest.mark.parametrize("text", TEXTS)
def test_the_accelerator_cuts_the_same(jieba_segmenter: JiebaSegmenter, text: str) -> None:
    assert RjiebaSegmenter(SHOP).cut(text) == jieba_segmenter.cut(text)


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_lost(jieba_segmenter: JiebaSegmenter, text: str) -> None:
    assert "".join(jieba_segmenter.cut(text)) == text


def test_the_cache_is_private(tmp_path: Path) -> None:
    JiebaSegmenter(cache=tmp_path / "words")
    assert (tmp_path / "words" / "jieba.cache").exists()


def test_the_fastest_installed_is_taken() -> None:
    assert isinstance(segmenter(SHOP), RjiebaSegmenter)
