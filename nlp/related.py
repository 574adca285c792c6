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
_RING = 0.6
"""A synonym says no more than the word itself; a description is often all there is."""

Group = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class _Rule:
    parts: tuple[str, ...]
    group: Group


class RelatedWords:
    """The rules, found by the first part of each saying."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        for line in lines:
            if line.strip() and not line.startswith("#"):
                self._read(line.rstrip("\n"))

    def of(self, query: str) -> list[Group]:
        """The product words that a query hints at, each group alternatives with their weights."""
        groups: dict[int, Group] = {}
        for part in _pieces(query):
            for rule in self._rules.get(part, ()):
                if all(other in query for other in rule.parts):
                    groups[id(rule.group)] = rule.group
        return list(groups.values())

    def _read(self, line: str) -> None:
        said, tab, meant = line.partition("\t")
        if not tab:
            self._ring(said.split())
            return
        group = tuple((word, 1.0) for word in meant.split())
        for saying in said.split("|"):
            self._add(tuple(saying.split("+")), group)

    def _ring(self, words: Sequence[str]) -> None:
        group = tuple((word, _RING) for word in words)
        for word in words:
            self._add((word,), group)

    def _add(self, parts: tuple[str, ...], group: Group) -> None:
        self._rules.setdefault(parts[0], []).append(_Rule(parts, group))


def _pieces(query: str) -> set[str]:
    spans = range(len(query))
    return {query[i : i + size] for size in range(1, LONGEST + 1) for i in spans if query[i:]}


@lru_cache(maxsize=1)
def related_words() -> RelatedWords:
    """The rules that the project ships."""
    text = files("nlp").joinpath("data/related.tsv").read_text(encoding="utf-8")
    return RelatedWords(text.splitlines())
