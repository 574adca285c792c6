"""What the linear models see of a text: folded characters, their n-grams, and the word classes
(concepts) that it touches."""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

GOODS = "\ue000"
"""Stands for any product name, in texts that callers mask and in the folded form."""

_FIRST_CONCEPT = 0xE100
_LONGEST_GRAM = 4
_LONGEST_TEXT = 400
"""Characters read of a text: what it wants stands at its beginning, and work stays bounded."""
_PAIRED_CONCEPTS = 12
"""Only the first concepts of a text are paired: pairs grow with the square."""
_PAIR_REACH = 4

_PUNCTUATION = str.maketrans(
    dict.fromkeys("，。、；：,;:“”\"'‘’（）()【】《》<>…~～·—-_=|｜/\\\t\r\n\u3000\u2005\xa0", " ")
    | {"！": "!", "？": "?"}
)
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?|[一二两三四五六七八九十百廿仨俩半几]{1,6}(?=["
    + "份盒箱袋板斤公克个只条瓶罐桶包提打枚颗篮把束支根件套串块壶捆筐兜"
    + "天年月号点分小元毛折双张杯碗"
    + "])"
)
_POLITE = re.compile(
    r"(?:(?:亲爱的|亲+|你好|您好|您好呀|hi|hello|哈喽|在吗|在不在|在不|在么|请问一下|请问下|请问|麻烦问一下|麻烦问下|麻烦|问一下|问下|"
    r"我想咨询一下|我想咨询下|我想咨询|咨询一下|咨询下|我想问一下|我想问下|我想问问|我想问|想问一下|想问下|想问问|想问|我问下|我问一下|"
    r"不好意思|打扰了|打扰一下|那个|那|嗯+|哦+|啊|哎|诶|恩+|额|呃)[ !?]*)+(?=.{2})"
)
_SPACES = re.compile(r" {2,}")


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def lexicon() -> dict[str, str]:
    """Words with the marks of their concepts. `concepts.txt` holds one concept a line: its name, then
    its words."""
    words: dict[str, str] = {}
    for number, line in enumerate(_lines("concepts.txt")):
        name, *members = line.split()
        mark = GOODS if name == "GOODS" else chr(_FIRST_CONCEPT + number)
        for word in members:
            words[word] = words.get(word, "") + mark
    words[GOODS] = GOODS
    return words


@cache
def _finder() -> Callable[[str], Iterator[tuple[int, tuple[int, str]]]]:
    """Finds every word of the lexicon in a text: its last place, its length and its marks."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for word, mark in lexicon().items():
        automaton.add_word(word, (len(word), mark))
    automaton.make_automaton()
    found: Callable[[str], Iterator[tuple[int, tuple[int, str]]]] = automaton.iter
    return found


def fold(text: str) -> str:
    """The text with punctuation, case, numbers and opening courtesies levelled."""
    flat = _SPACES.sub(" ", text[:_LONGEST_TEXT].translate(_PUNCTUATION).lower()).strip()
    flat = _POLITE.sub("", flat, count=1) if _POLITE.match(flat) else flat
    return _NUMBER.sub("0", flat)


def _concepts(flat: str) -> tuple[str, str]:
    """The marks of the words found, left to right, and the text with product names masked."""
    # Of the words that begin at one place the longest is found last.
    longest = {last + 1 - word[0]: word for last, word in _finder()(flat)}
    marks, masked, at, kept = "", "", 0, 0
    for start in sorted(longest):
        if start < at:
            continue
        size, mark = longest[start]
        at = start + size
        marks += mark
        if mark == GOODS:
            masked += flat[kept:start] + GOODS
            kept = at
    return marks, masked + flat[kept:]


_GRAMS = [[slice(at, at + size) for at in range(_LONGEST_TEXT + 2)] for size in range(_LONGEST_GRAM + 1)]


@lru_cache(maxsize=8)
def features(text: str) -> tuple[str, ...]:
    """Distinct features of a text: n-grams of 1 to 4 folded characters with `^` and `$` at the
    ends, concepts, and ordered pairs of concepts that stand near each other."""
    marks, masked = _concepts(fold(text))
    framed = f"^{masked}$"
    found = [*masked]
    for size in range(2, _LONGEST_GRAM + 1):
        found += map(framed.__getitem__, _GRAMS[size][: max(0, len(framed) - size + 1)])
    found += marks
    marks = marks[:_PAIRED_CONCEPTS]
    found += [a + b for at, a in enumerate(marks) for b in marks[at + 1 : at + 1 + _PAIR_REACH]]
    found.append(_LENGTHS[min(len(masked), 40) // 4])
    return tuple(dict.fromkeys(found))


_LENGTHS = [f"#{size}" for size in range(11)]


def is_concept(feature: str) -> bool:
    """Whether a feature is a word class or a pair of them."""
    return feature[0] >= GOODS
