"""The API: described truly, open to its token only, under the same rules."""

import re

import pytest
from desks import Browser, Office
from jsonschema_light import fits

from storage.accounts import change_account


class Program:
    """A client with a token."""

    def __init__(self, browser: Browser, secret: str) -> None:
        self.browser, self.headers = browser, {"Authorization": f"Bearer {secret}"}

    async def ask(self, path: str, method: str = "GET", **more):
        headers = self.headers | more.pop("headers", {})
        url = self.browser.url(f"/api/v1/{path}")
        response = await self.browser.http.request(method, url, headers=headers, **more)
        return response.status, await response.json(content_type=None)


async def program(office: Office, role: str = "admin", person: str | None = "u-agent") -> Program:
    """Made by an admin; the account may become something smaller afterwards."""
    browser = await office.signed_in("robot", "admin", person=person)
    page = await (await browser.post("/desk/tokens", {"name": "报表"}, script=False)).text()
    secret = re.search(r"xt_[\w-]+", page)[0]
    if role != "admin":
        await office.desk.run(lambda c: change_account(c, office.desk.tenant, "acc-robot", role=role))
    return Program(browser, secret)


async def test_it_describes_itself_and_answers_so(office: Office) -> None:
    robot = await program(office)
    response = await office.browser().get("/api/openapi.json")
    described = await response.json()
    assert described["openapi"].startswith("3.1")
    schemas = described["components"]["schemas"]
    for address, operations in described["paths"].items():
        for method, operation in operations.items():
            path = address.removeprefix("/api/v1/").replace("{number}", "1" if "group" in address else "A101")
            body = {"json": {"text": "您好"}} if "requestBody" in operation else {}
            status, answer = await robot.ask(path, method.upper(), **body)
            assert status == 200, (address, answer)
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert fits(answer, schema, schemas), address


async def test_a_case_is_answered_and_resolved_by_the_one_rule(office: Office) -> None:
    robot = await program(office)
    status, answer = await robot.ask("tickets/A101/reply", "POST", json={"text": "给您退"})
    assert (status, answer["state"], answer["assignee"]) == (200, "open", "u-agent")
    assert office.shop.outlet.lines[-1]["text"].endswith("给您退")
    detail = (await robot.ask("tickets/A101"))[1]
    assert detail["lines"][-1]["text"] == "给您退"
    assert (await robot.ask("tickets/A101/resolve", "POST"))[1]["state"] == "resolved"
    status, answer = await robot.ask("tickets/A101/resolve", "POST")
    assert status == 409
    assert "已经完成了" in answer["detail"]
    assert ("robot", "ticket.reply", "A101") in await office.deeds()


@pytest.mark.parametrize("secret", ["", "xt_guess", "Bearer", "x" * 5000])
async def test_without_its_token_nothing_is_said(office: Office, secret) -> None:
    stranger = Program(office.browser(), secret)
    for method, path in office.routes(office.api):
        if path == "/api/openapi.json":
            continue
        status, answer = await stranger.ask(path.removeprefix("/api/v1/"), method)
        assert (status, answer["title"]) == (401, "No valid token"), path


async def test_a_session_of_the_desk_opens_nothing_here(office: Office) -> None:
    browser = await office.signed_in("boss", "admin")
    assert (await browser.get("/api/v1/tickets")).status == 401


async def test_another_site_cannot_use_a_token(office: Office) -> None:
    robot = await program(office)
    unsafe = [path for method, path in office.routes(office.api) if method != "GET"]
    assert unsafe
    for path in unsafe:
        status, _ = await robot.ask(
            path.removeprefix("/api/v1/"),
            "POST",
            json={"text": "x"},
            headers={"Origin": "https://evil.example"},
        )
        assert status == 403, path


async def test_a_token_sees_what_its_owner_sees(office: Office) -> None:
    robot = await program(office, "leader", person="u-lead2")
    assert [t["number"] for t in (await robot.ask("tickets"))[1]["tickets"]] == ["A102"]
    for path in ("tickets/A101", "tickets/A103", "tickets/A999", "tickets/1e9", "group-buys/1"):
        assert (await robot.ask(path))[0] == 404, path
    for path in ("tickets/A101/reply", "tickets/A102/reply"):
        assert (await robot.ask(path, "POST", json={"text": "x"}))[0] == 404, path


async def test_a_token_that_is_dropped_opens_nothing(office: Office) -> None:
    robot = await program(office)
    page = await robot.browser.read("/desk/accounts")
    token_id = re.search(r'name="id" value="([0-9a-f]{64})"', page)[1]
    await robot.browser.act("/desk/tokens/drop", id=token_id)
    assert (await robot.ask("tickets"))[0] == 401


@pytest.mark.parametrize(
    ("path", "method", "more", "status"),
    [
        ("tickets/A101/reply", "POST", {"json": {}}, 422),
        ("tickets/A101/reply", "POST", {"json": {"text": "", "more": 1}}, 422),
        ("tickets/A101/reply", "POST", {"json": {"text": "x" * 5001}}, 422),
        ("tickets/A101/reply", "POST", {"data": b"{no json"}, 400),
        ("tickets/A101/reply", "POST", {"data": b"\xff\xfe"}, 400),
        ("tickets/A101/reply", "POST", {"data": b"[" * 70_000}, 400),
        ("tickets?limit=0", "GET", {}, 422),
        ("tickets?what=1", "GET", {}, 422),
        ("products?limit=x", "GET", {}, 422),
    ],
)
async def test_what_is_not_valid_is_said_so(office: Office, path, method, more, status) -> None:
    robot = await program(office)
    given, answer = await robot.ask(path, method, **more)
    assert (given, answer["status"]) == (status, status)


async def test_pages_follow_each_other(office: Office) -> None:
    robot = await program(office)
    for query in ("state=all", "state=running"):
        seen, before = [], ""
        while True:
            page = (await robot.ask(f"tickets?{query}&limit=1{before}"))[1]
            seen += [ticket["number"] for ticket in page["tickets"]]
            if page["next"] is None:
                break
            before = f"&before={page['next']}"
        assert seen == ["A103", "A102", "A101"]
    first = (await robot.ask("products?limit=2"))[1]
    second = (await robot.ask(f"products?limit=500&after={first['next']}"))[1]
    assert [p["id"] for p in first["products"] + second["products"]] == ["P1", "P2", "P3", "P4", "P5"]
    assert [p["id"] for p in (await robot.ask("products?q=鸡蛋"))[1]["products"]] == ["P2"]
