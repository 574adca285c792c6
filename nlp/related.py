"""Related words: how people describe things whose name they do not use (擦脸的 → 面霜).

nlp/data/related.tsv holds one rule per line: what is said, a tab, the product words meant.
Sayings are separated by `|`; `a+b` needs both parts, in any order and with anything between.  A
line without a tab is a ring of words that mean the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LONGEST = 8
"""Characters of the longest part that is looked up."""
RING, SAYING, SEVERAL = 0.6, 1.0, 1.5
"""What a hint is worth: a synonym, one saying, a saying whose several parts all came together."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Product words that mean one and the same for this query, and how much the hint is worth."""

    words: Sequence[str]
    worth: float


@dataclass(frozen=True, slots=True)
class _Rule:
    others: tuple[str, ...]
    hint: Hint


class RelatedWords:
    """The rules, found by the first part of each saying."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        for line in lines:
            if line.strip() and not line.startswith("#"):
                self._read(line.rstrip("\n"))

    def of(self, query: str) -> list[Hint]:
        """What a query hints at: one hint per line of the file, the best one."""
        found: dict[int, Hint] = {}
        for part in _pieces(query):
            for rule in self._rules.get(part, ()):
                if all(other in query for other in rule.others):
                    line = id(rule.hint.words)
                    found[line] = max(found.get(line, rule.hint), rule.hint, key=_worth)
        return list(found.values())

    def _read(self, line: str) -> None:
        said, tab, meant = line.partition("\t")
        words = (meant if tab else said).split()
        for saying in said.split("|") if tab else words:
            first, *others = saying.split("+")
            worth = (SEVERAL if others else SAYING) if tab else RING
            self._rules.setdefault(first, []).append(_Rule(tuple(others), Hint(words, worth)))


def _worth(hint: Hint) -> float:
    return hint.worth


def _pieces(query: str) -> Iterable[str]:
    """Every part of the query once, in an order that does not change from run to run."""
    ends = range(1, LONGEST + 1)
    return dict.fromkeys(query[i : i + n] for i in range(len(query)) for n in ends if query[i:])


@lru_cache(maxsize=1)
def related_words() -> RelatedWords:
    """The rules that the project ships."""
    text = files("nlp").joinpath("data/related.tsv").read_text(encoding="utf-8")
    return RelatedWords(text.splitlines())
