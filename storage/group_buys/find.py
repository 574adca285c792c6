"""Which group buys there are in a room, and which one people are talking about."""

from datetime import datetime, timedelta
from operator import attrgetter

from storage.flows import EVERYONE, Flow
from storage.group_buys.tables import GroupBuy, Item, State
from storage.people import Member, Person, Room
from storage.shop import RECENT, Shop

LATELY = timedelta(hours=24)
"""So long after its end a group buy is still what people may be talking about."""
MENTIONED = "mentioned_group_buy"
"""The flow that remembers what a room spoke of last (contract §9.4)."""


def live(shop: Shop) -> list[GroupBuy]:
    """All group buys that have not ended, by number."""
    return sorted(shop.rows(GroupBuy), key=lambda group_buy: group_buy.number)


def rooms_of(group_buy: GroupBuy) -> list[str]:
    """The rooms that sign up for it; its own first."""
    return [group_buy.room_id, *group_buy.also_in]


def in_room(shop: Shop, room_id: str) -> list[GroupBuy]:
    """The room's group buys that have not ended, by number."""
    found = shop.cache.get(("group_buys", room_id))
    if found is None:
        here = [*shop.rows(GroupBuy).by("room_id", room_id), *_mirrored_to(shop, room_id)]
        here.sort(key=lambda group_buy: group_buy.number)
        found = [group_buy for group_buy in here if group_buy.state != State.CANCELLED]
        shop.cache["group_buys", room_id] = found
    return list(found)


def _mirrored_to(shop: Shop, room_id: str) -> list[GroupBuy]:
    """The group buys of other rooms that sign up here, too."""
    mirrored: list[GroupBuy] | None = shop.cache.get("mirrored")
    if mirrored is None:
        mirrored = shop.cache["mirrored"] = [g for g in shop.rows(GroupBuy) if g.also_in]
    return [group_buy for group_buy in mirrored if room_id in group_buy.also_in]


def collecting_in(shop: Shop, room_id: str) -> list[GroupBuy]:
    """The room's group buys that take sign-ups, by number."""
    return [group_buy for group_buy in in_room(shop, room_id) if group_buy.collecting]


def items_of(shop: Shop, group_buy: GroupBuy) -> list[Item]:
    """The items of a group buy by letter."""
    return sorted(shop.rows(Item).by("group_buy", group_buy.number), key=attrgetter("code"))


def items_changed(shop: Shop, group_buy: GroupBuy) -> None:
    """What is derived from the group buys of its rooms must be derived anew."""
    for room_id in rooms_of(group_buy):
        shop.cache.pop(("group_buys", room_id), None)
        shop.cache.pop(("open_names", room_id), None)
    shop.cache.pop("own_words", None)
    if group_buy.also_in:
        shop.cache.pop("mirrored", None)


def open_item_names(shop: Shop, room_id: str | None, person_id: str, now: datetime) -> tuple[str, ...]:
    """Names of what people here may mean, in letter order; in private, where the person was last.

    What has closed lately still counts: latecomers and second thoughts are about it.
    """
    home = room_id or buying_room(shop, person_id)
    if home is None:
        return ()
    cached: tuple[datetime | None, tuple[str, ...]] | None = shop.cache.get(("open_names", home))
    if cached is None or (cached[0] is not None and now >= cached[0]):
        cached = shop.cache["open_names", home] = _names_in(shop, home, now)
    return cached[1]


def _names_in(shop: Shop, room_id: str, now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """The names, and until when they hold."""
    names: list[str] = []
    until: datetime | None = None
    for group_buy in in_room(shop, room_id):
        if not group_buy.collecting:
            closed = group_buy.closed_at or group_buy.opened_at
            if now - closed > LATELY:
                continue
            until = min(until, closed + LATELY) if until else closed + LATELY
        names += [item.name for item in items_of(shop, group_buy)]
    return until, tuple(dict.fromkeys(names))


def buying_room(shop: Shop, person_id: str) -> str | None:
    """Where a person buys: the room spoken in last, else the one with something open for him."""
    person = shop.rows(Person).get(person_id)
    if person is not None and person.marks.get("room"):
        return str(person.marks["room"])
    rooms = rooms_of_person(shop, person_id)
    selling = [room for room in rooms if collecting_in(shop, room)]
    found = selling or rooms
    return found[-1] if len(found) == 1 or (selling and len(selling) > 1) else None


def rooms_of_person(shop: Shop, person_id: str) -> list[str]:
    """The served rooms that the person is known in (their members loaded)."""
    members = shop.rows(Member)
    served = [room.id for room in shop.rows(Room) if room.served and not room.is_agent_room]
    return [room for room in served if (room, person_id) in members]


def mention(shop: Shop, room_id: str, group_buy: GroupBuy, now: datetime) -> None:
    """The room speaks of this one now."""
    flows = shop.rows(Flow)
    flow = flows.get((room_id, EVERYONE, MENTIONED))
    data = {"number": group_buy.number}
    if flow is None:
        flows.add(
            Flow(
                tenant_id=shop.tenant,
                room_id=room_id,
                person_id=EVERYONE,
                kind=MENTIONED,
                data=data,
                expires=now + RECENT,
            )
        )
    elif flow.data != data or flow.expires - now < RECENT / 2:
        flow.data, flow.expires = data, now + RECENT


def current(shop: Shop, room_id: str, now: datetime) -> GroupBuy | None:
    """The one a bare “+1” goes to: the only one, else the one mentioned last within 10 minutes."""
    candidates = collecting_in(shop, room_id)
    if len(candidates) == 1:
        return candidates[0]
    flow = shop.rows(Flow).get((room_id, EVERYONE, MENTIONED))
    if flow is None or not flow.valid(now):
        return None
    return next((g for g in candidates if g.number == flow.data["number"]), None)
