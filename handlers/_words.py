"""A message in its writer's own spelling, for what is kept or posted as it was written."""

import re

from handlers._chat import Chat
from nlp.normalize import BOT_NAME, normalize

_CALL = re.compile(rf"^\s*[@＠]?{BOT_NAME}[\s\u2005,，:：、!！]*")


def written(chat: Chat) -> str:
    """The raw text without its quote and without the address to the bot."""
    raw = chat.message.raw_text
    note = normalize(raw)
    start = len(note.text) - len(note.text.lstrip())
    text = note.surface(start, len(note.text.rstrip()))
    # Long messages are read only in part; what is kept is whole.
    if len(note.text) >= 1_990:
        text = raw[note.offsets[start] :]
    return _CALL.sub("", text).strip()
