"""The simulator: a chat platform in memory, so that 小团 can be tried with no WeChat.

It is a channel like any other.  Its people speak through `say`, `recall`, `join` and `leave` (the
page's socket and tests call them); what they and the bot said is in the `story`, and whoever
`watch`es it is told of every change.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.channels import (
    BOT,
    ChannelState,
    Deliver,
    Echo,
    Incoming,
    Joined,
    Left,
    NotSent,
    Outgoing,
    Quote,
    Recalled,
)
from bot.channels.cast import Cast, Impossible
from bot.channels.handover import Handover
from bot.channels.story import Line, Story
from bot.channels.world import World, sample_world
from bot.images import sample_picture

MENTION_END = "\u2005"
"""What WeChat puts after a name that was mentioned."""


class MovableClock(Protocol):
    """A clock that tells the time of the simulated world and can be moved forward."""

    def now(self) -> datetime:
        """The time there, aware."""

    def advance(self, by: timedelta) -> None:
        """Move forward by so much."""

    def advance_to(self, at: datetime) -> None:
        """Move forward to a later time."""


Watcher = Callable[[dict[str, Any]], None]


class SimulatorChannel:
    """A chat account in a world of played people."""

    def __init__(
        self,
        *,
        clock: MovableClock,
        world: World | None = None,
        state_file: Path | None = None,
        account: str = "simulator",
    ) -> None:
        """`state_file` keeps the conversation over restarts; the clock is moved up to its end."""
        self.account = account
        self.cast = Cast(world or sample_world())
        self.world = self.cast.world
        self.clock = clock
        self.story = Story(state_file)
        self.epoch = secrets.token_hex(4)
        """Marks this start, so that no id of an earlier one comes again."""
        self._count = 0
        self._watchers: set[Watcher] = set()
        self._handover: Handover | None = None
        self._chatter: asyncio.Task[None] | None = None
        self._scene = 0
        last = self.story.last
        if last is not None and (at := datetime.fromisoformat(last.at)) > clock.now():
            clock.advance_to(at)

    # The port

    async def start(self, deliver: Deliver) -> None:
        """Hand what happens to `deliver`, one event after the other."""
        if self._handover is None:
            self._handover = Handover(deliver)

    async def stop(self) -> None:
        """Deliver nothing more; what waited is dropped, as a platform would."""
        handover, self._handover = self._handover, None
        if self._chatter is not None:
            self._chatter.cancel()
        if handover is not None:
            await handover.stop()

    async def send(self, message: Outgoing) -> str | None:
        """Show the bot's message where it belongs."""
        if self._handover is None:
            raise NotSent("the simulator is not running")
        if message.room is not None and not self.cast.has_room(message.room):
            raise NotSent(f"there is no room {message.room}")
        if message.to is not None and not await self.can_dm(message.to):
            raise NotSent(f"{message.to} cannot be written to")
        line = self._add(
            id=self._new_id(),
            room=message.room,
            person=message.to,
            sender=BOT,
            name=self.world.bot_name,
            text=_with_mentions(message.text, message.mentions),
            kind=message.kind,
            mentions=dict(message.mentions),
            url=message.url,
            path=message.path,
        )
        echo = Echo(
            account=self.account,
            id=line.id,
            room=line.room,
            to=line.person,
            text=line.text,
            at=datetime.fromisoformat(line.at),
        )
        self._handover.put(echo)
        return line.id

    async def can_dm(self, person: str) -> bool:
        """Friends of the account can be written to."""
        known = self.world.person(person)
        return known is not None and known.friend

    async def picture(self, message: str) -> bytes | None:
        """What people of the simulator photograph: strawberries."""
        line = self.story.get(message)
        if line is None or line.kind != "image" or line.recalled:
            return None
        return await asyncio.to_thread(sample_picture, message)

    def state(self) -> ChannelState:
        """Connected from start to stop."""
        running = self._handover is not None and self._handover.running
        return ChannelState(connected=running, logged_in=running, detail="" if running else "stopped")

    # What people do

    async def say(
        self,
        person: str,
        room: str | None,
        text: str,
        *,
        id: str | None = None,
        quote: str | None = None,
        kind: str = "text",
        mentions: tuple[str, ...] = (),
    ) -> str:
        """Let `person` say something (room None: to the bot in private); its id once it is taken.

        Without `mentions` they are read from @names in the text.  A voice message carries its text
        as the transcript.  An `id` that was said before is a redelivery: shown once, delivered
        again.
        """
        self._running()
        speaker = self.cast.speaker(person, room)
        line = self.story.get(id) if id else None
        if line is None:
            named = {who: self.cast.name(who) for who in mentions}
            line = self._add(
                id=id or self._new_id(),
                room=room,
                person=None if room else person,
                sender=person,
                name=speaker.name,
                text=text,
                kind=kind,
                mentions=named or self.cast.mentioned(text, room),
                quote=self._quoted(quote),
            )
        await self._running().take(self._incoming(line))
        return line.id

    async def recall(self, person: str, message: str) -> None:
        """Let `person` take back a message of their own (撤回)."""
        self._running()
        line = self.story.get(message)
        if line is None or line.sender != person:
            raise Impossible("not_yours")
        if line.recalled:
            return
        self._show(self.story.recall(line))
        await self._running().take(
            Recalled(
                account=self.account,
                room=line.room,
                message=message,
                sender=person,
                at=self.clock.now(),
            )
        )

    async def join(self, room: str, person: str, *, inviter: str | None = None) -> None:
        """Let `person` (or the bot) come into a room."""
        self._running()
        there = self.cast.enter(room, person)
        self._tell({"scene": self.scene()})
        await self._running().take(
            Joined(
                account=self.account,
                room=room,
                members={person: self.cast.name(person)},
                at=self.clock.now(),
                inviter=inviter,
                room_name=there.name,
                room_owner=there.owner,
            )
        )

    async def leave(self, room: str, person: str, *, remover: str | None = None) -> None:
        """Let `person` go out of a room, or be removed."""
        self._running()
        self.cast.quit(room, person)
        self._tell({"scene": self.scene()})
        now = self.clock.now()
        await self._running().take(
            Left(account=self.account, room=room, members=(person,), at=now, remover=remover)
        )

    def chat(self, room: str, *, pause: float = 0.7) -> asyncio.Task[None]:
        """Let the members chat about nothing, `pause` seconds between messages."""
        self._running()
        if self._chatter is not None and not self._chatter.done():
            raise Impossible("already_chatting")
        crowd = self.cast.buyers(room)
        scene = self.world.chatter[self._scene % len(self.world.chatter)]
        if not crowd:
            raise Impossible("nobody_there")
        self._chatter = asyncio.create_task(self._chat(room, crowd, scene, pause))
        self._scene += 1
        return self._chatter

    async def _chat(self, room: str, crowd: list[str], scene: tuple[str, ...], pause: float) -> None:
        with suppress(Exception):  # the handover has logged it; idle talk just ends
            for turn, text in enumerate(scene):
                await self.say(crowd[turn % len(crowd)], room, text)
                await asyncio.sleep(pause)

    # The clock

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock.advance(by)
        self._tell({})

    def move_to(self, hour: time, *, tomorrow: bool = False) -> None:
        """Let time pass until the shop's clock next shows `hour`, today's or tomorrow's."""
        now = self.clock.now().astimezone(ZoneInfo(self.world.timezone))
        goal = datetime.combine(now.date(), hour, tzinfo=now.tzinfo)
        if tomorrow or goal <= now:
            goal += timedelta(days=1)
        self.clock.advance_to(goal)
        self._tell({})

    # What the page sees

    def explain(self, message_id: str, facts: Mapping[str, object]) -> None:
        """Say why the bot answered a message or stayed silent; later facts add to earlier ones.

        The page knows `intent`, `sub`, `product`, `confidence` (0 to 1), `rule`, `handler`, `did`,
        `said` and `notes` (texts or lists of them); other facts are shown under their own names.
        Answered is what has `said` or `answered` true; with a `handler` alone it was only noted.
        """
        if line := self.story.get(message_id):
            plain = json.loads(json.dumps(dict(facts), ensure_ascii=False, default=str))
            self._show(self.story.explain(line, plain))

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` of every change until the returned function is called."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)

    def scene(self) -> dict[str, Any]:
        """Who and what there is, for a page that has just come."""
        return {"epoch": self.epoch} | self.cast.scene()

    # Inside

    def _incoming(self, line: Line) -> Incoming:
        room = self.cast.room(line.room) if line.room else None
        voice = line.kind == "voice"
        return Incoming(
            account=self.account,
            id=line.id,
            room=line.room,
            sender=line.sender,
            text="" if voice else line.text,
            at=datetime.fromisoformat(line.at),
            name=line.name,
            kind=line.kind,
            mentions=tuple(line.mentions),
            quote=Quote(**line.quote) if line.quote else None,
            transcript=line.text if voice else None,
            room_name=room.name if room else None,
            room_owner=room.owner if room else None,
        )

    def _add(self, **facts: Any) -> Line:
        at = self.clock.now().astimezone(ZoneInfo(self.world.timezone)).isoformat()
        line = self.story.add(Line(at=at, **facts))
        self._show(line)
        return line

    def _show(self, line: Line) -> None:
        self._tell({"lines": [line.view()]})

    def _tell(self, news: dict[str, Any]) -> None:
        frame = {"now": self.clock.now().isoformat()} | news
        for watcher in tuple(self._watchers):
            watcher(frame)

    def _running(self) -> Handover:
        if self._handover is None:
            raise Impossible("stopped")
        return self._handover

    def _new_id(self) -> str:
        self._count += 1
        return f"{self.epoch}-{self._count}"

    def _quoted(self, id: str | None) -> dict[str, str | None] | None:
        if id is None:
            return None
        line = self.story.get(id)
        if line is None:
            return {"id": id, "sender": None, "name": None, "text": None}
        return {"id": id, "sender": line.sender, "name": line.name, "text": line.text}


def _with_mentions(text: str, mentions: Mapping[str, str]) -> str:
    """The text with `@name` in front for whoever it does not name yet."""
    missing = (f"@{name}{MENTION_END}" for name in mentions.values() if f"@{name}" not in text)
    return "".join(missing) + text
