"""The people of the channel conformance suite: one driver per channel, all with the same world.

The world: the room 果园一群 of 小美 ("lead", its owner), 小陈 ("u1") and 老王 ("u2"); 新人 ("n1") who is
in no room yet; 小美 and 小陈 are friends of the account, 老王 is not.  The bot is called 小团.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from gateway.driver import BOT_ID, BOT_NAME, Gateway
from gateway.ears import SOON

from bot.channels import BOT, Channel, Event
from bot.channels.simulator import SimulatorChannel
from bot.channels.wechaty import WechatyChannel
from bot.channels.world import Person, Room, World
from bot.clock import MovableClock

E = TypeVar("E")

NAMES = {"lead": "小美", "u1": "小陈", "u2": "老王", "n1": "新人"}
FRIENDS = ("lead", "u1")
TOPIC = "果园一群"
PATIENCE = 30.0


class Driver(Protocol):
    """What people do, seen from the platform's side. `room` is the room of the world."""

    channel: Channel
    room: str

    async def say(
        self,
        person: str,
        text: str,
        *,
        private: bool = False,
        id: str | None = None,
        mentions: Sequence[str] = (),
        quotes: tuple[str, str, str] | None = None,
        kind: str = "text",
    ) -> str:
        """Somebody says something in the room, or in private to the bot; the message's id.

        `mentions` holds person ids or BOT; `quotes` is id, name and text of a message; `kind` is
        text or image.
        """

    async def recall(self, person: str, message: str) -> None:
        """Somebody takes back what they said in the room."""

    async def join(self, person: str, inviter: str | None) -> None:
        """Somebody, or BOT, comes into the room."""

    async def leave(self, person: str, remover: str | None) -> None:
        """Somebody, or BOT, goes out of the room."""

    def sent(self, to: str) -> list[str]:
        """The texts that the bot sent to a room or person."""


class Heard:
    """Takes a channel's events, and waits for them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.on_event: Callable[[Event], Any] | None = None

    async def take(self, event: Event) -> None:
        self.events.append(event)
        if self.on_event is not None:
            await self.on_event(event)

    async def until(self, true: Callable[[], Any]) -> Any:
        """What `true` returns, once it is true."""
        deadline = time.monotonic() + PATIENCE
        while not (result := true()):
            assert time.monotonic() < deadline, f"not in time; heard {self.events[-5:]}"
            await asyncio.sleep(0.02)
        return result

    def all(self, kind: type[E], **fields: Any) -> list[E]:
        """The events of this type with these fields."""
        return [
            event
            for event in self.events
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def one(self, kind: type[E], **fields: Any) -> E:
        """The first of `all`, once it has come."""
        found: list[E] = await self.until(lambda: self.all(kind, **fields))
        return found[0]


class SimulatorDriver:
    """Plays people in the simulator."""

    room = "r1"

    def __init__(self) -> None:
        world = World(
            people=tuple(Person(id=id, name=name, friend=id in FRIENDS) for id, name in NAMES.items()),
            rooms=(Room(id="r1", name=TOPIC, owner="lead", members=("lead", "u1", "u2")),),
            leaders=("lead",),
            agents=(),
            bot_name=BOT_NAME,
        )
        self.channel: SimulatorChannel = SimulatorChannel(clock=MovableClock(), world=world)

    async def say(
        self,
        person: str,
        text: str,
        *,
        private: bool = False,
        id: str | None = None,
        mentions: Sequence[str] = (),
        quotes: tuple[str, str, str] | None = None,
        kind: str = "text",
    ) -> str:
        # What a test lets go wrong on delivery comes back here, to a person who cannot know.
        with suppress(RuntimeError):
            return await self.channel.say(
                person,
                None if private else self.room,
                text,
                id=id,
                quote=quotes[0] if quotes else None,
                kind=kind,
                mentions=tuple(mentions),
            )
        return ""

    async def recall(self, person: str, message: str) -> None:
        await self.channel.recall(person, message)

    async def join(self, person: str, inviter: str | None) -> None:
        await self.channel.join(self.room, person, inviter=inviter)

    async def leave(self, person: str, remover: str | None) -> None:
        await self.channel.leave(self.room, person, remover=remover)

    def sent(self, to: str) -> list[str]:
        return [
            line.text
            for line in self.channel.story.after(0)
            if line.sender == BOT and to in (line.room, line.person)
        ]


class WechatyDriver:
    """Plays people behind the real gateway, in a room of its own."""

    def __init__(self, gateway: Gateway, folder: Path, room: str) -> None:
        self.gateway, self.room = gateway, room
        self.channel: WechatyChannel = WechatyChannel(
            gateway.endpoint,
            gateway.token,
            tls_enabled=False,
            ca=None,
            server_name=None,
            data_dir=folder,
            clock=_WallClock(),
            timing=SOON,
            terminal=None,
        )

    async def prepare(self) -> None:
        """Make the world."""
        for id, name in NAMES.items():
            await self.gateway.add_person(id, name, friend=id in FRIENDS)
        members = {id: NAMES[id] for id in ("lead", "u1", "u2")}
        await self.gateway.add_room(self.room, TOPIC, owner="lead", members=members)

    async def say(
        self,
        person: str,
        text: str,
        *,
        private: bool = False,
        id: str | None = None,
        mentions: Sequence[str] = (),
        quotes: tuple[str, str, str] | None = None,
        kind: str = "text",
    ) -> str:
        if quotes is not None:
            text = f"「{quotes[1]}：{quotes[2]}」\n{'- ' * 15}\n{text}"
        type = {"text": 7, "image": 6}[kind]
        if private:
            return await self.gateway.dm(person, text, id=id, type=type)
        real = [BOT_ID if who == BOT else who for who in mentions]
        return await self.gateway.say(self.room, person, text, id=id, mentions=real, type=type)

    async def recall(self, person: str, message: str) -> None:
        await self.gateway.recall(self.room, message, person)

    async def join(self, person: str, inviter: str | None) -> None:
        joining = {BOT_ID: BOT_NAME} if person == BOT else {person: NAMES[person]}
        await self.gateway.join(self.room, joining, inviter=inviter or "")

    async def leave(self, person: str, remover: str | None) -> None:
        leaving = BOT_ID if person == BOT else person
        await self.gateway.leave(self.room, [leaving], remover=remover or "")

    def sent(self, to: str) -> list[str]:
        return self.gateway.sent(to)


class _WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251
