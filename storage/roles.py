"""Who leads a room, as its leader decides it in the chat (C1, C13): by id, never by name."""

from storage.errors import Refused
from storage.people import CO_LEADER, LEADER, Member, Role
from storage.shop import Shop


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
    """The taker leads the room from now on, the giver helps."""
    dismiss(shop, room_id, giver, LEADER)
    dismiss(shop, room_id, taker)
    appoint(shop, room_id, taker, LEADER)
    appoint(shop, room_id, giver)
