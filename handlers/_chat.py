"""Chat: a turn that begins with somebody's message."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from handlers._turn import Turn
from nlp.meaning import Meaning
from storage.outbox import Urgency
from storage.people import AGENT, CO_LEADER, LEADER, Room
from storage.rows import current_journal

if TYPE_CHECKING:
    from storage.shop import Shop


@dataclass(slots=True, kw_only=True)  # never changed; "frozen" would double what it costs to make
class Message:
    """What was said, where and by whom, free of any channel. `text` is normalised and unaddressed."""

    id: str
    key: str
    """account:id, the identity for ever."""
    account: str
    room_id: str | None
    person_id: str
    name: str
    raw_text: str
    text: str
    at: datetime
    kind: str = "text"
    addressed: bool = False
    """The bot was mentioned, called by name, quoted, or this is a private chat."""
    mentions: tuple[str, ...] = ()
    """Other people that were mentioned."""
    quote_id: str | None = None
    quote_person: str | None = None
    quote_name: str | None = None
    quote_text: str | None = None
    quotes_bot: bool = False
    xml: str | None = None


_NUMBERED = re.compile(r"^团\s?\d{1,5}[\s,，:：]*(?=\D)|(?<=\S)\s*团\s?\d{1,5}$")
_READ_BACK = frozenset({"join_group_buy", "change_sign_up", "cancel_sign_up"})


class Ask(Exception):
    """A handler cannot go on without an answer: undo it, ask once, remember the question (B16)."""

    def __init__(self, question: str, kind: str, **data: Any) -> None:
        super().__init__(question)
        self.question, self.kind, self.data = question, kind, data


class Chat(Turn):
    """A message, who said it and where, and the means to answer."""

    def __init__(
        self,
        shop: "Shop",
        now: datetime,
        message: Message,
        meaning: Meaning,
        roles: frozenset[str],
    ) -> None:
        super().__init__(shop, now, message.id)
        self.message, self.meaning, self.roles = message, meaning, roles
        self.person_id, self.room_id = message.person_id, message.room_id
        self.room = shop.rows(Room).get(message.room_id) if message.room_id is not None else None
        """The group it was said in; None in a private chat."""
        self.is_leader = LEADER in roles or CO_LEADER in roles
        """A leader or co-leader of this room (of any room, in a private chat), by id."""
        self.is_agent = AGENT in roles
        """A support agent of the shop, by id."""
        self.text = message.text
        """The normalised text without the address to the bot, and a leader's without 团12."""
        if meaning.group_buy is not None and self.is_leader:
            self.text = _NUMBERED.sub("", message.text, count=1)
        if message.name:
            self.names[message.person_id] = message.name
        self.recent: tuple[Any, ...] = ()
        """Recent talk of the same place before this message: id, person_id, name, text, at."""

    @property
    def changed(self) -> bool:
        """Whether the turn has changed or made any row so far."""
        journal = current_journal()
        return journal is not None and not journal.empty

    @property
    def private(self) -> bool:
        """Said to the bot alone."""
        return self.room_id is None

    @property
    def sender(self) -> str:
        """The sender's display name."""
        return self.message.name or self.name(self.person_id, self.room_id)

    def name(self, person_id: str, room_id: str | None = None) -> str:
        """The display name of a person; of a sender nobody knew yet, as the message has it."""
        known = self.shop.name_of(person_id, room_id)
        if not known and person_id == self.person_id and self.message.name:
            return self.message.name
        return super().name(person_id, room_id)

    def reply(self, text: str, *, mention: bool = False, urgency: str = Urgency.ANSWER, **extra: Any) -> None:
        """Answer where the message was said; `mention` puts an @ before it in a group."""
        muted = self.room is not None and self.room.settings.get("muted")
        if self.room_id is None or (muted and self.is_leader):
            extra.pop("as_written", None)
            self.say_to(self.person_id, text, urgency=urgency, **extra)
        else:
            who = (self.person_id,) if mention else ()
            self.say_in(self.room_id, text, mention=who, urgency=urgency, **extra)

    def read_back(self) -> None:
        """An order that was spoken is read back, so that a slip of the ear is noticed (A13)."""
        ordered = self.meaning.intent in _READ_BACK and self.changed
        if self.message.kind == "voice" and ordered and not self.said:
            self.reply(f"听到：{self.message.raw_text.strip()[:60]}", mention=True)

    def whisper(self, text: str, *, urgency: str = Urgency.ANSWER) -> None:
        """Answer the sender in private, wherever the message was said."""
        self.say_to(self.person_id, text, urgency=urgency)

    def ask(self, kind: str, question: str, minutes: float | None = None, **data: Any) -> None:
        """Ask the sender something; the answer finds `kind` pending until it expires (B16).

        In a group talk goes on: what is said ten minutes later answers something else.
        """
        minutes = minutes or (30 if self.private or self.is_leader else 10)
        self.remember(kind, self.room_id, self.person_id, minutes, question=question, **data)
        self.remember("asked", self.room_id, self.person_id, minutes, kind=kind, question=question)
        self.reply(question, mention=True)

    def pending(self, kind: str) -> dict[str, Any] | None:
        """What the bot asked this person here, if the last question was of this kind."""
        asked = self.recall_flow("asked", self.room_id, self.person_id)
        if asked is None or asked.get("kind") != kind:
            return None
        return self.recall_flow(kind, self.room_id, self.person_id)

    def settle(self, kind: str) -> None:
        """The question is answered."""
        self.forget(kind, self.room_id, self.person_id)
        self.forget("asked", self.room_id, self.person_id)
