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
