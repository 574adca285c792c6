"""Who and where: payloads of messages, people and rooms, fetched once and kept for a while."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from bot.channels.wechaty import events
from bot.channels.wechaty.cache import Cache
from bot.channels.wechaty.events import GatewayEvent
from bot.channels.wechaty.sdk import CONNECTION_ERRORS, GRPCError

log = structlog.get_logger()

MESSAGES, PEOPLE, ROOMS, MEMBERS = 2_000, 5_000, 1_000, 20_000
"""How many of each are kept: about 15 MB when full."""

FRESH = 30 * 60.0
"""Seconds. Gateways tell most changes; a new owner or nickname they may not."""


class Directory:
    """The gateway's payloads, in bounded caches. Getters raise GRPCError or a connection error."""

    def __init__(self, stub: Callable[[], Any]) -> None:
        time = asyncio.get_running_loop().time
        self._stub = stub
        self._messages: Cache[str, Any] = Cache(MESSAGES, FRESH, time)
        self._people: Cache[str, Any] = Cache(PEOPLE, FRESH, time)
        self._rooms: Cache[str, Any] = Cache(ROOMS, FRESH, time)
        self._members: Cache[tuple[str, str], Any] = Cache(MEMBERS, FRESH, time)
        self._caches = (self._messages, self._people, self._rooms, self._members)

    async def message(self, id: str) -> Any:
        """The payload of a message, its type as the gateway's number."""
        return await self._messages.fetch(id, lambda: self._stub().message_payload(id=id))

    async def person(self, id: str) -> Any:
        """The payload of a contact."""
        return await self._people.fetch(id, lambda: self._stub().contact_payload(id=id))

    async def room(self, id: str) -> Any:
        """The payload of a room."""
        if self._rooms.expired(id):
            # The gateway keeps its own copy for ever unless it is told to ask WeChat again.
            self._rooms.drop(id)
            await self._stub().dirty_payload(type=events.ROOM, id=id)
        return await self._rooms.fetch(id, lambda: self._stub().room_payload(id=id))

    async def member(self, room: str, id: str) -> Any:
        """The payload of somebody in a room, with the nickname there."""
        return await self._members.fetch(
            (room, id), lambda: self._stub().room_member_payload(id=room, member_id=id)
        )

    async def name(self, room: str | None, id: str) -> str | None:
        """What the others see as the person's name; None if it cannot be learned now."""
        try:
            if room is None:
                return (await self.person(id)).name or None
            member = await self.member(room, id)
            return member.room_alias or member.name or None
        except (*CONNECTION_ERRORS, GRPCError) as error:
            log.info("wechaty.name_unknown", room=room, person=id, why=type(error).__name__)
            return None

    async def is_friend(self, id: str) -> bool:
        """Whether the account and the person are friends; after a no WeChat itself is asked."""
        if (await self.person(id)).friend:
            return True
        self._people.drop(id)
        await self._stub().dirty_payload(type=events.CONTACT, id=id)
        return bool((await self.person(id)).friend)

    async def shares_a_room(self, id: str) -> bool:
        """Whether the person is in a room of the account."""
        return any(id in room.member_ids for room in (await self.rooms()).values())

    async def rooms(self) -> dict[str, Any]:
        """The payloads of all rooms of the account, by id."""
        found = {}
        for id in (await self._stub().room_list()).ids:
            try:
                found[id] = await self.room(id)
            except GRPCError:
                continue  # a room that the account has left
        return found

    def forget(self, event: GatewayEvent) -> None:
        """Drop what the event says is no longer true."""
        room = event.text("roomId")
        if event.kind in ("room-join", "room-leave", "room-topic") and room:
            self._rooms.drop(room)
        if event.kind in ("room-join", "room-leave"):
            for person in event.ids("inviteeIdList", "removeeIdList"):
                self._members.drop((room, person))
        if event.kind == "dirty":
            self._dirty(event.number("payloadType"), event.text("payloadId"))

    def _dirty(self, kind: int, id: str) -> None:
        if kind == events.MESSAGE:
            self._messages.drop(id)
        elif kind == events.CONTACT:
            self.forget_person(id)
        elif kind == events.ROOM:
            self._rooms.drop(id)
        elif kind == events.ROOM_MEMBER:
            self._members.drop_where(lambda key: key[0] == id)

    def forget_person(self, id: str) -> None:
        """Ask again who the person is."""
        self._people.drop(id)
        self._members.drop_where(lambda key: key[1] == id)

    def close(self) -> None:
        """Fetch nothing more."""
        for cache in self._caches:
            cache.close()
