"""Product search: one small inverted index over names, aliases, descriptions and facts.

A product scores by the characters, pairs of characters and pairs of syllables that it shares with
the query, rare ones more, those of its name twice; and by the product words that everyday words
mean (nlp/related.py).  Words cut by a segmenter brought nothing on top when measured on 6,200
titles: pairs of characters hold them already, and syllables forgive homophones (较水 → 胶水).  A
query reads the postings of its own terms, the long ones last and only for products that are in the
running by then.
"""

import json
import math
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise
from typing import Any, TypeAlias

from nlp.related import Hint, RelatedWords, related_words

Places: TypeAlias = "int | array[int]"
Found: TypeAlias = "int | array[int] | None"
"""Where a term stands: most stand in one product only, and keep a plain number."""

CHARACTER, PAIR, SYLLABLES, TEXT, RELATED = 1.0, 0.3, 0.3, 0.5, 1.0
"""Weights of a shared character, pair of characters, pair of syllables; of a match outside the
name; of a related word beside the words of the query itself."""
NAMED = 0.5
_SATURATION, _LENGTH = 0.2, 0.3
"""BM25's k1 and b: titles repeat words to be found, so a second mention counts little."""
_BUDGET = 40_000
"""Postings read in full per query; what is left is only looked up for the best so far."""
_RUNNING = 1_500
_FILLER = re.compile(
    r"有没有|有没|有木有|家的|这个牌子|牌子|啥价位|什么价位?|价位|多少钱|几多钱|价格|怎么卖|咋卖|有货吗"
    r"|还有吗|有吗|卖吗|有卖|有得卖|请问|我?想[买要找]|我?要买|帮我|给我|麻烦|找[个一]|推荐|求购"
    r"|哪里[买有]|来[个一]|那种|那个|这种|这个|一种|专用的|用的|的|[吗么嘛呢呀吧了啥]|什么|可以|能够|比较"
)
_CHATTER = frozenset(
    "的了着过吗呢吧啊呀哦么嘛给把被让和跟与或就都也还很太最更挺真会能可要想在是有没这那哪个些样"
    "它他她我你们什怎为啥里上下用时候"
)


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A product as it is searched; `text` holds what else is known of it, aliases first."""

    id: str
    name: str
    text: str = ""


def search_text(aliases: Iterable[str], facts: Mapping[str, str]) -> str:
    """The `text` of an entry: aliases, then the facts with the names of the shop's own columns.

    Columns that every catalogue has go without their (English) names, which nobody searches for.
    """
    told = (value if name.isascii() else f"{name}{value}" for name, value in facts.items() if value)
    return " ".join((*aliases, *told))


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that fits; scores compare within one answer only."""

    id: str
    name: str
    score: float


class ProductSearch:
    """Products that change one by one while they are searched."""

    def __init__(self, entries: Iterable[SearchEntry] = (), *, related: RelatedWords | None = None) -> None:
        self._related = related or related_words()
        self._entries: list[SearchEntry | None] = []
        self._names: list[str] = []
        self._places: dict[str, int] = {}
        self._free: list[int] = []
        self._in_name: dict[str, Places] = {}
        self._in_text: dict[str, Places] = {}
        self._letters = 0
        for entry in entries:
            self.put(entry)

    def __len__(self) -> int:
        return len(self._places)

    def put(self, entry: SearchEntry) -> None:
        """Add a product, or replace the one of that id."""
        self.remove(entry.id)
        if not self._free:
            self._free.append(len(self._entries))
            self._entries.append(None)
            self._names.append("")
        place = self._places[entry.id] = self._free.pop()
        self._entries[place] = entry
        self._names[place] = simplified(entry.name)
        self._letters += len(self._names[place])
        for postings, term in self._terms_at(place):
            _append(postings, term, place)

    def remove(self, id: str) -> None:
        """Forget a product, if it is there."""
        place = self._places.pop(id, None)
        if place is None:
            return
        for postings, term in self._terms_at(place):
            _take_out(postings, term, place)
        self._letters -= len(self._names[place])
        self._entries[place], self._names[place] = None, ""
        self._free.append(place)

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The products that fit best, best first; nothing in common gives nothing."""
        text = simplified(query[:200])
        scores: dict[int, float] = {}
        terms = self._weighted(text)
        self._add_terms(terms, scores)
        # Where a product holds nearly all that was said, it was named and not described.
        said = sum(weight for _, weight in terms) + self._unheard_of(text)
        named = max(scores.values(), default=0.0) / said if said else 0.0
        share = RELATED * max(0.0, 1.0 - named) ** NAMED
        for hint in self._related.of(_core(text)):
            self._add_hint(hint, share * hint.worth, scores)
        best = nsmallest(limit, self._levelled(scores), key=lambda pair: (-pair[1], pair[0]))
        return [Hit(e.id, e.name, round(s, 4)) for p, s in best if (e := self._entries[p])]

    def _terms_at(self, place: int) -> Iterator[tuple[dict[str, Places], str]]:
        entry = self._entries[place]
        in_name = dict.fromkeys(_terms(self._names[place]))
        yield from ((self._in_name, term) for term in in_name)
        in_text = dict.fromkeys(_terms(simplified(entry.text if entry else "")))
        yield from ((self._in_text, term) for term in in_text if term not in in_name)

    def _levelled(self, scores: Mapping[int, float]) -> Iterator[tuple[int, float]]:
        """Scores by the length of the name: many words find more by chance."""
        average = max(1.0, self._letters / max(1, len(self._places)))
        longer, usual = _SATURATION * _LENGTH / average, 1 + _SATURATION * (1 - _LENGTH)
        for place, score in scores.items():
            if score > 0:
                yield place, score / (usual + longer * len(self._names[place]))

    def _rarity(self, term: str) -> float:
        found = self._frequency(term)
        return math.log(1 + (len(self._places) + 0.5) / (found + 0.5)) if found else 0.0

    def _weighted(self, text: str) -> list[tuple[str, float]]:
        terms = dict.fromkeys(_terms(_core(text)))
        pairs = ((t, self._rarity(t) * _weight(t)) for t in terms if t not in _CHATTER)
        return [(term, weight) for term, weight in pairs if weight]

    def _unheard_of(self, text: str) -> float:
        """The weight of the characters that no product has: in a small shop they tell the most."""
        missing = {c for c in _core(text) if c >= "\u2e80" and not self._frequency(c)} - _CHATTER
        return len(missing) * CHARACTER * math.log(2 + 2 * len(self._places))

    def _add_terms(self, terms: list[tuple[str, float]], scores: dict[int, float]) -> None:
        read = 0
        running: Sequence[int] | None = None
        for term, weight in sorted(terms, key=lambda pair: self._frequency(pair[0])):
            read += self._frequency(term)
            if read <= _BUDGET or not scores:
                _add(scores, self._in_name.get(term), weight)
                _add(scores, self._in_text.get(term), weight * TEXT)
                continue
            if running is None:
                running = nsmallest(_RUNNING, scores, key=lambda place: -scores[place])
            for place in running:
                if term in self._names[place]:
                    scores[place] += weight

    def _frequency(self, term: str) -> int:
        return _count(self._in_name.get(term)) + _count(self._in_text.get(term))

    def _add_hint(self, hint: Hint, factor: float, scores: dict[int, float]) -> None:
        """Each product gets the best of the hint's words that it holds, not their sum."""
        best: dict[int, float] = {}
        for word in hint.words:
            pairs = [a + b for a, b in pairwise(word)] or [word]
            worth = factor * sum(self._rarity(t) * _weight(t) for t in dict.fromkeys(_terms(word)))
            for postings, share in ((self._in_name, 1.0), (self._in_text, TEXT)):
                for place in _common([postings.get(pair) for pair in pairs]):
                    best[place] = max(best.get(place, 0.0), worth * share)
        for place, score in best.items():
            scores[place] = scores.get(place, 0.0) + score


def _core(text: str) -> str:
    """The query without what people wrap around the thing they look for."""
    core = _FILLER.sub(" ", text)
    return core if core.strip() else text


def _terms(text: str) -> Iterator[str]:
    """Characters of Chinese, pairs of characters, and pairs of syllables (“jiao shui”)."""
    for run in re.findall(r"[^\W_]+", text):
        yield from (c for c in run if c >= "\u2e80")
        yield from (a + b for a, b in pairwise(run))
        syllables = [_syllable(c) for c in run]
        for a, b in pairwise(syllables):
            if len(a) > 1 or len(b) > 1:
                yield f"{a} {b}"


def _weight(term: str) -> float:
    if len(term) == 1:
        return CHARACTER
    return PAIR if len(term) == 2 else SYLLABLES


@lru_cache(maxsize=1)
def _readings() -> Any:
    from pypinyin import Style, pinyin

    return lambda character: pinyin(character, style=Style.NORMAL)[0][0]


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    return str(_readings()(character)) if character >= "\u3400" else character


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """NFKC, lower case, simplified characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return text if text.isascii() else str(_converter().convert(text))


def _append(postings: dict[str, Places], term: str, place: int) -> None:
    known = postings.get(term)
    if known is None:
        postings[term] = place
    elif isinstance(known, int):
        postings[term] = array("I", (known, place))
    else:
        known.append(place)


def _take_out(postings: dict[str, Places], term: str, place: int) -> None:
    known = postings[term]
    if isinstance(known, int) or len(known) == 1:
        del postings[term]
    else:
        known.remove(place)


def _count(places: Found) -> int:
    return 0 if places is None else 1 if isinstance(places, int) else len(places)


def _add(scores: dict[int, float], places: Found, weight: float) -> None:
    if places is None:
        return
    if isinstance(places, int):
        places = array("I", (places,))
    get = scores.get
    for place in places:
        scores[place] = get(place, 0.0) + weight


def _common(lists: Sequence[Found]) -> set[int]:
    """The places that all the lists hold."""
    common: set[int] | None = None
    for places in sorted(lists, key=_count):
        if places is None:
            return set()
        these = {places} if isinstance(places, int) else places
        common = set(these) if common is None else common.intersection(these)
    return common or set()


def found_lines(search: ProductSearch, queries: Iterable[str], limit: int) -> Iterator[str]:
    """One JSON array of `{"id","name","score"}` per query, for the command line."""
    for query in queries:
        hits = search.search(query.strip(), limit)
        shown = [{"id": hit.id, "name": hit.name, "score": hit.score} for hit in hits]
        yield json.dumps(shown, ensure_ascii=False)
