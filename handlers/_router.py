"""Router: what a capability listens for, and what is said when a rule refuses."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers._chat import Chat
from handlers._filters import Filter
from handlers._turn import Turn
from storage.acks import Ack
from storage.errors import Refused
from storage.timers import Timer

MessageHandler = Callable[[Chat], Awaitable[bool | None]]
"""Returns False to let the next handler try; anything else means handled."""
TurnHandler = Callable[[Turn, Any], Awaitable[Any]]
Words = str | Callable[[Refused], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A message was taken back."""

    room_id: str | None
    message_key: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """People (or the bot itself) came into a room."""

    room_id: str
    people: Mapping[str, str | None]
    bot: bool
    inviter: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """People (or the bot itself) left a room."""

    room_id: str
    people: tuple[str, ...]
    bot: bool


@dataclass(slots=True)
class Router:
    """The handlers of one capability, in the order they are tried.

    `rank` orders the capabilities among each other: lower is asked first. `help_for` maps a role
    (buyer, leader, agent) to one line of the help.
    """

    name: str
    rank: int = 50
    refusals: Mapping[type[Refused], Words] = field(default_factory=dict)
    help_for: Mapping[str, str] = field(default_factory=dict)
    messages: list[tuple[Filter, MessageHandler]] = field(default_factory=list)
    timers: dict[str, TurnHandler] = field(default_factory=dict)
    timer_ranks: dict[str, int] = field(default_factory=dict)
    commands: dict[str, TurnHandler] = field(default_factory=dict)
    events: list[tuple[type, TurnHandler]] = field(default_factory=list)
    acknowledgements: dict[str, Callable[[Turn, Sequence[Ack]], str | None]] = field(default_factory=dict)

    def message(self, when: Filter) -> Callable[[MessageHandler], MessageHandler]:
        """Call the function for messages that pass the filter."""

        def register(handler: MessageHandler) -> MessageHandler:
            self.messages.append((when, handler))
            return handler

        return register

    def timer(self, kind: str, *, rank: int = 50) -> Callable[[TurnHandler], TurnHandler]:
        """Call the function with the `Timer` when one of this kind falls due; at the same instant
        lower ranks go first (deadline 0, post 10, digest 90: contract §9.13)."""
        self.timer_ranks[kind] = rank
        return _into(self.timers, kind)

    def command(self, name: str) -> Callable[[TurnHandler], TurnHandler]:
        """Call the function with the data of a command of the desk or the command line."""
        return _into(self.commands, name)

    def event(self, kind: type) -> Callable[[TurnHandler], TurnHandler]:
        """Call the function when a rule somewhere returned this event, or people came and went."""

        def register(handler: TurnHandler) -> TurnHandler:
            self.events.append((kind, handler))
            return handler

        return register

    def acknowledgement(self, topic: str) -> Callable[[Any], Any]:
        """How acknowledgements of a topic read, alone and merged; None says nothing."""
        return _into(self.acknowledgements, topic)

    def words_for(self, refused: Refused) -> str:
        """What is said when this refusal ends a turn. KeyError when the capability has no words."""
        words = self.refusals[type(refused)]
        return words(refused) if callable(words) else words.format_map(refused.facts)


def _into(registry: dict[str, Any], name: str) -> Callable[[Any], Any]:
    def register(handler: Any) -> Any:
        registry[name] = handler
        return handler

    return register


DueTimer = Timer
