"""The core: who leads and who helps follows the configuration, and what was said in the chat stays."""

from typing import Any

from chat import Shop

from storage.people import AGENT, LEADER, Role, Room


def roles(shop: Shop) -> set[tuple[str, str, str, str]]:
    assert shop.worker is not None
    return {(r.room_id, r.person_id, r.role, r.source) for r in shop.worker.shop.rows(Role)}


def room(shop: Shop, ident: str) -> Room:
    assert shop.worker is not None
    return shop.worker.shop.rows(Room)[ident]


async def configured(shop: Shop, **data: Any) -> None:
    await shop.command("configure", {"agents": {}, "rooms": {}, **data})


async def test_leaders_and_agents_follow_the_file(shop: Shop) -> None:
    await configured(shop, rooms={"r1": {"leaders": ["a", "b"]}}, agents={"x": "小周"})
    mine = {role for role in roles(shop) if role[0] in ("r1", "")}
    assert mine == {
        ("r1", "a", LEADER, "config"),
        ("r1", "b", LEADER, "config"),
        ("", "x", AGENT, "config"),
    }
    await configured(shop, rooms={"r1": {"leaders": ["b"]}}, agents={"x": "周周", "y": "小吴"})
    assert ("r1", "a", LEADER, "config") not in roles(shop)
    assert shop.worker is not None
    assert [(role.person_id, role.name) for role in shop.worker.shop.agents()] == [
        ("x", "周周"),
        ("y", "小吴"),
    ]


async def test_a_role_given_in_the_chat_stays(shop: Shop) -> None:
    assert shop.worker is not None
    shop.worker.shop.rows(Role).add(
        Role(tenant_id="shop", room_id="r1", person_id="c", role=LEADER, source="chat")
    )
    await configured(shop, rooms={"r1": {"leaders": ["a"]}}, whole=True)
    assert ("r1", "c", LEADER, "chat") in roles(shop)


def leaders(shop: Shop, room_id: str = "r1") -> set[str]:
    return {who for where, who, role, _ in roles(shop) if (where, role) == (room_id, LEADER)}


async def handed_over(shop: Shop, giver: str = "团长小美", taker: str = "李姐") -> None:
    await shop.say(giver, f"交班给{taker}")
    await shop.say(giver, "确认")


async def test_who_has_handed_over_stays_so_whatever_the_file_says(shop: Shop) -> None:
    named = {"r1": {"leaders": ["u-lead"], "owner": "o"}}
    await configured(shop, rooms=named, whole=True)
    await handed_over(shop)
    for _ in range(2):
        await configured(shop, rooms=named, whole=True)
        assert leaders(shop) == {"u6"}
        await shop.restart()
    await configured(shop, rooms={"r1": {"leaders": ["u-lead", "b"]}}, whole=True)
    assert leaders(shop) == {"u6", "b"}


async def test_who_took_it_back_leads_again(shop: Shop) -> None:
    named = {"r1": {"leaders": ["u-lead"]}}
    await configured(shop, rooms=named)
    await handed_over(shop)
    await handed_over(shop, "李姐", "团长小美")
    await configured(shop, rooms=named)
    assert leaders(shop) == {"u-lead"}


async def test_a_file_that_names_somebody_anew_counts_again(shop: Shop) -> None:
    named = {"r1": {"leaders": ["u-lead"]}}
    await configured(shop, rooms=named)
    await handed_over(shop)
    await configured(shop, rooms={"r1": {"leaders": ["b"]}})
    await configured(shop, rooms=named)
    assert leaders(shop) == {"u6", "u-lead"}


async def test_an_owner_who_has_handed_over_stays_so_until_another_owns_the_room(shop: Shop) -> None:
    assert shop.worker is not None
    await configured(shop, rooms={"r1": {"leaders": [], "owner": "u-lead"}}, whole=True)
    await handed_over(shop)
    await configured(shop, rooms={"r1": {"leaders": [], "owner": "u-lead"}}, whole=True)
    assert leaders(shop) == {"u6"}
    await configured(shop, rooms={"r1": {"leaders": [], "owner": "u2"}}, whole=True)
    assert leaders(shop) == {"u6", "u2"}


async def test_where_the_file_names_no_leader_the_owner_leads(shop: Shop) -> None:
    await configured(shop, rooms={"r1": {"leaders": [], "owner": "o"}})
    assert {role for role in roles(shop) if role[0] == "r1"} == {("r1", "o", LEADER, "owner")}
    await configured(shop, rooms={"r1": {"leaders": ["a"]}})
    assert {role for role in roles(shop) if role[0] == "r1"} == {("r1", "a", LEADER, "config")}
    await configured(shop, rooms={"r1": {"leaders": []}})
    assert {role for role in roles(shop) if role[0] == "r1"} == {("r1", "o", LEADER, "owner")}


async def test_a_room_that_the_file_no_longer_names_has_lost_its_leaders(shop: Shop) -> None:
    await configured(shop, rooms={"r1": {"leaders": ["a"]}})
    assert any(role[0] == "r2" for role in roles(shop))
    await configured(shop, rooms={"r1": {"leaders": ["a"]}}, whole=True)
    assert not any(role[0] == "r2" for role in roles(shop))


async def test_there_is_one_agents_room(shop: Shop) -> None:
    await configured(shop, agent_room="r7", account="other")
    assert (room(shop, "r7").is_agent_room, room(shop, "r7").account) == (True, "other")
    assert not room(shop, "r-agents").is_agent_room
    await configured(shop)
    assert room(shop, "r7").is_agent_room
    await configured(shop, whole=True)
    assert not room(shop, "r7").is_agent_room


async def test_the_account_of_a_room_is_learnt_from_the_first_message(shop: Shop) -> None:
    await configured(shop, rooms={"r5": {"leaders": ["u-lead"], "account": ""}})
    await shop.say("小陈", "早", room="r5")
    assert room(shop, "r5").account == "replay"


async def test_what_was_bound_is_kept(shop: Shop) -> None:
    await configured(shop, bound={"果园一群": "r1"})
    await shop.restart()
    assert shop.worker is not None
    assert shop.worker.shop.row.marks["bound"] == {"果园一群": "r1"}
