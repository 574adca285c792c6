"""Who is in which room of the simulator: it begins as the world says, and people come and go."""

import re
from dataclasses import asdict, replace
from typing import Any

from bot.channels import BOT
from bot.channels.world import Person, Room, World


class Impossible(Exception):
    """Something that this world does not allow; `why` is a word the page has a sentence for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Cast:
    """People, and the rooms they are in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rooms = {room.id: room for room in world.rooms}

    def has_room(self, room: str) -> bool:
        """Whether there is such a room."""
        return room in self._rooms

    def room(self, room: str) -> Room:
        """The room as it is now."""
        if room not in self._rooms:
            raise Impossible("no_such_room")
        return self._rooms[room]

    def speaker(self, person: str, room: str | None) -> Person:
        """The person, who has to be a member where they speak."""
        known = self.world.person(person)
        if known is None or (room is not None and person not in self.room(room).members):
            raise Impossible("not_a_member")
        return known

    def name(self, who: str) -> str:
        """The display name of a person or of the bot."""
        if who == BOT:
            return self.world.bot_name
        known = self.world.person(who)
        return known.name if known else who

    def enter(self, room: str, person: str) -> Room:
        """Somebody comes in; the bot is in every room anyway."""
        there = self.room(room)
        if person == BOT or person in there.members:
            return there
        return self._members(there, (*there.members, person))

    def quit(self, room: str, person: str) -> Room:
        """Somebody goes out."""
        there = self.room(room)
        return self._members(there, tuple(who for who in there.members if who != person))

    def buyers(self, room: str) -> list[str]:
        """The members who are neither leader nor agent."""
        return [who for who in self.room(room).members if self.world.role(who) == "buyer"]

    def mentioned(self, text: str, room: str | None) -> dict[str, str]:
        """Whom the @names of a text mean, by id; of two names that fit the longer one."""
        if room is None or "@" not in text:
            return {}
        ids = {self.name(who): who for who in (BOT, *self.room(room).members)}
        longest_first = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
        return {ids[name]: name for name in re.findall(f"@({longest_first})", text)}

    def scene(self) -> dict[str, Any]:
        """All of it for the page."""
        world = self.world
        return {
            "bot": {"id": BOT, "name": world.bot_name},
            "timezone": world.timezone,
            "people": [{"id": who.id, "name": who.name, "role": world.role(who.id)} for who in world.people],
            "rooms": [asdict(room) for room in self._rooms.values()],
            "panes": world.panes,
            "chips": {role: [asdict(chip) for chip in chips] for role, chips in world.chips.items()},
        }

    def _members(self, room: Room, members: tuple[str, ...]) -> Room:
        self._rooms[room.id] = replace(room, members=members)
        return self._rooms[room.id]
