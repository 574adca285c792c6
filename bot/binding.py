"""Binding: rooms that the configuration knows only by name get their id, once and for good (§9.14)."""

from collections.abc import Mapping
from typing import Any

from bot.channels import Event, Incoming, Joined, RoomChanged
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
        if not isinstance(event, Incoming | Joined | RoomChanged) or not event.room_name:
            return None
        room_id = event.room
        if room_id is None or room_id in self.bound.values():
            return None
        topic = event.room_name
        ids = self._seen.setdefault(topic, set())
        ids.add(room_id)
        if len(ids) > 1:  # a topic binds only if it is unique
            return None
        return self._room(topic, room_id, event) or self._desk(topic, room_id, event)

    def _room(self, topic: str, room_id: str, event: Event) -> dict[str, Any] | None:
        for room in self.config.rooms:
            if room.match.topic == topic and topic not in self.bound:
                self.bound[topic] = room_id
                about = {
                    "leaders": list(room.leaders),
                    "name": topic,
                    "account": event.account,
                    "owner": getattr(event, "room_owner", None),
                }
                return {"rooms": {room_id: about}, **self._rest()}
        return None

    def _desk(self, topic: str, room_id: str, event: Event) -> dict[str, Any] | None:
        desk = self.config.agent_room
        if desk is None or desk.topic != topic or f"desk:{topic}" in self.bound:
            return None
        if not self._holds_agent(event):
            self._seen[topic].discard(room_id)
            return None
        self.bound[f"desk:{topic}"] = room_id
        return {"rooms": {}, **self._rest(), "agent_room": room_id, "account": event.account}

    def _holds_agent(self, event: Event) -> bool:
        if isinstance(event, Incoming):
            return event.sender in self._agents
        return isinstance(event, Joined) and bool(self._agents & set(event.members))

    def _rest(self) -> dict[str, Any]:
        return {"agents": {agent.id: agent.name for agent in self.config.agents}, "bound": self.bound}
