"""The names of products found in a text: exactly in one pass, by sound and spelling when asked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nlp.names import BIG, OPEN, SMALL, WHOLE, Hit, Raw, Word, Words, hits_of, span
from nlp.normalize import fold
from nlp.quantities import COUNT_UNITS
from nlp.sounds import Sounds, blur, syllable

RARE = 400
"""A bigram or sound shared by more words than this tells nothing and is skipped, so cost stays flat."""
_OPEN_SETS = 1024
_GENERIC_WORDS = """
    礼盒 套装 组合 家庭装 大礼包 天然 有机 新鲜 手工 即食 进口 农家 精选 特级 优质 正宗 现货 大号
    小号 特价 食品 一次 家用 整箱 现磨 现做 特产 本地 儿童 婴儿 成人 水果 蔬菜 原味 包邮 大份 小份
    单人 双人 冷冻 冷藏 速冻 鲜活
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Pieces of product names that name nothing."""
_COMPOUND = frozenset("节台厂园街路村镇队班羹酱醋粥树苗派味机")
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


class Found(NamedTuple):
    """A word of the text and the products it may mean, the likeliest first.

    `weak`: a single character, or a part of a name, that counts only beside an amount or a question.
    """

    start: int
    end: int
    names: tuple[str, ...]
    score: float = 1.0
    weak: bool = False


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


_WITH_ZI = frozenset("丸饺桃橘李柿栗粽包鸭兔鸽枣杏梨茄柚椰虾笋棒馅狮果谷豆瓜竹")
"""A name that ends so is also called with 子: 牛肉丸 is 丸子."""


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
        if plain[-1] in _WITH_ZI:
            yield f"{plain[-1]}子"


class Products:
    """All products of a shop: a large frozen automaton, and a small one for what changed since."""

    def __init__(self, products: Iterable[ProductEntry]) -> None:
        self._by_name: dict[str, ProductEntry] = {}
        self._name_of: dict[str, str] = {}
        self._big = Words(BIG)
        self._small = Words(SMALL)
        self._changed: dict[str, ProductEntry] = {}
        self._gone: set[str] = set()
        self._dirty = False
        self._sounds: Sounds | None = None
        self._open: dict[tuple[str, ...], Words] = {}
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
        if self._dirty:
            self._refresh()
        big = [*self._big.iter(text)]
        if self._changed or open_names:
            return self._find_here(text, big, tuple(open_names or ()))
        if not big:
            return []
        start, whole = span(text, big, big[-1][0])
        known = self._big.known.get(whole)
        if known is None or self._gone or whole.isascii():
            return self._chosen(text, hits_of(big, BIG), False)
        return [_found(text, start, BIG, known, False)]

    def _find_here(self, text: str, big: list[Raw], open_names: tuple[str, ...]) -> list[Found]:
        """The same with what changed since the start, and in a room where something is on offer."""
        small = [*self._small.iter(text)] if self._changed else []
        words = self._open_words(open_names) if open_names else self._small
        here = [*words.iter(text)] if open_names else []
        if not (here or big or small):
            return []
        if here and not small and not self._gone:
            start, whole = span(text, big + here, max(here[-1][0], big[-1][0] if big else 0))
            known, rival = words.known.get(whole), self._big.known.get(whole)
            if known and (rival is None or known < rival) and not whole.isascii():
                return [_found(text, start, OPEN, known, True)]
        hits = hits_of(big, BIG) + hits_of(small, SMALL) + hits_of(here, OPEN)
        return self._chosen(text, hits, bool(open_names))

    def _chosen(self, text: str, hits: list[Hit], somewhere: bool) -> list[Found]:
        """The longest words first; `somewhere`: in a room where something is on offer."""
        hits.sort()
        taken = bytearray(len(text))
        chosen: list[Found] = []
        for minus, start, _, word, source, known in hits:
            end = start - minus
            if taken[start] or taken[end - 1] or 1 in taken[start:end]:
                continue
            if word.isascii() and _inside_latin(text, start, end):
                continue
            if source == BIG and self._gone:
                names = tuple(n for n in known.names if n not in self._gone)
                if not names:
                    continue
                known = known._replace(names=names)
            taken[start:end] = b"\x01" * -minus
            chosen.append(_found(text, start, source, known, somewhere))
        if len(chosen) > 1:
            chosen.sort()
        return chosen

    def _refresh(self) -> None:
        self._small = Words(SMALL)
        for entry in self._changed.values():
            for word, rank in _spellings(entry):
                self._small.add(word, entry.name, rank)
        # A replaced product lives in the small automaton: its old words in the big one are dead.
        self._small.freeze()
        self._open.clear()
        self._sounds = None
        self._dirty = False

    def _open_words(self, names: tuple[str, ...]) -> Words:
        known = self._open.get(names)
        if known is not None:
            return known
        words = Words(OPEN)
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
                elif rank > WHOLE:
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
                for word, known in source.known.items():
                    if known.rank > WHOLE:
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
        small, big = self._small.known.get(word), self._big.known.get(word)
        found = list(small.names) if small else []
        return found + [n for n in big.names if n not in self._gone] if big else found

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


def _found(text: str, start: int, source: int, known: Word, somewhere: bool) -> Found:
    minus, _, _, names, rank = known
    end = start - minus
    weak = minus == -1 or rank < WHOLE or text[end : end + 1] in _COMPOUND
    if somewhere and source != OPEN:
        # Something that is not on offer here: still its name, said with less weight.
        rank -= 0.3
    return Found(start, end, names, rank, weak)


def _inside_latin(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start] if start else ""
    after = text[end : end + 1]
    return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
