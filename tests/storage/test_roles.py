"""Who leads a room is a matter of ids; a name only finds the one member who bears it."""

import pytest
from chat import Shop

from storage.people import CO_LEADER, LEADER, Member, Role
from storage.roles import NoSuchMember, SeveralMembers, appoint, dismiss, hand_over, member_named
from storage.shop import Shop as StoredShop


def live(shop: Shop) -> StoredShop:
    assert shop.worker is not None
    return shop.worker.shop


async def members(shop: Shop) -> None:
    await live(shop).load(Member, "r1")


async def test_a_name_that_one_member_bears(shop: Shop) -> None:
    await members(shop)
    assert member_named(live(shop), "r1", " 李姐 ") == "u6"
    with pytest.raises(NoSuchMember):
        member_named(live(shop), "r1", "李")


async def test_a_name_that_two_members_bear(shop: Shop) -> None:
    await members(shop)
    live(shop).rows(Member).add(Member(tenant_id="shop", room_id="r1", person_id="u99", name="李姐"))
    with pytest.raises(SeveralMembers) as refused:
        member_named(live(shop), "r1", "李姐")
    assert refused.value.facts["count"] == 2


async def test_who_has_left_is_nobody(shop: Shop) -> None:
    await members(shop)
    member = live(shop).rows(Member).get(("r1", "u6"))
    assert member is not None
    member.present = False
    with pytest.raises(NoSuchMember):
        member_named(live(shop), "r1", "李姐")


async def test_appointing_twice_is_once(shop: Shop) -> None:
    appoint(live(shop), "r1", "u6")
    appoint(live(shop), "r1", "u6")
    assert live(shop).is_leader("u6", "r1")
    assert not live(shop).is_leader("u6", "r2")
    dismiss(live(shop), "r1", "u6")
    dismiss(live(shop), "r1", "u6")
    assert not live(shop).is_leader("u6", "r1")


async def test_handing_over_leaves_one_leader_and_a_helper(shop: Shop) -> None:
    appoint(live(shop), "r1", "u6")
    hand_over(live(shop), "r1", "u-lead", "u6")
    roles = {(r.person_id, r.role) for r in live(shop).rows(Role).by("room_id", "r1")}
    assert roles == {("u6", LEADER), ("u-lead", CO_LEADER)}
    assert live(shop).leaders_of("r1") == ["u6", "u-lead"]
