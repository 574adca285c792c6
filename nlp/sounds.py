"""How words sound and which pairs of characters they hold, for names that are misspelt."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path


@dataclass
class Sounds:
    """Words by their sound and by their character pairs, for misspelt names."""

    by_sound: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_gram: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, word: str) -> None:
        """Makes a word of two to twelve characters findable."""
        if len(word) < 2 or len(word) > 12:
            return
        self.by_sound[sound(word)].append(word)
        for gram in {word[i : i + 2] for i in range(len(word) - 1)}:
            self.by_gram[gram].append(word)


def sound(word: str) -> str:
    """The toneless pinyin of a word, blurred where dialects do not tell sounds apart."""
    return blur("".join(map(syllable, word)))


def blur(pinyin: str) -> str:
    """zh z, ch c, sh s, ng n as one."""
    return pinyin.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n")


@lru_cache(maxsize=16_384)
def syllable(char: str) -> str:
    """The toneless pinyin of one character; Latin letters stand for themselves."""
    if char.isascii():
        return char
    said = _readings().get(ord(char), "").partition(",")[0]
    plain = unicodedata.normalize("NFD", said.replace("ü", "v"))
    return "".join(c for c in plain if c.isascii())


@cache
def _readings() -> dict[int, str]:
    """pypinyin's table of characters, loaded alone: the package would bring 50 MB of phrases along."""
    package = find_spec("pypinyin")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).with_name("pinyin_dict.py")
    spec = spec_from_file_location("_pinyin_characters", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: dict[int, str] = module.pinyin_dict
    return table
