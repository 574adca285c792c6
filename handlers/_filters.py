"""When a handler applies: small conditions on a chat, combined with `&`, `|` and `~`."""

import re
from collections.abc import Callable
from typing import NamedTuple

from handlers._chat import Chat

Test = Callable[[Chat], bool]


class Facts(NamedTuple):
    """What is known of a message before any handler is asked; routes are worked out once for each."""

    intent: str
    fine: str | None
    kind: str
    gates: frozenset[str]
    """The gates that are open."""


class Filter:
    """A condition: a test of the chat, or `given`, which says what the facts leave of it."""

    __slots__ = ("given",)

    def __init__(
        self, test: Test | None = None, *, given: Callable[[Facts], Test | bool] | None = None
    ) -> None:
        self.given: Callable[[Facts], Test | bool] = given or (lambda _: test or True)
        """The test that is left when the facts are known, or True or False when they decide."""

    def __call__(self, chat: Chat) -> bool:
        left = self.given(facts_of(chat))
        return left if isinstance(left, bool) else left(chat)

    def __and__(self, other: "Filter") -> "Filter":
        def given(facts: Facts) -> Test | bool:
            one = self.given(facts)
            if one is False:
                return False
            two = other.given(facts)
            if one is True or two is False:
                return two
            return one if two is True else lambda chat: one(chat) and two(chat)

        return Filter(given=given)

    def __or__(self, other: "Filter") -> "Filter":
        return ~(~self & ~other)

    def __invert__(self) -> "Filter":
        def given(facts: Facts) -> Test | bool:
            left = self.given(facts)
            return not left if isinstance(left, bool) else lambda chat: not left(chat)

        return Filter(given=given)


_gates: dict[str, Test] = {}


def gate(name: str, test: Test) -> Filter:
    """A condition that many handlers share and that none of them changes: tested once a message."""
    _gates[name] = test
    return Filter(given=lambda facts: name in facts.gates)


def intent(*names: str) -> Filter:
    """The message was understood to mean one of these (contract §4)."""
    return Filter(given=lambda facts: facts.intent in names)


def fine(*names: str) -> Filter:
    """The finer reading is one of these (docs/understanding.md)."""
    return Filter(given=lambda facts: facts.fine in names)


def says(pattern: str) -> Filter:
    """The whole text, without the address to the bot, has this form."""
    compiled = re.compile(pattern)
    return Filter(lambda chat: compiled.fullmatch(chat.text) is not None)


def pending(*kinds: str) -> Filter:
    """The bot has asked this person one of these questions and waits."""
    return _asked & Filter(lambda chat: any(chat.pending(kind) is not None for kind in kinds))


def kind(*names: str) -> Filter:
    """A message of this kind (image, voice, file, group_note, …)."""
    return Filter(given=lambda facts: facts.kind in names)


from_leader = gate("leader", lambda chat: chat.is_leader)
from_agent = gate("agent", lambda chat: chat.is_agent)
in_private = gate("private", lambda chat: chat.private)
in_agent_room = gate("agent_room", lambda chat: chat.room is not None and chat.room.is_agent_room)
addressed = gate("addressed", lambda chat: chat.message.addressed)
_asked = gate("asked", lambda chat: chat.recall_flow("asked", chat.room_id, chat.person_id) is not None)
anything = Filter()


def facts_of(chat: Chat) -> Facts:
    """What routing knows of a chat."""
    gates = frozenset([name for name, test in _gates.items() if test(chat)])
    return Facts(chat.meaning.intent, chat.meaning.fine, chat.message.kind, gates)
