"""When a handler applies: small conditions on a chat, combined with `&`, `|` and `~`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers._chat import Chat


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition. To route fast it tells what it needs.

    `intents` and `fines` are the only ones it can hold for (None: any); `gates` names what must be true
    of the chat (leader, agent, agent_room, private, pending).
    """

    test: Callable[[Chat], bool]
    intents: frozenset[str] | None = None
    gates: frozenset[str] = frozenset()
    fines: frozenset[str] | None = None

    def __call__(self, chat: Chat) -> bool:
        return self.test(chat)

    def __and__(self, other: "Filter") -> "Filter":
        both = _meet(self.intents, other.intents)
        fines = _meet(self.fines, other.fines)
        return Filter(
            lambda chat: self.test(chat) and other.test(chat), both, self.gates | other.gates, fines
        )

    def __or__(self, other: "Filter") -> "Filter":
        either = _join(self.intents, other.intents)
        fines = _join(self.fines, other.fines)
        return Filter(
            lambda chat: self.test(chat) or other.test(chat), either, self.gates & other.gates, fines
        )

    def __invert__(self) -> "Filter":
        return Filter(lambda chat: not self.test(chat))


def _meet(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    if a is None or b is None:
        return b if a is None else a
    return a & b


def _join(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    return None if a is None or b is None else a | b


def intent(*names: str) -> Filter:
    """The message was understood to mean one of these (contract §4)."""
    wanted = frozenset(names)
    return Filter(lambda chat: chat.meaning.intent in wanted, wanted)


def fine(*names: str) -> Filter:
    """The finer reading is one of these (docs/understanding.md)."""
    wanted = frozenset(names)
    return Filter(lambda chat: chat.meaning.fine in wanted, fines=wanted)


def says(pattern: str) -> Filter:
    """The whole text, without the address to the bot, has this form."""
    compiled = re.compile(pattern)
    return Filter(lambda chat: compiled.fullmatch(chat.text) is not None)


def pending(*kinds: str) -> Filter:
    """The bot has asked this person one of these questions and waits."""
    return Filter(
        lambda chat: any(chat.pending(kind) is not None for kind in kinds),
        gates=frozenset({"pending"}),
    )


def kind(*names: str) -> Filter:
    """A message of this kind (image, voice, file, group_note, …)."""
    wanted = frozenset(names)
    return Filter(lambda chat: chat.message.kind in wanted)


from_leader = Filter(lambda chat: chat.is_leader, gates=frozenset({"leader"}))
from_agent = Filter(lambda chat: chat.is_agent, gates=frozenset({"agent"}))
in_private = Filter(lambda chat: chat.private, gates=frozenset({"private"}))
in_agent_room = Filter(
    lambda chat: chat.room is not None and chat.room.is_agent_room, gates=frozenset({"agent_room"})
)
addressed = Filter(lambda chat: chat.message.addressed)
anything = Filter(lambda chat: True)


def gates_of(chat: Chat) -> frozenset[str]:
    """What is true of a chat, in the words of `Filter.gates`."""
    open_gates = set()
    if chat.is_leader:
        open_gates.add("leader")
    if chat.is_agent:
        open_gates.add("agent")
    room = chat.room
    if chat.room_id is None:
        open_gates.add("private")
    elif room is not None and room.is_agent_room:
        open_gates.add("agent_room")
    if chat.recall_flow("asked", chat.room_id, chat.person_id) is not None:
        open_gates.add("pending")
    return frozenset(open_gates)
