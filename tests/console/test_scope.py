"""What is not one's business is not there: 404, whatever the way."""

import pytest
from desks import Browser, Office

ROOMS = {"r1": 101, "r2": 102, "private": 103}


async def looked_at(browser: Browser) -> set[int]:
    """The cases that a browser gets to see by their address."""
    seen = set()
    for number in ROOMS.values():
        response = await browser.get(f"/desk/tickets/{number}")
        assert response.status in (200, 404)
        if response.status == 200:
            seen.add(number)
    return seen


@pytest.mark.parametrize(
    ("role", "rooms", "person", "sees"),
    [
        ("admin", (), "u-agent", {101, 102, 103}),
        ("lead", (), "u-agent", {101, 102, 103}),
        ("agent", (), "u-agent2", {101, 102, 103}),
        ("agent", ("r2",), None, {102}),
        ("leader", (), "u-lead", {101}),
        ("leader", (), "u-lead2", {102}),
        ("leader", (), None, set()),
        ("leader", ("r2",), None, {102}),
    ],
)
async def test_each_sees_what_is_his(office: Office, role, rooms, person, sees) -> None:
    browser = await office.signed_in("one", role, rooms=rooms, person=person)
    assert await looked_at(browser) == sees
    page = await browser.read("/desk/?view=all")
    assert {number for number in ROOMS.values() if f"A{number}" in page} == sees
    for number in ROOMS.values():
        found = await browser.read(f"/desk/?q=A{number}")
        assert (f'data-number="{number}"' in found) == (number in sees)


ACTS = ["claim", "reply", "note", "transfer", "hold", "resume", "resolve", "reopen", "merge", "refund"]


async def test_no_command_reaches_a_case_of_others(office: Office) -> None:
    browser = await office.signed_in("two", "agent", rooms=["r3"], person="u7")
    before = await office.shop.state()
    data = {"text": "x", "to": "u-agent", "why": "time", "other": "101", "amount": "1", "step": "approve"}
    for number in (101, 102, 104, 999_999, 10**12):
        for act in [*ACTS, "decide", "answer-all", "retry", "canned"]:
            path = f"/desk/tickets/{number}/{act}"
            if act == "canned":
                assert (await browser.get(path)).status == 404
            elif number != 103:
                assert (await browser.post(path, {**data, "message": "1"})).status == 404, path
    assert await office.shop.state() == before


async def test_leaders_look_on_where_there_are_agents(office: Office) -> None:
    leader = await office.signed_in("mei", "leader", person="u-lead")
    assert "composer" not in await leader.read("/desk/tickets/101")
    assert (await leader.post("/desk/tickets/101/reply", {"text": "x"})).status == 404


async def test_group_buys_and_their_lists_are_of_a_room(office: Office) -> None:
    mine = await office.signed_in("mei", "leader", person="u-lead")
    other = await office.signed_in("hong", "leader", person="u-lead2")
    assert "周六水果" in await mine.read("/desk/group-buys")
    assert "周六水果" not in await other.read("/desk/group-buys")
    for path in ("/desk/group-buys/1", "/desk/group-buys/1/list.csv", "/desk/group-buys/1/list.xlsx"):
        assert (await mine.get(path)).status == 200
        assert (await other.get(path)).status == 404
    assert (await mine.get("/desk/group-buys/99999999999")).status == 404


@pytest.mark.parametrize(
    ("role", "not_there"),
    [
        ("admin", set()),
        ("lead", {"accounts", "audit"}),
        ("agent", {"accounts", "audit", "health", "reports"}),
        ("leader", {"accounts", "audit", "health"}),
    ],
)
async def test_pages_are_for_roles(office: Office, role, not_there) -> None:
    browser = await office.signed_in("one", role, person="u-lead")
    pages = ("", "group-buys", "deals", "products", "questions", "reports", "accounts", "audit", "health")
    closed = {name for name in pages if (await browser.get(f"/desk/{name}")).status == 404}
    assert closed == not_there
    home = await browser.read("/desk/")
    assert not [name for name in not_there if f'href="/desk/{name}"' in home]


async def test_unsafe_routes_of_others_roles_are_not_there(office: Office) -> None:
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    for path in ("accounts", "accounts/acc-zhou", "accounts/acc-zhou/link", "tokens", "products/import"):
        assert (await agent.post(f"/desk/{path}", {"role": "admin", "active": "yes"})).status == 404
    assert (await agent.get("/desk/accounts")).status == 404


async def test_of_another_shop_nothing_is_there(office: Office) -> None:
    admin = await office.signed_in("boss", "admin")
    office.desk.shop().tenant = "another"
    try:
        assert (await admin.get("/desk/", allow_redirects=False)).status == 303
    finally:
        office.desk.shop().tenant = "shop"
    assert (await admin.get("/desk/")).status == 200
