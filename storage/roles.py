"""Who leads a room, as its leader decides it in the chat (C1, C13): by id, never by name."""

from collections.abc import Sequence

from storage.errors import Refused
from storage.people import CO_LEADER, LEADER, Member, Role, Room
from storage.shop import Shop

GIVEN_UP = "given_up"
"""The setting of a room that names who has handed it over."""


class NoSuchMember(Refused):
    """Nobody in the room has this name. Facts: name."""


class SeveralMembers(Refused):
    """More than one member has this name. Facts: name, count."""


def member_named(shop: Shop, room_id: str, name: str) -> str:
    """The one present member of exactly this display name. Raises NoSuchMember, SeveralMembers."""
    present = [m for m in shop.rows(Member).by("room_id", room_id) if m.present]
    found = [member for member in present if member.name.strip().lower() == name.strip().lower()]
    if not found:
        raise NoSuchMember(name=name)
    if len(found) > 1:
        raise SeveralMembers(name=name, count=len(found))
    return found[0].person_id


def appoint(shop: Shop, room_id: str, person_id: str, role: str = CO_LEADER) -> None:
    """Give somebody a role in the room, from the chat."""
    rows = shop.rows(Role)
    if rows.get((room_id, person_id, role)) is None:
        rows.add(
            Role(
                tenant_id=shop.tenant,
                room_id=room_id,
                person_id=person_id,
                role=role,
                source="chat",
            )
        )


def dismiss(shop: Shop, room_id: str, person_id: str, role: str = CO_LEADER) -> None:
    """Take a role away; unknown ones are fine."""
    row = shop.rows(Role).get((room_id, person_id, role))
    if row is not None:
        shop.rows(Role).drop(row)


def hand_over(shop: Shop, room_id: str, giver: str, taker: str) -> None:
    """The taker leads the room from now on, the giver helps; neither file nor ownership undoes that."""
    led = shop.rows(Role).get((room_id, giver, LEADER))
    source = led.source if led is not None else "chat"
    dismiss(shop, room_id, giver, LEADER)
    dismiss(shop, room_id, taker)
    appoint(shop, room_id, taker, LEADER)
    appoint(shop, room_id, giver)
    room = shop.rows(Room).get(room_id)
    if room is not None:
        others = {who: how for who, how in given_up(room).items() if who != taker}
        room.setting(GIVEN_UP, {**others, giver: others.get(giver, source)})


def given_up(room: Room) -> dict[str, str]:
    """Who has handed the room over in the chat, and by what he had led it (config, owner, chat)."""
    return dict(room.settings.get(GIVEN_UP, {}))


def still_leading(room: Room, named: Sequence[str]) -> list[str]:
    """Whom the file names as leader and who has not handed over.

    Who is named no more is forgotten, so that the file can name him anew.
    """
    before = given_up(room)
    kept = {who: how for who, how in before.items() if who in named or how != "config"}
    if kept != before:
        room.setting(GIVEN_UP, kept)
    return [who for who in named if who not in kept]


def owner_leads(room: Room) -> bool:
    """Whether its owner is a room's leader, unless the file says otherwise (contract §9.14)."""
    gone = given_up(room)
    return room.owner not in gone and "config" not in gone.values()
