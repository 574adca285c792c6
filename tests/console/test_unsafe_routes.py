"""Every route of the whole server that changes something, and every socket: foreign pages are refused."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import WSServerHandshakeError, web
from aiohttp.test_utils import TestServer
from chat import Shop
from desks import Browser, Office
from prometheus_client import CollectorRegistry

from bot.channels.page import simulator_page
from bot.channels.simulator import SimulatorChannel
from bot.clock import MovableClock
from bot.server import Check, Readiness, build_server

FOREIGN = ("https://evil.example", "null", "http://localhost.evil.example", "file://")
SAFE = {"GET", "HEAD", "OPTIONS"}
SOCKETS = {"/desk/socket", "/simulator/socket"}
VALUES = {
    "number": "101",
    "id": "acc-boss",
    "secret": "s" * 32,
    "file": "desk.css",
    "kind": "csv",
    "photo": "0" * 32 + ".jpg",
    "message": "x",
}


@pytest.fixture
async def whole(shop: Shop) -> AsyncIterator[tuple[web.Application, Browser]]:
    """The server with all it can have mounted, and somebody who may do everything there."""

    async def ready() -> Readiness:
        return Readiness(database=Check(ok=True), broker=Check(ok=True))

    office = Office(shop)
    simulator = simulator_page(SimulatorChannel(clock=MovableClock()))
    apps = {"simulator": simulator, "desk": office.pages, "api": office.api}
    server = build_server(state=ready, metrics=CollectorRegistry(), apps=apps)
    office.server = TestServer(server)
    await office.server.start_server()
    yield server, await office.signed_in("boss", "admin", person="u-agent")
    await office.close()


def addresses(server: web.Application) -> list[tuple[str, str]]:
    """Method and address of every route there is, however deep it is mounted."""
    found = []
    for route in server.router.routes():
        assert route.resource is not None
        info = route.resource.get_info()
        path = info.get("path") or info["formatter"]
        found.append((route.method, path.format(**VALUES)))
    return found


async def test_no_foreign_page_changes_anything_anywhere(
    whole: tuple[web.Application, Browser],
) -> None:
    server, browser = whole
    unsafe = [(method, path) for method, path in addresses(server) if method not in SAFE]
    assert len(unsafe) >= 32
    assert {path.split("/")[1] for _, path in unsafe} == {"desk", "api"}
    for method, path in unsafe:
        for origin in FOREIGN:
            answer = await browser.http.request(
                method,
                browser.url(path),
                data={"token": browser.token},
                headers={"Origin": origin},
                allow_redirects=False,
            )
            assert answer.status == 403, (path, origin)
        answer = await browser.http.request(
            method, browser.url(path), headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False
        )
        assert answer.status == 403, path
        answer = await browser.http.request(method, browser.url(path), allow_redirects=False)
        assert answer.status in (401, 403), path  # our own page, but without its token


async def test_no_other_method_gets_through(whole: tuple[web.Application, Browser]) -> None:
    server, browser = whole
    for path in {path for _, path in addresses(server)}:
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = await browser.http.request(method, browser.url(path), allow_redirects=False)
            assert answer.status in (401, 403, 404, 405), (method, path)


async def test_no_foreign_page_gets_a_line(whole: tuple[web.Application, Browser]) -> None:
    server, browser = whole
    assert {path for _, path in addresses(server) if "socket" in path} == SOCKETS
    for path in SOCKETS:
        for origin in FOREIGN:
            with pytest.raises(WSServerHandshakeError) as refused:
                await browser.http.ws_connect(browser.url(path), headers={"Origin": origin})
            assert refused.value.status == 403, (path, origin)
