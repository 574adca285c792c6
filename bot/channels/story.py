"""What was said in the simulator: a bounded memory, kept over a restart in a JSONL file."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import structlog

REMEMBERED = 2000
"""Messages kept; older ones are forgotten, in memory at once and in the file at the next start."""

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Line:
    """One message as the page shows it. `room` None: a private chat of `person` with the bot."""

    id: str
    room: str | None
    person: str | None
    sender: str
    name: str
    text: str
    at: str
    kind: str = "text"
    mentions: dict[str, str] = field(default_factory=dict)
    quote: dict[str, str | None] | None = None
    recalled: bool = False
    why: dict[str, Any] = field(default_factory=dict)
    """Why the bot answered or stayed silent, as its worker explained it."""
    url: str | None = None
    path: str | None = None
    """A local file that the bot sent; never shown to the page."""
    seq: int = 0
    """Grows with every change of any line: a page asks for what came after the last it saw."""

    def view(self) -> dict[str, Any]:
        """The line for the page."""
        seen = asdict(self)
        if path := seen.pop("path"):
            seen["file"] = Path(path).name
        return seen


_FIELDS = {f.name for f in fields(Line)}


class Story:
    """The lines in the order in which they were said, newest last."""

    def __init__(self, file: Path | None = None, *, remembered: int = REMEMBERED) -> None:
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._remembered = remembered
        self._file = file
        self._seq = 0
        if file is not None and file.exists():
            self._load(file)

    def get(self, id: str) -> Line | None:
        """The line with this id, unless it was never said or is forgotten."""
        return self._lines.get(id)

    def after(self, seq: int) -> list[Line]:
        """The lines said or changed since `seq`, in the order of saying."""
        return [line for line in self._lines.values() if line.seq > seq]

    @property
    def last(self) -> Line | None:
        """The newest line."""
        return next(reversed(self._lines.values()), None)

    def add(self, line: Line) -> Line:
        """Remember a new line (its id is new)."""
        self._lines[line.id] = line
        while len(self._lines) > self._remembered:
            self._lines.popitem(last=False)
        return self._changed(line)

    def recall(self, line: Line) -> Line:
        """Take a line back: its words are gone from memory."""
        line.recalled, line.text, line.quote = True, "", None
        return self._changed(line)

    def explain(self, line: Line, why: Mapping[str, Any]) -> Line:
        """Add to what is known about the bot's reasons."""
        line.why |= why
        return self._changed(line)

    def _changed(self, line: Line) -> Line:
        self._seq += 1
        line.seq = self._seq
        if self._file is not None:
            self._write(self._file, line)
        return line

    def _write(self, file: Path, line: Line) -> None:
        try:
            with file.open("a", encoding="utf-8") as out:
                out.write(_row(line))
        except OSError as error:
            log.warning("simulator.history_not_kept", file=str(file), error=str(error))
            self._file = None

    def _load(self, file: Path) -> None:
        """Read the file back; the last row of a message counts, a torn row is passed over."""
        for row in file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                kept = json.loads(row)
                line = Line(**{key: kept[key] for key in kept.keys() & _FIELDS})
            except (ValueError, TypeError, AttributeError):
                log.warning("simulator.history_row_unreadable", file=str(file))
                continue
            self._lines[line.id] = line
        while len(self._lines) > self._remembered:
            self._lines.popitem(last=False)
        for seq, line in enumerate(self._lines.values(), start=1):
            line.seq = self._seq = seq
        self._compact(file)

    def _compact(self, file: Path) -> None:
        fresh = file.with_suffix(file.suffix + ".new")
        fresh.write_text("".join(map(_row, self._lines.values())), encoding="utf-8")
        fresh.replace(file)


def _row(line: Line) -> str:
    return json.dumps(asdict(line), ensure_ascii=False) + "\n"
