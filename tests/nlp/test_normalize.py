"""One spelling for what clients and people write, and the way back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalize import fold, fold_each, normalize


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("＋１", "+1"),
        ("Ａ２　Ｂ１", "a2 b1"),
        ("團購兩箱", "团购两箱"),
        ("1️⃣", "1"),
        ("③号", "3号"),
        ("水饺×2", "水饺x2"),
        ("½箱", "半箱"),
        ("10㎏", "10kg"),
        ("三斤\u200b半", "三斤半"),
        ("来一箱🍊", "来一箱橙子"),
        ("好的[抱拳]", "好的 "),
        ("[OK]", "👌"),
        ("[图片]这个", "[图片]这个"),
        ('甜<span class="emoji emoji1f60b"></span>吗', "甜吗"),
        ("👍🏻", "👍"),
    ],
)
def test_writes_in_one_spelling(raw: str, plain: str) -> None:
    assert normalize(raw).text == plain


@pytest.mark.parametrize("gap", ["\u2005", " ", ""])
def test_the_bots_name_is_taken_off_however_it_is_set_apart(gap: str) -> None:
    note = normalize(f"@小团{gap}截单")
    assert note.mentioned_bot
    assert note.text.strip() == "截单"


def test_other_members_are_mentioned_too() -> None:
    note = normalize("@王姐\u2005帮我加一份")
    assert not note.mentioned_bot
    assert note.mentions == ("王姐",)


def test_a_mail_address_is_no_mention() -> None:
    assert normalize("发到 a@b.cn 吧").mentioned_bot is False


def test_a_quote_is_read_apart() -> None:
    note = normalize("「老赵：苹果２箱」\n- - - - - - - - - - - - - - - -\n我也是")
    assert note.quote == ("老赵", "苹果2箱")
    assert note.text == "我也是"
    assert note.surface(0, 3) == "我也是"


def test_brackets_alone_are_no_quote() -> None:
    assert normalize("「新品」来了").quote is None


def test_the_surface_is_what_was_typed() -> None:
    note = normalize("@小团\u2005幫對門劉姨带２箱")
    start = note.text.index("对门刘姨")
    assert note.surface(start, start + 4) == "對門劉姨"
    end = len(note.text)
    assert note.surface(end - 2, end) == "２箱"


def test_a_flood_is_cut() -> None:
    assert len(normalize("哈" * 100_000).text) == 2_000


@given(st.text(max_size=60))
def test_any_text_maps_back(text: str) -> None:
    note = normalize(text)
    assert len(note.offsets) == len(note.text) + 1
    assert all(a <= b for a, b in zip(note.offsets, note.offsets[1:], strict=False))
    assert note.surface(0, len(note.text)) in text or note.quote is not None or note.mentions


@given(st.text(max_size=60))
def test_folding_each_character_moves_nothing(text: str) -> None:
    assert len(fold_each(text)) == len(text)


def test_names_and_messages_meet_in_one_spelling() -> None:
    assert fold("🍊禮盒") == fold("橙子礼盒")
