"""The sentences that the models learn from: read from `data/examples`, templates filled in."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "data" / "examples"

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_REPEAT = re.compile(r" \*(\d+)$")


def lines(file: Path) -> list[str]:
    """The lines of an example file without comments; `\\n` written out means a line break."""
    text = file.read_text(encoding="utf-8")
    return [line.replace("\\n", "\n") for line in text.splitlines() if line and line[0] != "#"]


def fillers(folder: Path = FOLDER) -> dict[str, list[str]]:
    """What each slot may be filled with: `slots/product.txt` for `{product}`, and so on."""
    return {file.stem: lines(file) for file in sorted((folder / "slots").glob("*.txt"))}


def fill(template: str, slots: dict[str, list[str]], chance: Random) -> str:
    """One sentence of a template: `(a|b|)` takes one of the alternatives, `{unit}` a filler."""
    while _CHOICE.search(template):
        template = _CHOICE.sub(lambda m: chance.choice(m[1].split("|")), template)
    while _SLOT.search(template):
        template = _SLOT.sub(lambda m: chance.choice(slots[m[1]]), template)
    return template


def expand(line: str, slots: dict[str, list[str]], variants: int) -> list[str]:
    """The sentences of one line: itself when it is plain, else up to `variants` different ones.
    ` *9` at the end asks for nine.  The same line gives the same sentences every time."""
    if wanted := _REPEAT.search(line):
        line, variants = line[: wanted.start()], int(wanted[1])
    if not (_CHOICE.search(line) or _SLOT.search(line)):
        return [line]
    chance = Random(line)
    return list(dict.fromkeys(fill(line, slots, chance) for _ in range(variants)))


def examples(folder: Path = FOLDER, variants: int = 4) -> Iterator[tuple[str, str]]:
    """Every (sentence, label) of the intent files; `complaint.damaged.txt` holds the label
    `complaint/damaged`."""
    slots = fillers(folder)
    for file in sorted(folder.glob("*.txt")):
        label = file.stem.split("-")[0].replace(".", "/")
        for line in lines(file):
            for sentence in expand(line, slots, variants):
                yield sentence, label


def fingerprint(folder: Path = FOLDER) -> str:
    """A hash over all that training reads: example files, slots and word classes."""
    digest = hashlib.sha256()
    for file in [*sorted(folder.rglob("*.txt")), folder.parent / "concepts.txt"]:
        digest.update(file.relative_to(folder.parent).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


_BREAKS = ("，", "，", "，", "。", " ", "！", "、", "；", "...", "")
_TURNS = ("但是", "不过", "可是", "但", "结果", "然而", "", "")
_REGRETS = ("就是", "就是", "不过", "可惜", "只是", "但是", "")


def clauses(file: Path) -> dict[str, list[str]]:
    """Review clauses by trade: a line `== fruit` begins one."""
    trades: dict[str, list[str]] = {}
    for line in lines(file):
        if line.startswith("== "):
            current = trades.setdefault(line[3:], [])
        else:
            current.append(line)
    return trades


def reviews(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """Whole reviews put together from clauses, with `complaint` or `not_complaint`: a displeased
    buyer grants something now and then, a pleased one mentions a small fault."""
    read = {kind: clauses(folder / "reviews" / f"{kind}.txt") for kind in ("bad", "good", "mild", "plain")}
    chance = Random("reviews")
    for kind, label in (("whole-bad", "complaint"), ("whole-good", "not_complaint")):
        for line in lines(folder / "reviews" / f"{kind}.txt"):
            yield from [(line, label)] * 3
    for kind, label, copies in (("bad", "complaint", 5), ("good", "not_complaint", 8)):
        for trade, members in read[kind].items():
            for clause in members:
                for _ in range(copies):
                    place = chance.choice(sorted(read["good"])) if trade == "any" else trade
                    yield _review(kind, clause, place, read, chance), label
    for members in read["plain"].values():
        for clause in members:
            yield clause, "not_complaint"
            yield clause + chance.choice(_BREAKS) + chance.choice(members), "not_complaint"


def _review(kind: str, clause: str, trade: str, read: dict[str, dict[str, list[str]]], chance: Random) -> str:
    """One review of a kind around a clause."""

    def some(what: str) -> str:
        own = read[what].get(trade, [])
        return chance.choice(own if own and chance.random() < 0.6 else read[what]["any"])

    parts = [clause, *(some(kind) for _ in range(chance.choice((0, 0, 1, 1, 2, 3))))]
    chance.shuffle(parts)
    if kind == "bad" and chance.random() < 0.3:
        parts.insert(0, some("good"))
        parts[1] = chance.choice(_TURNS) + parts[1]
    elif kind == "good" and chance.random() < 0.15:
        parts.insert(chance.randint(0, len(parts)), some("mild"))
    elif kind == "good" and chance.random() < 0.12:
        parts.append(chance.choice(_REGRETS) + some("bad"))
    if chance.random() < 0.25:
        parts.insert(0, some("plain"))
    text = parts[0]
    for part in parts[1:]:
        text += chance.choice(_BREAKS) + part
    return text + chance.choice(("", "", "。", "！", "！！", "~"))
