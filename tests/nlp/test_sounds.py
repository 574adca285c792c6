"""How words sound."""

import pytest

from nlp.sounds import Sounds, blur, sound, syllable


@pytest.mark.parametrize(
    ("one", "other"), [("市", "四"), ("苹果", "平果"), ("诱惑", "有货"), ("猪排", "租牌")]
)
def test_homophones_sound_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_what_dialects_do_not_tell_apart() -> None:
    assert blur("zhongshang") == "zonsan"


@pytest.mark.parametrize(("char", "said"), [("鱼", "yu"), ("a", "a"), ("😀", ""), ("①", "")])
def test_one_character(char: str, said: str) -> None:
    assert syllable(char) == said


def test_words_are_found_by_sound_and_by_pairs() -> None:
    sounds = Sounds()
    sounds.add("赣南脐橙")
    assert sounds.by_sound[sound("赣南奇程")] == ["赣南脐橙"]
    assert sounds.by_gram["脐橙"] == ["赣南脐橙"]


@pytest.mark.parametrize("word", ["姜", "一个很长很长很长很长的商品标题"])
def test_words_too_short_or_long_are_left_out(word: str) -> None:
    sounds = Sounds()
    sounds.add(word)
    assert not sounds.by_sound
