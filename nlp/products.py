"""The names of products found in a text: exactly in one pass, by sound and spelling when asked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.normalize import fold
from nlp.quantities import COUNT_UNITS
from nlp.sounds import Sounds, blur, syllable

RARE = 400
"""A bigram or sound shared by more words than this tells nothing and is skipped, so cost stays flat."""
_OPEN_SETS = 1024
_WHOLE = 0.7
"""Words from this rank on stand for a product; below it they are parts of its name."""
_TOLD_APART = 5
_GENERIC_WORDS = """
    礼盒 套装 组合 家庭装 大礼包 天然 有机 新鲜 手工 即食 进口 农家 精选 特级 优质 正宗 现货 大号
    小号 特价 食品 一次 家用 整箱 现磨 现做 特产 本地 儿童 婴儿 成人 水果 蔬菜 原味 包邮 大份 小份
    单人 双人 冷冻 冷藏 速冻 鲜活
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Pieces of product names that name nothing."""
_COMPOUND = frozenset("节台厂园街路村镇队班")
"""After a name these make another word of it: 啤酒节, 芒果台, 苹果园."""
_NUMERALS = frozenset("0123456789一二两三四五六七八九十百千半")


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """What understanding needs to know of a product."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    unit: str | None = None
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class ProductHit:
    """`mention`, which stands at `start:end` of the normalised text, names `product` (score 0 to 1)."""

    product: ProductEntry
    mention: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the text and the products it may mean, the likeliest first.

    `weak`: a single character, or a part of a name, that counts only beside an amount or a question.
    """

    start: int
    end: int
    names: tuple[str, ...]
    score: float = 1.0
    weak: bool = False


class _Words:
    """An automaton from words to the names they may mean."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        self.rank: dict[str, float] = {}
        self._automaton: Any = None

    def add(self, word: str, name: str, rank: float) -> None:
        known = self.rank.get(word, 0.0)
        if rank > known:
            self.rank[word] = rank
            self.names[word] = [name]
        elif rank == known and name not in self.names[word]:
            self.names[word].append(name)

    def freeze(self) -> None:
        import ahocorasick

        automaton = ahocorasick.Automaton()
        for word in [w for w, r in self.rank.items() if r < _WHOLE and len(self.names[w]) > _TOLD_APART]:
            # 大米 at the end of a hundred names tells none of them.
            del self.names[word], self.rank[word]
        for word in self.names:
            automaton.add_word(word, word)
        if self.names:
            automaton.make_automaton()
            self._automaton = automaton
        else:
            self._automaton = None

    def iter(self, text: str) -> Iterator[tuple[int, str]]:
        return iter(()) if self._automaton is None else self._automaton.iter(text)


def _spellings(entry: ProductEntry) -> Iterator[tuple[str, float]]:
    """The words that stand for a product: its name 1.0, an alias 0.9, the noun it ends with 0.6."""
    name = fold(entry.name).strip()
    yield name, 1.0
    if " " in name:
        yield name.replace(" ", ""), 1.0
    for alias in entry.aliases:
        if word := fold(alias).strip():
            yield word, 0.9
    plain = name.split("(")[0].strip()
    if 4 <= len(plain) <= 10 and not plain.isascii():
        for size in (3, 2):
            tail = plain[-size:]
            if tail not in _GENERIC and not any(c in _NUMERALS or c.isascii() for c in tail):
                yield tail, 0.6
            head = plain[:size]
            if head not in _GENERIC and not any(c in _NUMERALS or c.isascii() for c in head):
                yield head, 0.5


def _parts(name: str) -> Iterator[str]:
    """Pieces of the name of an open item by which people call it."""
    plain = fold(name).split("(")[0].strip()
    for size in range(min(len(plain), 8), 1, -1):
        for start in range(len(plain) - size + 1):
            part = plain[start : start + size]
            if (
                part not in _GENERIC
                and not (_NUMERALS & set(part))
                and not part.isascii()
                and " " not in part
            ):
                yield part
    if len(plain) > 1 and not plain[-1].isascii() and plain[-1] not in COUNT_UNITS:
        yield plain[-1]


class Products:
    """All products of a shop: a large frozen automaton, and a small one for what changed since."""

    def __init__(self, products: Iterable[ProductEntry]) -> None:
        self._by_name: dict[str, ProductEntry] = {}
        self._name_of: dict[str, str] = {}
        self._big = _Words()
        self._small = _Words()
        self._changed: dict[str, ProductEntry] = {}
        self._gone: set[str] = set()
        self._dirty = False
        self._sounds: Sounds | None = None
        self._open: dict[tuple[str, ...], _Words] = {}
        for entry in products:
            self._by_name[entry.name] = entry
            self._name_of[entry.id] = entry.name
            for word, rank in _spellings(entry):
                self._big.add(word, entry.name, rank)
        self._big.freeze()

    def __len__(self) -> int:
        return len(self._by_name)

    def entry(self, name: str) -> ProductEntry | None:
        """The product of that exact name."""
        return self._by_name.get(name)

    def put(self, product: ProductEntry) -> None:
        """Adds or replaces a product; the next text already finds it."""
        self.remove(product.id)
        self._by_name[product.name] = product
        self._name_of[product.id] = product.name
        self._changed[product.name] = product
        self._dirty = True

    def remove(self, product_id: str) -> None:
        """Forgets a product."""
        name = self._name_of.pop(product_id, None)
        if name is None:
            return
        self._by_name.pop(name, None)
        self._changed.pop(name, None)
        self._gone.add(name)
        self._dirty = True
        self._open.clear()

    def find(self, text: str, open_names: Sequence[str] | None = None) -> list[Found]:
        """Words of `text` (normalised) that name products, longest first, without overlaps, in text order."""
        hits: list[tuple[int, int, float, str, _Words]] = []
        if self._dirty:
            self._refresh()
        for words, bonus in self._sources(open_names):
            for end, word in words.iter(text):
                start = end - len(word) + 1
                hits.append((-len(word), start, -words.rank[word] - bonus, word, words))
        if not hits:
            return []
        hits.sort(key=lambda h: h[:4])
        return self._chosen(text, hits, open_names)

    def _sources(self, open_names: Sequence[str] | None) -> Iterator[tuple[_Words, float]]:
        yield self._big, 0.0
        if self._changed:
            yield self._small, 0.05
        if open_names:
            yield self._open_words(tuple(open_names)), 0.5

    def _chosen(
        self,
        text: str,
        hits: list[tuple[int, int, float, str, _Words]],
        open_names: Sequence[str] | None,
    ) -> list[Found]:
        taken = bytearray(len(text))
        chosen: list[Found] = []
        for minus, start, _, word, words in hits:
            end = start - minus
            if taken[start] or taken[end - 1] or any(taken[start:end]):
                continue
            if word.isascii() and _inside_latin(text, start, end):
                continue
            names = tuple(n for n in words.names[word] if words is not self._big or n not in self._gone)
            if not names:
                continue
            taken[start:end] = b"\x01" * (end - start)
            rank = words.rank[word]
            weak = len(word) == 1 or rank < _WHOLE or text[end : end + 1] in _COMPOUND
            if open_names and words is not self._open_words(tuple(open_names)):
                # Something that is not on offer here: still its name, said with less weight.
                rank -= 0.3
            chosen.append(Found(start, end, names, rank, weak))
        chosen.sort(key=lambda f: f.start)
        return chosen

    def _refresh(self) -> None:
        self._small = _Words()
        for entry in self._changed.values():
            for word, rank in _spellings(entry):
                self._small.add(word, entry.name, rank)
        # A replaced product lives in the small automaton: its old words in the big one are dead.
        self._small.freeze()
        self._open.clear()
        self._sounds = None
        self._dirty = False

    def _open_words(self, names: tuple[str, ...]) -> _Words:
        known = self._open.get(names)
        if known is not None:
            return known
        words = _Words()
        for name in names:
            entry = self._by_name.get(name) or ProductEntry("", name)
            for part in _parts(name):
                words.add(part, name, 0.8 if len(part) > 1 else 0.6)
        for name in names:
            entry = self._by_name.get(name) or ProductEntry("", name)
            for word, rank in _spellings(entry):
                shared = words.names.get(word, [])
                if rank == 0.9 and any(other != name for other in shared):
                    # 荔枝 is an alias of one and a part of another that is open too: both fit.
                    words.rank[word] = 0.9
                    words.names[word] = [name, *(other for other in shared if other != name)]
                elif rank > _WHOLE:
                    words.add(word, name, rank)
        words.freeze()
        if len(self._open) >= _OPEN_SETS:
            self._open.pop(next(iter(self._open)))
        self._open[names] = words
        return words

    # ------------------------------------------------------------------ by sound and by spelling

    def warm(self) -> None:
        """Builds the index of sounds now instead of at the first misspelling."""
        if self._dirty:
            self._refresh()
        if self._sounds is None:
            sounds = Sounds()
            for source in (self._big, self._small):
                for word, rank in source.rank.items():
                    if rank > _WHOLE:
                        sounds.add(word)
            self._sounds = sounds

    def sounds_like(self, chunk: str, open_names: Sequence[str] | None = None) -> Found | None:
        """The product whose name sounds or looks like a part of `chunk` (a short stretch of text)."""
        chunk = chunk[:12]
        self.warm()
        assert self._sounds is not None
        known = self._sounds.by_sound
        said = [syllable(char) for char in chunk]
        for size in range(min(len(chunk), 6), 1, -1):
            for start in range(len(chunk) - size + 1):
                key = blur("".join(said[start : start + size]))
                if len(key) >= 4 and key in known and (names := self._same_sound(key)):
                    return self._preferred(start, start + size, names, 0.75, open_names)
        return self._nearest(chunk, open_names)

    def pinyin_word(self, word: str, open_names: Sequence[str] | None = None) -> tuple[str, ...]:
        """Names that are typed as `word` in Latin letters without tones (niunai)."""
        self.warm()
        names = self._same_sound(blur(word))
        found = self._preferred(0, len(word), names, 0.75, open_names) if names else None
        return () if found is None else found.names

    def _same_sound(self, key: str) -> list[str]:
        assert self._sounds is not None
        words = self._sounds.by_sound.get(key, ()) if len(key) >= 4 else ()
        names: list[str] = []
        for word in words[:20]:
            names += [n for n in self._names(word) if n not in names]
        return names

    def _names(self, word: str) -> list[str]:
        found = list(self._small.names.get(word, ()))
        return found + [n for n in self._big.names.get(word, ()) if n not in self._gone]

    def _preferred(
        self, start: int, end: int, names: list[str], score: float, open_names: Sequence[str] | None
    ) -> Found | None:
        if open_names:
            here = [n for n in names if n in open_names]
            names = here or names
        return Found(start, end, tuple(names), score, weak=True) if names else None

    def _nearest(self, chunk: str, open_names: Sequence[str] | None) -> Found | None:
        from rapidfuzz.distance import OSA

        assert self._sounds is not None
        votes: dict[str, int] = defaultdict(int)
        for i in range(len(chunk) - 1):
            words = self._sounds.by_gram.get(chunk[i : i + 2], ())
            if len(words) <= RARE:
                for word in words:
                    votes[word] += 1
        best: tuple[float, str, int, int] | None = None
        for word in sorted(votes, key=lambda w: (-votes[w], w))[:20]:
            if len(word) < 3:
                continue
            spans = [
                (i, len(word) - d) for d in (0, 1) for i in range(max(1, len(chunk) - len(word) + d + 1))
            ]
            for start, size in spans:
                part = chunk[start : start + size]
                distance = OSA.distance(part, word)
                score = 1 - distance / len(word)
                if distance <= max(1, len(word) // 4) and (best is None or score > best[0]):
                    best = (score, word, start, size)
        if best is None or best[0] < 0.66:
            return None
        score, word, start, size = best
        return self._preferred(start, start + size, self._names(word), score * 0.8, open_names)


def _inside_latin(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start] if start else ""
    after = text[end : end + 1]
    return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
