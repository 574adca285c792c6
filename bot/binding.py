"""Binding: rooms that the configuration knows only by name get their id, once and for good (§9.14)."""

from collections.abc import Mapping
from typing import Any

from bot.channels import Event, Incoming, Joined, KnownRoom, RoomChanged, RoomsKnown
from bot.config import Config


class Binding:
    """Finds the configured room of a topic. `bound` maps topics to room ids and is kept by the shop."""

    def __init__(self, config: Config, bound: Mapping[str, str]) -> None:
        self.config, self.bound = config, dict(bound)
        self._agents = {agent.id for agent in config.agents}
        self._seen: dict[str, set[str]] = {}

    def at_start(self) -> dict[str, Any]:
        """What to configure before anything is said: rooms by id and those bound earlier."""
        rooms: dict[str, Any] = {}
        for room in self.config.rooms:
            room_id = room.match.id or self.bound.get(room.match.topic or "")
            if room_id is not None:
                rooms[room_id] = {"leaders": list(room.leaders), "name": room.match.topic}
                if len(self.config.channels) > 1:  # the first message from there tells which account is in it
                    rooms[room_id]["account"] = ""
        desk = self.config.agent_room
        agent_room = (desk.id or self.bound.get(f"desk:{desk.topic}")) if desk is not None else None
        agents = {agent.id: agent.name for agent in self.config.agents}
        return {"rooms": rooms, "agents": agents, "agent_room": agent_room, "whole": True}

    def of(self, event: Event) -> dict[str, Any] | None:
        """What to configure before this event, when it tells the name of a room not yet bound."""
        if not isinstance(event, Incoming | Joined | RoomChanged) or event.room is None:
            return None
        room = KnownRoom(id=event.room, name=event.room_name, owner=event.room_owner, members=_people(event))
        self._see(room)
        return self._bind(room, event.account)

    def among(self, listed: RoomsKnown) -> list[dict[str, Any]]:
        """What to configure when all rooms of an account are known, before anybody has spoken there."""
        for room in listed.rooms:
            self._see(room)
        found = [self._bind(room, listed.account) for room in listed.rooms]
        return [bind for bind in found if bind is not None]

    def _see(self, room: KnownRoom) -> None:
        if room.name and room.id not in self.bound.values() and self._can_be(room):
            self._seen.setdefault(room.name, set()).add(room.id)

    def _can_be(self, room: KnownRoom) -> bool:
        """An agents' room holds an agent; one without is none, and stands in nobody's way."""
        desk = self.config.agent_room
        wanted = any(each.match.topic == room.name for each in self.config.rooms)
        return wanted or desk is None or desk.topic != room.name or bool(self._agents & room.members)

    def _bind(self, room: KnownRoom, account: str) -> dict[str, Any] | None:
        topic = room.name
        if topic is None or self._seen.get(topic) != {room.id}:  # a topic binds only if it is unique
            return None
        if room.id in self.bound.values():
            return None
        return self._room(topic, room, account) or self._desk(topic, room, account)

    def _room(self, topic: str, room: KnownRoom, account: str) -> dict[str, Any] | None:
        for each in self.config.rooms:
            if each.match.topic == topic and topic not in self.bound:
                self.bound[topic] = room.id
                about = {
                    "leaders": list(each.leaders),
                    "name": topic,
                    "account": account,
                    "owner": room.owner,
                }
                return {"rooms": {room.id: about}, **self._rest()}
        return None

    def _desk(self, topic: str, room: KnownRoom, account: str) -> dict[str, Any] | None:
        desk = self.config.agent_room
        if desk is None or desk.topic != topic or f"desk:{topic}" in self.bound:
            return None
        if not self._agents & room.members:
            return None
        self.bound[f"desk:{topic}"] = room.id
        return {"rooms": {}, **self._rest(), "agent_room": room.id, "account": account}

    def _rest(self) -> dict[str, Any]:
        return {"agents": {agent.id: agent.name for agent in self.config.agents}, "bound": self.bound}


def _people(event: Incoming | Joined | RoomChanged) -> frozenset[str]:
    """Who is in the room for certain, as the event tells it."""
    if isinstance(event, Incoming):
        return frozenset((event.sender,))
    return frozenset(event.members) if isinstance(event, Joined) else frozenset()
