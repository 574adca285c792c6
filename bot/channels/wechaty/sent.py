"""What was sent, and as what: an echo shows the wire's text, the bot knows its own."""

from collections import OrderedDict

from bot.channels.wechaty.wechat_text import without_mentions

KEPT = 1_000


class Originals:
    """The texts as the bot gave them, by what WeChat was given."""

    def __init__(self) -> None:
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()

    def keep(self, conversation: str, wire_text: str, text: str) -> None:
        """The bot's `text` goes out as `wire_text`."""
        if without_mentions(wire_text) == text:
            return  # `of` finds it without help
        self._texts[conversation, wire_text] = text
        while len(self._texts) > KEPT:
            self._texts.popitem(last=False)

    def of(self, conversation: str, wire_text: str) -> str:
        """The bot's own text; of an earlier run, the wire's without the names before it."""
        kept = self._texts.get((conversation, wire_text))
        return without_mentions(wire_text) if kept is None else kept
