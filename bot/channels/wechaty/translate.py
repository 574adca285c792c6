"""Gateway events become the events of bot.channels: fetched, cleaned, and named."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import structlog

from bot.channels import (
    BOT,
    Echo,
    Event,
    Incoming,
    Joined,
    KnownRoom,
    Left,
    Quote,
    Recalled,
    RoomChanged,
    RoomsKnown,
)
from bot.channels.wechaty.cache import Cache
from bot.channels.wechaty.directory import Directory
from bot.channels.wechaty.events import GatewayEvent, moment
from bot.channels.wechaty.link import Link
from bot.channels.wechaty.recent import Recent
from bot.channels.wechaty.sdk import CONNECTION_ERRORS, GRPCError
from bot.channels.wechaty.sent import Originals
from bot.channels.wechaty.wechat_text import Reading, mentioned, read

log = structlog.get_logger()

T = TypeVar("T")

RETRIES = (0.2, 0.5, 1.0)
"""Seconds before each further try at a payload; the gateway may know it a moment later."""

RECONNECTING = 20.0
"""Seconds that an event waits for the connection to return: payloads outlive it at the gateway."""

NAMES = 200
"""Members per room whose names are remembered for mentions without ids."""


class Translator:
    """Makes events for one account; `self_id` is asked each time, for the login may change."""

    def __init__(
        self,
        *,
        account: str,
        self_id: Callable[[], str | None],
        now: Callable[[], datetime],
        link: Link,
        directory: Directory,
        originals: Originals,
    ) -> None:
        self._account, self._self_id, self._now = account, self_id, now
        self._link, self._directory, self._originals = link, directory, originals
        self._recent = Recent()
        time = asyncio.get_running_loop().time
        self._seen: Cache[str, tuple[str, str]] = Cache(1_000, float("inf"), time)
        self._names: Cache[str, dict[str, str]] = Cache(500, float("inf"), time)

    async def events(self, event: GatewayEvent) -> Sequence[Event]:
        """What the gateway's event means to the bot, in order; nothing for most kinds."""
        if event.kind == "message":
            return await self._message(event.text("messageId"))
        if event.kind in ("login", "ready"):
            return await self._rooms()
        room = event.text("roomId")
        if not room:
            return ()
        if event.kind == "room-join":
            return await self._joined(event, room)
        if event.kind == "room-leave":
            return self._left(event, room)
        if event.kind == "room-topic":
            return await self._topic(event, room)
        return ()

    # Messages

    async def _message(self, id: str) -> Sequence[Event]:
        payload = await self._retried(lambda: self._directory.message(id)) if id else None
        if payload is None or not payload.from_id:
            log.warning("wechaty.message_unreadable", message_id=id)
            return ()
        place = payload.room_id or None
        at = moment(payload.timestamp, self._now())
        reading = read(int(payload.type), payload.text, payload.filename)
        if reading.kind == "recalled":
            return self._recalled(payload, reading, at)
        if payload.from_id == self._self_id():
            return (self._echo(id, place, payload.to_id, reading, at),)
        changed, topic, owner = await self._room(place)
        name = await self._directory.name(place, payload.from_id)
        message = Incoming(
            account=self._account,
            id=id,
            room=place,
            sender=payload.from_id,
            text=reading.text,
            at=at,
            name=name,
            kind=reading.kind,
            mentions=await self._mentions(place, reading.text, tuple(payload.mention_ids)),
            quote=self._quote(place or payload.from_id, reading.quote),
            raw=reading.raw,
            room_name=topic,
            room_owner=owner,
        )
        self._remember(message)
        return (*changed, message)

    def _recalled(self, payload: Any, reading: Reading, at: datetime) -> Sequence[Event]:
        if reading.recalled is None:
            log.warning("wechaty.recall_unreadable", message_id=payload.id)
            return ()
        return (
            Recalled(
                account=self._account,
                room=payload.room_id or None,
                message=reading.recalled,
                sender=self._known(payload.from_id),
                at=at,
            ),
        )

    def _echo(self, id: str, room: str | None, to: str, reading: Reading, at: datetime) -> Echo:
        text = self._originals.of(room or to, reading.text)
        self._recent.remember(room or to, id, BOT, None, reading.text)
        person = None if room else to or None
        return Echo(account=self._account, id=id, room=room, to=person, text=text, at=at)

    def _remember(self, message: Incoming) -> None:
        place = message.room or message.sender
        self._recent.remember(place, message.id, message.sender, message.name, message.text)
        if message.room and message.name:
            names = self._names.get(message.room) or {}
            names.pop(message.name, None)
            names[message.name] = message.sender
            if len(names) > NAMES:
                del names[next(iter(names))]
            self._names.put(message.room, names)

    def _quote(self, place: str, quote: Quote | None) -> Quote | None:
        if quote is None:
            return None
        quote = self._recent.resolve(place, quote)
        return replace(quote, sender=self._known(quote.sender)) if quote.sender else quote

    async def _mentions(self, room: str | None, text: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(map(self._known, ids))
        if room is None or ("@" not in text and "＠" not in text):
            return known
        own = dict.fromkeys(await self._own_names(room), BOT)
        return mentioned(text, known, own, self._names.get(room) or {})

    async def _own_names(self, room: str) -> list[str]:
        """The account's nickname, and what it is called in the room."""
        me = self._self_id()
        if me is None:
            return []
        names = await asyncio.gather(self._directory.name(None, me), self._directory.name(room, me))
        return [name for name in names if name]

    # Rooms

    async def _joined(self, event: GatewayEvent, room: str) -> Sequence[Event]:
        ids = event.ids("inviteeIdList", "inviteeIds")
        if not ids:
            return ()
        changed, topic, owner = await self._room(room)
        names = await asyncio.gather(*(self._directory.name(room, id) for id in ids))
        members: Mapping[str, str | None] = {
            self._known(id): name for id, name in zip(ids, names, strict=True)
        }
        joined = Joined(
            account=self._account,
            room=room,
            members=members,
            at=event.at(self._now()),
            inviter=self._known(event.text("inviterId")) or None,
            room_name=topic,
            room_owner=owner,
        )
        return (*changed, joined)

    def _left(self, event: GatewayEvent, room: str) -> Sequence[Event]:
        ids = event.ids("removeeIdList", "removeeIds")
        if not ids:
            return ()
        return (
            Left(
                account=self._account,
                room=room,
                members=tuple(map(self._known, ids)),
                at=event.at(self._now()),
                remover=self._known(event.text("removerId")) or None,
            ),
        )

    async def _topic(self, event: GatewayEvent, room: str) -> Sequence[Event]:
        _, topic, owner = await self._room(room)
        name = event.text("newTopic") or topic
        self._seen.put(room, (name or "", owner or ""))
        return (
            RoomChanged(
                account=self._account,
                room=room,
                at=event.at(self._now()),
                room_name=name,
                room_owner=owner,
            ),
        )

    async def _rooms(self) -> Sequence[Event]:
        """All rooms of the account; nothing when the gateway cannot list them now."""
        try:
            payloads = await self._directory.rooms()
        except (*CONNECTION_ERRORS, GRPCError) as error:
            log.warning("wechaty.rooms_unknown", why=type(error).__name__)
            return ()
        rooms = []
        for id, payload in payloads.items():
            owner = self._known(payload.owner_id)
            self._seen.put(id, (payload.topic, owner))
            members = frozenset(map(self._known, payload.member_ids))
            rooms.append(KnownRoom(id=id, name=payload.topic or None, owner=owner or None, members=members))
        return (RoomsKnown(account=self._account, rooms=tuple(rooms), at=self._now()),) if rooms else ()

    async def _room(self, room: str | None) -> tuple[Sequence[Event], str | None, str | None]:
        """What is new about the room, its topic, and its owner."""
        payload = None
        if room is not None:
            payload = await self._retried(lambda: self._directory.room(room), RETRIES[:1])
        if room is None or payload is None:
            return (), None, None
        now = (payload.topic, self._known(payload.owner_id))
        before = self._seen.get(room)
        self._seen.put(room, now)
        topic, owner = now[0] or None, now[1] or None
        if before is None or before == now:
            return (), topic, owner
        change = RoomChanged(
            account=self._account, room=room, at=self._now(), room_name=topic, room_owner=owner
        )
        return (change,), topic, owner

    def _known(self, id: str) -> str:
        return BOT if id and id == self._self_id() else id

    async def _retried(
        self, fetch: Callable[[], Awaitable[T]], pauses: Sequence[float] = RETRIES
    ) -> T | None:
        """What is fetched; None when the gateway does not have it."""
        for pause in (*pauses, None):
            try:
                return await fetch()
            except (*CONNECTION_ERRORS, GRPCError) as error:
                if pause is None:
                    log.warning("wechaty.payload_missing", why=type(error).__name__)
                    return None
                if not isinstance(error, GRPCError):
                    await self._link.wait_connected(RECONNECTING)
                await asyncio.sleep(pause)
        return None
