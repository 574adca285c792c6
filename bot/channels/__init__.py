"""Channels: what a place to chat can do, and what happens in it.

A channel turns a platform's events into the frozen events below and sends what it is given.  Ids are the
platform's own stable ids; `account` names the bot's account in that channel, and (account, id) identifies
a message for ever (contract §7: a redelivery counts once).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

BOT = "bot"
"""The id that stands for the bot itself in `mentions` and `members`, in every channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The message that another one quotes; what the platform does not say is None."""

    id: str | None = None
    sender: str | None = None
    name: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Somebody said something. `room` None: a private chat with the bot. `at` is aware."""

    account: str
    id: str
    room: str | None
    sender: str
    text: str
    at: datetime
    name: str | None = None
    kind: str = "text"
    """text image voice link mini_program file group_note sticker, or what the platform calls it."""
    mentions: tuple[str, ...] = ()
    quote: Quote | None = None
    raw: str | None = None
    transcript: str | None = None
    room_name: str | None = None
    room_owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A message was taken back (撤回)."""

    account: str
    room: str | None
    message: str
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Members came in; with `bot` among them the bot itself did. Maps id to display name (or None)."""

    account: str
    room: str
    members: Mapping[str, str | None]
    at: datetime
    inviter: str | None = None
    room_name: str | None = None
    room_owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Members went out, or the bot was removed."""

    account: str
    room: str
    members: tuple[str, ...]
    at: datetime
    remover: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged:
    """A room's name or owner is now this."""

    account: str
    room: str
    at: datetime
    room_name: str | None = None
    room_owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """The bot's own message, as the platform shows it back; settles sends in doubt."""

    account: str
    id: str
    room: str | None
    to: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRoom:
    """A room that the account is in; `members` are ids."""

    id: str
    name: str | None
    owner: str | None
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsKnown:
    """After a login, where a platform can list them: all rooms of the account, before anybody speaks."""

    account: str
    rooms: tuple[KnownRoom, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Befriended:
    """The person can be written to in private from now on."""

    account: str
    person: str
    at: datetime


Event = Incoming | Recalled | Joined | Left | RoomChanged | Echo | RoomsKnown | Befriended
Deliver = Callable[[Event], Awaitable[None]]
"""Given to a channel at start; returns once the event is safely taken (in order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to send. Exactly one of `room` and `to` is set.

    `kind`: text, image, file or link; `path` is a local file for image and file, `url` for link.
    `mentions` maps person id to the name to show after @.
    """

    key: str
    text: str
    room: str | None = None
    to: str | None = None
    kind: str = "text"
    mentions: Mapping[str, str] = field(default_factory=dict)
    path: str | None = None
    url: str | None = None


class NotSent(Exception):
    """The platform certainly did not take the message: it may be sent again later."""


class SendInDoubt(Exception):
    """Nobody knows whether the message went out: look for its echo before sending again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How a channel is, for readyz, doctor and the console. `login_url`: what the login QR encodes."""

    connected: bool
    logged_in: bool
    detail: str = ""
    login_url: str | None = None


class Channel(Protocol):
    """A place to chat: a chat account on some platform."""

    account: str

    async def start(self, deliver: Deliver) -> None:
        """Connect (and keep connecting) in the background; returns at once."""

    async def stop(self) -> None:
        """Stop receiving and sending; idempotent."""

    async def send(self, message: Outgoing) -> str | None:
        """Send one message; its platform id, or None. Raises NotSent or SendInDoubt."""

    async def can_dm(self, person: str) -> bool:
        """Whether the person can be written to in private (contract §9.15)."""

    def state(self) -> ChannelState:
        """How it is now."""


@runtime_checkable
class ShowsPictures(Protocol):
    """A channel that can give the picture of an image message."""

    async def picture(self, message: str) -> bytes | None:
        """The picture of this message as it came; None when there is none."""
