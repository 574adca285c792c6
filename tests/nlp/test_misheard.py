"""Set phrases in other characters of the same sound, and what only looks like one."""

import pytest

from nlp.misheard import SHORT
from nlp.normalize import normalize


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("油没油苹果", "有没有苹果"),
        ("苹果多少前", "苹果多少钱"),
        ("粽子几快一袋", "粽子几块一袋"),
        ("香梨优货吗", "香梨有货吗"),
        ("还油吗", "还有吗"),
        ("这橙子怎么麦呀", "这橙子怎么卖呀"),
        ("几店截", "几点截"),
        ("新疆瓜舔吗", "新疆瓜甜吗"),
    ],
)
def test_it_is_read_as_it_sounds(text: str, heard: str) -> None:
    assert normalize(text).text == heard


@pytest.mark.parametrize(
    "text", ["谁有火吗", "又没有了", "多少千克一箱", "今天吗", "聊天吗", "上海有吗", "这几天不", "新先生"]
)
def test_what_is_meant_as_written_stays(text: str) -> None:
    assert normalize(text).text == text


def test_a_long_text_holds_such_pairs_by_chance() -> None:
    text = "油没油" + "好" * SHORT
    assert normalize(text).text == text


def test_the_way_back_to_the_original_is_kept() -> None:
    note = normalize("@小团 油没油苹果")
    at = note.text.index("苹果")
    assert note.source[note.offsets[at] :] == "苹果"
