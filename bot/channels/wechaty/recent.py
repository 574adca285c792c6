"""The last messages of each room, so that a quote can be told apart by what it quotes.

WeChat's quotes often name no message, only somebody's words.  Kept in memory alone.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace

from bot.channels import Quote

PER_ROOM = 200
ROOMS = 500
TEXT = 400
"""Characters of a message that are kept and compared."""


@dataclass(frozen=True, slots=True)
class _Line:
    id: str
    sender: str
    name: str | None
    text: str


class Recent:
    """What was said lately, by room (or by person, in private chats)."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, deque[_Line]] = OrderedDict()

    def remember(self, place: str, id: str, sender: str, name: str | None, text: str) -> None:
        """Keep a message that was said."""
        lines = self._rooms.setdefault(place, deque(maxlen=PER_ROOM))
        self._rooms.move_to_end(place)
        lines.append(_Line(id, sender, name, _folded(text)))
        while len(self._rooms) > ROOMS:
            self._rooms.popitem(last=False)

    def resolve(self, place: str, quote: Quote) -> Quote:
        """The quote with the id and sender of the message it means, where that is certain."""
        lines = self._rooms.get(place, ())
        for line in reversed(lines):
            if line.id == quote.id or (quote.text and _fits(line, quote)):
                return replace(quote, id=line.id, sender=line.sender, name=quote.name or line.name)
        return quote


def _fits(line: _Line, quote: Quote) -> bool:
    known = quote.sender in (None, line.sender)
    if not known or (quote.name and line.name and quote.name != line.name):
        return False
    words = _folded(quote.text or "")
    if words.endswith(("…", "...")) and len(words) > 6:
        return line.text.startswith(words.rstrip("…."))
    return line.text == words


def _folded(text: str) -> str:
    return " ".join(text.split())[:TEXT]
