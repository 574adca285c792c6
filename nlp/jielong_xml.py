"""The XML of WeChat's own 接龙 (appmsg type 53): who wrote which line, checked against the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

LARGEST = 2_000_000
"""Characters of XML that are read; a list of 5,000 lines has about 1,000,000."""
_DANGEROUS = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*")
_TYPE = "53"


@dataclass(frozen=True, slots=True)
class SolitaireLine:
    """One line as the client knows it: writer, time of writing (epoch seconds) and UTF-16 range."""

    user: str
    start: int
    length: int
    written_at: int | None = None


@dataclass(frozen=True, slots=True)
class Solitaire:
    """What `solitaire_info` says: the whole `text`, who began the list, and its lines."""

    text: str
    creator: str | None
    separator: str
    lines: tuple[SolitaireLine, ...]


def parse_solitaire(raw: str | None) -> Solitaire | None:
    """The solitaire info of a raw app message; None when it is none, empty, broken or unsafe.

    Entities and document types are refused unread: a native client sends none.
    """
    if not raw or len(raw) > LARGEST:
        return None
    message = _tree(raw)
    if message is None:
        return None
    app = message if message.tag == "appmsg" else message.find(".//appmsg")
    if app is None or (app.findtext("type") or "").strip() != _TYPE:
        return None
    info = _tree(app.findtext(".//solitaire_info") or "")
    if info is None:
        return None
    content = info.find("content")
    lines = [line for i in content.findall("i") if (line := _line(i))] if content is not None else []
    return Solitaire(
        text=app.findtext("title") or "",
        creator=(info.findtext("au") or "").strip() or None,
        separator=(info.findtext("s") or ".").strip() or ".",
        lines=tuple(lines),
    )


def _tree(text: str) -> ElementTree.Element | None:
    start = text.find("<")
    if start < 0 or _DANGEROUS.search(text):
        return None
    try:
        return ElementTree.fromstring(text[start:].strip())
    except (ElementTree.ParseError, ValueError):
        return None


def _line(item: ElementTree.Element) -> SolitaireLine | None:
    user = (item.findtext("u") or "").strip()
    found = _RANGE.fullmatch(item.findtext("r") or "")
    if not user or found is None:
        return None
    written = (item.findtext("t") or "").strip()
    moment = int(written) if re.fullmatch(r"[0-9]{1,12}", written) else None
    return SolitaireLine(user, int(found[1]), int(found[2]), moment)


def owners(entries: Sequence[str], text: str, solitaire: Solitaire | None) -> tuple[str | None, ...]:
    """The writer of each entry (its text behind the number), None where the ranges do not fit.

    A range counts when what it covers is the entry, with or without its number. Where a title was
    altered on the way all ranges are off by the same amount; they are then moved as one.
    """
    if solitaire is None or not solitaire.lines:
        return (None,) * len(entries)
    places = _places(entries, text)
    units = text.encode("utf-16-le", "surrogatepass")
    for shift in _shifts(places, solitaire):
        found = _matched(entries, units, solitaire, shift)
        if any(found):
            return found
    return (None,) * len(entries)


def _places(entries: Sequence[str], text: str) -> list[int]:
    """Where each entry begins in the text, in UTF-16 units; -1 where it cannot be found."""
    places, at, counted, reached = [], 0, 0, 0
    for entry in entries:
        found = text.find(entry.partition("\n")[0], at)
        if found < 0:
            places.append(-1)
            continue
        counted += _units(text[reached:found])
        reached = at = found
        places.append(counted)
    return places


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _shifts(places: list[int], solitaire: Solitaire) -> list[int]:
    """No shift, or the one that brings the first range to the first entry, number in or out."""
    first = next((p for p in places if p >= 0), None)
    if first is None:
        return [0]
    apart = first - solitaire.lines[0].start
    return list(dict.fromkeys([0, apart, apart - 2, apart - 3]))


def _matched(
    entries: Sequence[str], units: bytes, solitaire: Solitaire, shift: int
) -> tuple[str | None, ...]:
    covered: dict[str, list[str]] = {}
    for line in solitaire.lines:
        start = line.start + shift
        if start < 0:
            continue
        piece = units[2 * start : 2 * (start + line.length)].decode("utf-16-le", "replace")
        covered.setdefault(_bare(piece), []).append(line.user)
    found: list[str | None] = []
    for entry in entries:
        users = covered.get(_bare(entry), [])
        found.append(users.pop(0) if users else None)
    return tuple(found)


def _bare(text: str) -> str:
    """A line without its number and outer spaces."""
    return re.sub(r"^\s*[0-9]{1,6}\s*[.．、)）:：]\s*(?=\D)", "", text).strip()
