"""Words that name products, in an automaton that finds them all in one pass."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

WHOLE = 0.7
"""Words from this rank on stand for a product; below it they are parts of its name."""
_TOLD_APART = 5


class Word(NamedTuple):
    """A word and the names that it may mean; sorts by length, the longest first, then by rank."""

    minus_length: int
    minus_rank: float
    """With what its automaton adds to the rank."""
    word: str
    names: tuple[str, ...]
    rank: float


Raw = tuple[int, Word]
"""A word with the place of its last character."""
Hit = tuple[int, int, float, str, int, Word]
"""Minus the length, start, minus the rank, the word, its automaton, and what is known of it: hits sort so."""
BIG, SMALL, OPEN = range(3)
_BONUS = (0.0, 0.05, 0.5)
"""What is added to the rank of a word of each."""


class Words:
    """An automaton from words to the names they may mean."""

    def __init__(self, source: int) -> None:
        self.source = source
        self.names: dict[str, list[str]] = {}
        self.rank: dict[str, float] = {}
        self.known: dict[str, Word] = {}
        self.iter: Callable[[str], Iterator[Raw]] = _nothing

    def add(self, word: str, name: str, rank: float) -> None:
        """A name that the word may mean; of several ranks only the highest counts."""
        known = self.rank.get(word, 0.0)
        if rank > known:
            self.rank[word] = rank
            self.names[word] = [name]
        elif rank == known and name not in self.names[word]:
            self.names[word].append(name)

    def freeze(self) -> None:
        """Makes the automaton; nothing can be added then."""
        import ahocorasick

        automaton = ahocorasick.Automaton()
        for word, names in self.names.items():
            rank = self.rank[word]
            if rank < WHOLE and len(names) > _TOLD_APART:
                continue  # 大米 at the end of a hundred names tells none of them
            known = Word(-len(word), -rank - _BONUS[self.source], word, tuple(names), rank)
            self.known[word] = known
            automaton.add_word(word, known)
        self.names, self.rank = {}, {}
        if self.known:
            automaton.make_automaton()
            self.iter = automaton.iter


def _nothing(_: str) -> Iterator[Raw]:
    return iter(())


def span(text: str, raw: list[Raw], stop: int) -> tuple[int, str]:
    """From where to where there are words. Mostly that is one word, and the others are parts of it."""
    start = min([end + known[0] for end, known in raw]) + 1
    return start, text[start : stop + 1]


def hits_of(raw: list[Raw], source: int) -> list[Hit]:
    """The words of one automaton as hits."""
    return [(known[0], end + known[0] + 1, known[1], known[2], source, known) for end, known in raw]
